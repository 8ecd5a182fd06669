/// Something that will happen: 16 bytes of plain data, without references.
public struct Event: Equatable, Sendable, BitwiseCopyable {
  /// When it happens.
  public let time: Nanoseconds
  /// Payload, target and kind in one word, so that an event is moved by two loads and two stores.
  @usableFromInline let what: UInt64

  /// What it concerns: mostly the index of a call; the component decides.
  @inlinable public var payload: UInt32 { UInt32(truncatingIfNeeded: what &>> 32) }
  /// The component that it happens to.
  @inlinable public var target: ComponentID { ComponentID(truncatingIfNeeded: what &>> 16) }
  /// What happens, in the component's own numbering below ``reservedKinds``.
  @inlinable public var kind: UInt16 { UInt16(truncatingIfNeeded: what) }

  /// Kinds from here on belong to the kernel.
  @inlinable public static var reservedKinds: UInt16 { 0xFE00 }

  /// All of it, to be stored at once.
  var words: SIMD2<UInt64> { SIMD2(UInt64(bitPattern: time), what) }

  /// An event.
  @inlinable
  public init(time: Nanoseconds, payload: UInt32, target: ComponentID, kind: UInt16) {
    self.time = time
    what = UInt64(payload) &<< 32 | UInt64(target) &<< 16 | UInt64(kind)
  }
}
