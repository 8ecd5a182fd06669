/// Follows a level for its average over time alone, at two additions a change.
///
/// The area under a level is the level times the present, less the times at which it rose, plus
/// those at which it fell.
public struct LevelArea: BitwiseCopyable, Sendable {
  @usableFromInline var level = 0
  /// The times of all falls less those of all rises.
  @usableFromInline var balance: Int128 = 0

  /// A level of zero at time zero.
  public init() {}

  /// Raises the level by one.
  @inlinable
  @inline(__always)
  public mutating func rise(at now: Nanoseconds) {
    level &+= 1
    balance &-= Int128(now)
  }

  /// Lowers the level by one.
  @inlinable
  @inline(__always)
  public mutating func fall(at now: Nanoseconds) {
    level &-= 1
    balance &+= Int128(now)
  }

  /// Level times time, summed from zero to `now`, in nanoseconds; the level must not have changed
  /// since.
  public func area(at now: Nanoseconds) -> Int128 { Int128(level) * Int128(now) + balance }

  /// The average level from zero to `now`, or nil at time zero.
  public func timeAverage(until now: Nanoseconds) -> Double? {
    now > 0 ? Double(area(at: now)) / Double(now) : nil
  }
}
