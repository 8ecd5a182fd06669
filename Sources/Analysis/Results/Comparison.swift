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
  /// The interval of the difference, or nil if it is not computed.
  public var ci: Interval?

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
          metric: before.name, unit: before.unit, baseline: baseline.name, arm: arm.name,
          baselineValue: before.value, value: after.value)
      }
    }
  }

  /// The metrics that are compared, in the order in which they are told.
  private static func metrics(
    of arm: ArmResult
  ) -> [(name: String, unit: MetricUnit, value: Double?)] {
    let response = arm.total.response
    return [
      ("response.mean", .seconds, response.mean),
      ("response.p50", .seconds, response.p50),
      ("response.p95", .seconds, response.p95),
      ("response.p99", .seconds, response.p99),
      ("throughput", .perSecond, arm.throughput),
      ("goodput", .perSecond, arm.goodput),
      ("failure_rate", .share, arm.total.failureRate),
      ("cost.monthly", .dollars, arm.cost.monthly),
    ]
  }
}
