public import Kernel

/// A distribution of durations in a few figures, in seconds; nil where nothing was observed.
public struct ResponseSummary: Sendable, Equatable {
  /// How many durations were observed, over all replications.
  public var count: Int
  /// The mean.
  public var mean: Double?
  /// The shortest.
  public var minimum: Double?
  /// The median.
  public var p50: Double?
  /// The 95th percentile.
  public var p95: Double?
  /// The 99th percentile.
  public var p99: Double?
  /// The longest.
  public var maximum: Double?
  /// The confidence intervals of the pooled values, or nil if they are not computed.
  public var ci: SummaryIntervals?
  /// What a single run of this length will show, or nil if it is not computed.
  public var prediction: SummaryIntervals?

  private let histogram: Histogram

  /// The duration that a share of all durations does not exceed, in seconds.
  ///
  /// - Parameter share: from 0 to 1; 0.99 gives the 99th percentile.
  /// - Returns: nil if nothing was observed.
  public func quantile(_ share: Double) -> Double? { histogram.quantile(share).map { $0 / 1e9 } }

  /// The share of all durations that are at most so many seconds, within 0.1% of them; nil if
  /// nothing was observed.
  public func share(atMost seconds: Double) -> Double? {
    guard count > 0 else { return nil }
    return Double(histogram.count(atOrBelow: .seconds(seconds))) / Double(count)
  }

  /// Summarises the durations that a histogram has counted.
  public init(_ histogram: Histogram) {
    self.histogram = histogram
    count = histogram.count
    mean = histogram.mean.map { $0 / 1e9 }
    minimum = histogram.minimum.map(\.inSeconds)
    p50 = histogram.quantile(0.50).map { $0 / 1e9 }
    p95 = histogram.quantile(0.95).map { $0 / 1e9 }
    p99 = histogram.quantile(0.99).map { $0 / 1e9 }
    maximum = histogram.maximum.map(\.inSeconds)
  }
}
