/// One metric of an arm beside the same metric of the first arm.
public struct Comparison: Sendable, Equatable {
  /// The metric's path in the arm's result: `response.p99`, `throughput`, `cost.monthly`.
  public var metric: String
  /// The unit of the values and of their difference.
  public var unit: MetricUnit
  /// The first arm.
  public var baseline: String
  /// The arm that is compared with it.
  public var arm: String
  /// The first arm's value, or nil if it is undefined.
  public var baselineValue: Double?
  /// The arm's value, or nil if it is undefined.
  public var value: Double?
  /// The interval of the difference, paired over the replications; nil for fewer than two.
  public var ci: Interval?
  /// Which share of the variance of the difference the common random draws took away: 0 if they
  /// brought nothing, negative if they did harm; nil if nothing varies.
  public var varianceReduction: Double?

  /// What a difference says.
  public enum Verdict: String, Sendable {
    /// The arm's value is lower.
    case lower
    /// The arm's value is higher.
    case higher
    /// The values are equal, in every replication.
    case same
    /// The interval of the difference straddles zero.
    case undecided
  }

  /// What the difference says; nil without an interval.
  public var verdict: Verdict? {
    guard let ci else { return nil }
    if ci.low == 0, ci.high == 0 { return .same }
    if ci.contains(0) { return .undecided }
    return ci.high < 0 ? .lower : .higher
  }

  /// The arm's value less the baseline's, or nil if one is undefined.
  public var difference: Double? {
    guard let value, let baselineValue else { return nil }
    return value - baselineValue
  }

  /// The arm's value over the baseline's, or nil if one is undefined or the baseline is 0.
  public var ratio: Double? {
    guard let value, let baselineValue, baselineValue != 0 else { return nil }
    return value / baselineValue
  }

  /// Compares every arm with the first, metric by metric.
  public static func all(_ arms: [ArmResult]) -> [Comparison] {
    guard let baseline = arms.first else { return [] }
    return arms.dropFirst().flatMap { arm in
      zip(metrics(of: baseline), metrics(of: arm)).map { before, after in
        Comparison(
          metric: before.name, unit: before.unit, baseline: (baseline.name, before.estimate),
          arm: (arm.name, after.estimate))
      }
    }
  }

  private init(
    metric: String, unit: MetricUnit, baseline: (name: String, estimate: Estimate?),
    arm: (name: String, estimate: Estimate?)
  ) {
    self.metric = metric
    self.unit = unit
    self.baseline = baseline.name
    self.arm = arm.name
    baselineValue = baseline.estimate?.value
    value = arm.estimate?.value
    guard let before = baseline.estimate, let after = arm.estimate else { return }
    ci = after.difference(from: before)?.interval
    varianceReduction = after.varianceReduction(against: before)
  }

  /// The metrics that are compared, in the order in which they are told.
  private static func metrics(
    of arm: ArmResult
  ) -> [(name: String, unit: MetricUnit, estimate: Estimate?)] {
    let response = arm.total.response
    return [
      ("response.mean", .seconds, response.meanEstimate),
      ("response.p50", .seconds, response.estimate(ofQuantile: 0.50)),
      ("response.p95", .seconds, response.estimate(ofQuantile: 0.95)),
      ("response.p99", .seconds, response.estimate(ofQuantile: 0.99)),
      ("throughput", .perSecond, arm.throughputEstimate),
      ("goodput", .perSecond, arm.goodputEstimate),
      ("failure_rate", .share, arm.total.failureRateEstimate),
      ("cost.monthly", .dollars, arm.monthlyCostEstimate),
    ]
  }
}
