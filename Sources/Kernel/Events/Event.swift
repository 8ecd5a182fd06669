/// Something that will happen: 16 bytes of plain data, without references.
public struct Event: Equatable, Sendable, BitwiseCopyable {
  /// When it happens.
  public var time: Nanoseconds
  /// What it concerns: mostly the index of a call; the component decides.
  public var payload: UInt32
  /// The component that it happens to.
  public var target: ComponentID
  /// What happens, in the component's own numbering below ``Event/reservedKinds``.
  public var kind: UInt16

  /// Kinds from here on belong to the kernel.
  @inlinable
  public static var reservedKinds: UInt16 { 0xFE00 }

  /// An event.
  @inlinable
  public init(time: Nanoseconds, payload: UInt32, target: ComponentID, kind: UInt16) {
    self.time = time
    self.payload = payload
    self.target = target
    self.kind = kind
  }
}
