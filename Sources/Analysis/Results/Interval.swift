/// An interval from a lower to an upper bound, in the unit of the value it belongs to.
public struct Interval: Sendable, Equatable {
  /// The lower bound.
  public var low: Double
  /// The upper bound.
  public var high: Double

  /// Creates the interval between two bounds.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// The intervals of a summary of durations, in seconds.
public struct SummaryIntervals: Sendable, Equatable {
  /// The interval of the mean, or nil if it is not computed.
  public var mean: Interval?
  /// The interval of the 99th percentile, or nil if it is not computed.
  public var p99: Interval?

  /// Creates a set of intervals.
  public init(mean: Interval? = nil, p99: Interval? = nil) {
    self.mean = mean
    self.p99 = p99
  }
}
