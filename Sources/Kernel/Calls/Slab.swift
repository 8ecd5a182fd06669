/// Rows of plain data in one block of memory, addressed by index and recycled.
///
/// The kernel's calls and timers live in slabs: no allocation, reference count or uniqueness
/// check per row. Only a defect of a component could use an index that it was not given: that is
/// checked where tests run, in debug builds, and costs nothing elsewhere.
public struct Slab<Row: BitwiseCopyable>: ~Copyable {
  @usableFromInline var rows: UnsafeMutablePointer<Row>
  @usableFromInline var free: UnsafeMutablePointer<UInt32>
  @usableFromInline var freeCount = 0
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0

  /// A slab without rows.
  public init() {
    capacity = 64
    rows = .allocate(capacity: capacity)
    free = .allocate(capacity: capacity)
  }

  deinit {
    rows.deallocate()
    free.deallocate()
  }

  /// How many rows are in use.
  @inlinable
  public var count: Int { used - freeCount }

  /// The row at an index that ``insert(_:)`` gave.
  @inlinable
  public subscript(index: UInt32) -> Row {
    _read {
      assert(Int(index) < used)
      yield rows[Int(index)]
    }
    _modify {
      assert(Int(index) < used)
      yield &rows[Int(index)]
    }
  }

  /// Puts a row in and gives its index: the one freed last, or a new one.
  @inlinable
  @inline(__always)
  public mutating func insert(_ row: Row) -> UInt32 {
    let index = claim()
    rows[Int(index)] = row
    return index
  }

  /// Gives the index of a row to be written from scratch; what it holds is left over.
  ///
  /// Writing a row field by field in its place costs less than copying one that was just made:
  /// the processor cannot forward many small stores to few large loads.
  @inlinable
  @inline(__always)
  public mutating func claim() -> UInt32 {
    if freeCount > 0 {
      freeCount &-= 1
      return free[freeCount]
    }
    if used == capacity { grow() }
    used &+= 1
    return UInt32(truncatingIfNeeded: used &- 1)
  }

  /// Gives a row back.
  ///
  /// Its index may be given out again.
  @inlinable
  @inline(__always)
  public mutating func remove(_ index: UInt32) {
    assert(freeCount < used)
    free[freeCount] = index
    freeCount &+= 1
  }

  @usableFromInline
  @inline(never)
  mutating func grow() {
    precondition(capacity < Int(UInt32.max) / 2, "more rows than a slab can address")
    let largerRows = UnsafeMutablePointer<Row>.allocate(capacity: capacity * 2)
    largerRows.update(from: rows, count: used)
    rows.deallocate()
    rows = largerRows
    let largerFree = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity * 2)
    largerFree.update(from: free, count: freeCount)
    free.deallocate()
    free = largerFree
    capacity *= 2
  }
}
