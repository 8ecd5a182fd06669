/// A figure of all replications together, and how far each replication pulls it.
///
/// The value is that of the pooled replications, such as the mean over all requests. Replication i
/// has the deviation `w (fᵢ − f)`, with f the pooled figure, fᵢ the replication's own, and w its
/// weight in the pooled figure over the mean weight: requests for a mean response time, seconds for
/// a rate. For a ratio of sums this is the classical ratio estimator; for a percentile it is
/// sectioning, which centres the interval on the pooled percentile, because the percentiles of the
/// parts are biased. The replications are independent, so Student's t with their number less one
/// gives the confidence interval.
public struct Estimate: Sendable, Equatable {
  /// The pooled figure.
  public var value: Double
  /// How far each replication pulls it, in the order of the replications.
  public var deviations: [Double]

  /// The probability with which an interval contains what it is about.
  public static let confidence = 0.95

  /// An estimate from its parts.
  public init(value: Double, deviations: [Double]) {
    self.value = value
    self.deviations = deviations
  }

  /// An estimate of a pooled figure.
  ///
  /// - Parameters:
  ///   - value: The pooled figure; without it there is no estimate.
  ///   - parts: Each replication's own figure and its weight; one that has no figure has no pull.
  init?(_ value: Double?, parts: [(value: Double?, weight: Double)]) {
    guard let value else { return nil }
    let meanWeight = parts.reduce(0) { $0 + $1.weight } / Double(max(parts.count, 1))
    self.init(
      value: value,
      deviations: parts.map { part in
        guard let own = part.value, meanWeight > 0 else { return 0 }
        return part.weight / meanWeight * (own - value)
      })
  }

  /// An estimate of the mean of figures, one of each replication; nil without any.
  init?(meanOf figures: [Double]) {
    guard !figures.isEmpty else { return nil }
    let mean = figures.reduce(0, +) / Double(figures.count)
    self.init(mean, parts: figures.map { ($0, 1) })
  }

  /// Half the width of the confidence interval; nil for fewer than two replications.
  public var halfWidth: Double? {
    guard let standardError else { return nil }
    return Self.bound(replications: deviations.count) * standardError
  }

  /// The interval that contains the figure with a probability of 95%; nil for fewer than two
  /// replications.
  public var interval: Interval? {
    halfWidth.map { Interval(low: value - $0, high: value + $0) }
  }

  /// The estimated standard error of the value; nil for fewer than two replications.
  public var standardError: Double? { variance.map { $0.squareRoot() } }

  /// The estimated variance of the value; nil for fewer than two replications.
  public var variance: Double? {
    let count = Double(deviations.count)
    guard count >= 2 else { return nil }
    return deviations.reduce(0) { $0 + $1 * $1 } / (count * (count - 1))
  }

  /// Student's t for 95% of so many replications, 2 or more.
  static func bound(replications: Int) -> Double {
    StudentT(degreesOfFreedom: replications - 1).bound(ofCentral: confidence)
  }
}

// MARK: - Two arms, replication by replication

extension Estimate {
  /// The difference from another estimate, whose replications saw the same random draws.
  ///
  /// What both have in common, such as the arrivals, falls out of the differences of the
  /// replications, and with it out of the interval.
  ///
  /// - Returns: nil if the replications cannot be paired.
  func difference(from baseline: Estimate) -> Estimate? {
    guard deviations.count == baseline.deviations.count else { return nil }
    return Estimate(
      value: value - baseline.value,
      deviations: zip(deviations, baseline.deviations).map { $0 - $1 })
  }

  /// The change relative to another estimate, whose replications saw the same random draws.
  ///
  /// - Returns: nil if the baseline is 0 or the replications cannot be paired.
  func relativeChange(from baseline: Estimate) -> Estimate? {
    guard deviations.count == baseline.deviations.count, baseline.value != 0 else { return nil }
    let ratio = value / baseline.value
    return Estimate(
      value: (value - baseline.value) / baseline.value,
      deviations: zip(deviations, baseline.deviations).map {
        ($0 - ratio * $1) / baseline.value
      })
  }

  /// Which share of the variance of a difference the common random draws took away: 0 if they
  /// brought nothing, negative if they did harm, nil if there was no variance.
  func varianceReduction(against baseline: Estimate) -> Double? {
    guard let paired = difference(from: baseline)?.variance, let own = variance,
      let other = baseline.variance, own + other > 0
    else { return nil }
    return 1 - paired / (own + other)
  }
}

// MARK: - One run

extension Interval {
  /// What one further replication will show with a probability of 95%, if the figures of the
  /// replications are taken for normally distributed; nil for fewer than two figures.
  init?(predictedFrom figures: [Double]) {
    guard let mean = Estimate(meanOf: figures), let error = mean.standardError else { return nil }
    // The spread of one replication and the error of the mean: s √(1 + 1/n) = s/√n √(n + 1).
    let half =
      Estimate.bound(replications: figures.count) * error
      * Double(figures.count + 1).squareRoot()
    self.init(low: mean.value - half, high: mean.value + half)
  }

  /// The part of the interval where a figure can be.
  public func within(_ possible: ClosedRange<Double>) -> Interval {
    Interval(
      low: min(max(low, possible.lowerBound), possible.upperBound),
      high: min(max(high, possible.lowerBound), possible.upperBound))
  }

  /// Whether a value is in it, its bounds included.
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
