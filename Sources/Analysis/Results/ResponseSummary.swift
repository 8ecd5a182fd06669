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
  /// The confidence intervals of the pooled values; nil for fewer than two replications.
  public var ci: SummaryIntervals?
  /// What a single run of this length will show; nil for fewer than two replications.
  public var prediction: SummaryIntervals?

  private let histogram: Histogram
  private let replications: [Histogram]

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

  /// Summarises the durations that a histogram has counted, all of one replication.
  public init(_ histogram: Histogram) { self.init([histogram]) }

  /// Summarises the durations of replications, a histogram of each.
  public init(_ replications: [Histogram]) {
    var histogram = Histogram()
    for replication in replications { histogram.merge(replication) }
    self.histogram = histogram
    self.replications = replications
    count = histogram.count
    mean = histogram.mean.map { $0 / 1e9 }
    minimum = histogram.minimum.map(\.inSeconds)
    p50 = histogram.quantile(0.50).map { $0 / 1e9 }
    p95 = histogram.quantile(0.95).map { $0 / 1e9 }
    p99 = histogram.quantile(0.99).map { $0 / 1e9 }
    maximum = histogram.maximum.map(\.inSeconds)
    guard histogram.count > 0, replications.count > 1 else { return }
    ci = SummaryIntervals(
      mean: meanEstimate?.interval?.within(0 ... .infinity),
      p99: estimate(ofQuantile: 0.99)?.interval?.within(0 ... .infinity))
    prediction = SummaryIntervals(
      mean: Interval(predictedFrom: replications.compactMap { $0.mean.map { $0 / 1e9 } })?
        .within(0 ... .infinity),
      p99: Interval(predictedFrom: replications.compactMap { $0.quantile(0.99).map { $0 / 1e9 } })?
        .within(0 ... .infinity))
  }

  /// The mean with the pull of each replication; nil if nothing was observed.
  public var meanEstimate: Estimate? { estimate(mean) { $0.mean } }

  /// A quantile with the pull of each replication.
  ///
  /// - Parameter share: from 0 to 1; 0.99 gives the 99th percentile.
  /// - Returns: nil if nothing was observed.
  public func estimate(ofQuantile share: Double) -> Estimate? {
    estimate(quantile(share)) { $0.quantile(share) }
  }

  private func estimate(_ value: Double?, _ part: (Histogram) -> Double?) -> Estimate? {
    Estimate(
      value, parts: replications.map { (part($0).map { $0 / 1e9 }, Double($0.count)) })
  }
}
