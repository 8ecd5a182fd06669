/// Plain data that a final class keeps behind a pointer of its own.
///
/// A stored property of a class is guarded by a check at run time that no two accesses overlap,
/// which costs more than most of what is done with it. A cell is not. The price is that its value
/// must not be entered while it is being written, which holds where no component is entered from
/// within another.
public struct Cell<Value: BitwiseCopyable>: ~Copyable {
  @usableFromInline let pointer: UnsafeMutablePointer<Value>

  /// A cell that holds `value`.
  public init(_ value: Value) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: value)
  }

  deinit { pointer.deallocate() }

  /// The value, to be read and written in place.
  @inlinable
  public var value: Value {
    unsafeAddress { UnsafePointer(pointer) }
    nonmutating unsafeMutableAddress { pointer }
  }
}

/// A fixed number of cells in a row.
///
/// An index is checked in debug builds only: it comes from the component, never from its input.
public struct Cells<Value>: ~Copyable {
  @usableFromInline let pointer: UnsafeMutablePointer<Value>
  /// How many there are.
  public let count: Int

  /// Cells that all hold `value`.
  public init(_ value: Value, count: Int) {
    self.count = count
    pointer = .allocate(capacity: max(1, count))
    pointer.initialize(repeating: value, count: count)
  }

  /// Cells that hold the elements of an array.
  public init(_ values: some Collection<Value>) {
    count = values.count
    pointer = .allocate(capacity: max(1, count))
    for (index, value) in values.enumerated() { (pointer + index).initialize(to: value) }
  }

  deinit {
    pointer.deinitialize(count: count)
    pointer.deallocate()
  }

  /// The value of a cell, to be read and written in place.
  @inlinable
  public subscript(index: Int) -> Value {
    unsafeAddress {
      assert(index >= 0 && index < count)
      return UnsafePointer(pointer + index)
    }
    nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < count)
      return pointer + index
    }
  }
}

/// Cells in a row whose number changes.
///
/// An index is checked in debug builds only: it comes from the component, never from its input.
public struct GrowingCells<Value: BitwiseCopyable>: ~Copyable {
  @usableFromInline
  struct Header {
    @usableFromInline var base: UnsafeMutablePointer<Value>
    @usableFromInline var count: Int
    @usableFromInline var capacity: Int
  }

  @usableFromInline let header: UnsafeMutablePointer<Header>

  /// No cells.
  public init() {
    header = .allocate(capacity: 1)
    header.initialize(to: Header(base: .allocate(capacity: 16), count: 0, capacity: 16))
  }

  deinit {
    header.pointee.base.deallocate()
    header.deallocate()
  }

  /// How many there are.
  @inlinable
  public var count: Int { header.pointee.count }

  /// The value of a cell, to be read and written in place.
  @inlinable
  public subscript(index: Int) -> Value {
    unsafeAddress {
      assert(index >= 0 && index < header.pointee.count)
      return UnsafePointer(header.pointee.base + index)
    }
    nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < header.pointee.count)
      return header.pointee.base + index
    }
  }

  /// Adds a cell at the end.
  @inlinable
  public func append(_ value: Value) {
    if header.pointee.count == header.pointee.capacity { grow() }
    (header.pointee.base + header.pointee.count).initialize(to: value)
    header.pointee.count &+= 1
  }

  @usableFromInline
  func grow() {
    let larger = UnsafeMutablePointer<Value>.allocate(capacity: header.pointee.capacity * 2)
    larger.update(from: header.pointee.base, count: header.pointee.count)
    header.pointee.base.deallocate()
    header.pointee.base = larger
    header.pointee.capacity *= 2
  }
}
