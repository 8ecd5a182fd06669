extension Slab {
  /// The indices of all rows in use, in ascending order; looks at the whole block.
  public func rowsInUse() -> [UInt32] {
    var isFree = Array(repeating: false, count: used)
    for place in 0..<freeCount { isFree[Int(free[place])] = true }
    return (0..<used).filter { !isFree[$0] }.map { UInt32($0) }
  }
}
