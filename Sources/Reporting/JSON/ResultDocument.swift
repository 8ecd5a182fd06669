public import Analysis
import Components
import Kernel

/// The document of `windtunnel run --json`.
///
/// Durations in seconds, sizes in bytes, rates per second, shares from 0 to 1, money in USD,
/// undefined values null.
public enum ResultDocument {
  /// The version of the document's form.
  public static let version: Int64 = 1

  /// The document of the experiments of one command.
  public static func json(_ experiments: [ExperimentResult]) -> JSONValue {
    .object([
      ("windtunnel", .integer(version)),
      ("experiments", .array(experiments.map(experiment))),
    ])
  }

  private static func experiment(_ result: ExperimentResult) -> JSONValue {
    .object([
      ("title", .string(result.title)),
      ("file", .string(result.file)),
      ("seed", seed(result.seed)),
      ("replications", .count(result.replications)),
      ("analysis", .string(result.analysis.rawValue)),
      ("fingerprint", .string(result.fingerprint.hexadecimal)),
      ("partial", .bool(result.isPartial)),
      ("arms", .object(result.arms.map { ($0.name, arm($0)) })),
      ("comparisons", .array(result.comparisons.map(comparison))),
      ("objectives", .array(result.objectives.map(objective))),
    ])
  }

  /// A seed as a number, or as text where a signed number of 64 bits cannot hold it.
  private static func seed(_ seed: UInt64) -> JSONValue {
    Int64(exactly: seed).map { .integer($0) } ?? .string(String(seed))
  }

  private static func arm(_ arm: ArmResult) -> JSONValue {
    .object(
      outcomes(
        arm.total,
        ci: [
          ("offered", interval(arm.offeredEstimate)),
          ("throughput", interval(arm.throughputEstimate)),
          ("goodput", interval(arm.goodputEstimate)),
        ]) + [
          ("replications", .count(arm.replications)),
          ("load_duration", .number(arm.loadDuration)),
          ("observed_duration", .number(arm.observedDuration)),
          ("offered", .optional(arm.offered)),
          ("throughput", .optional(arm.throughput)),
          ("goodput", .optional(arm.goodput)),
          ("unfinished", .number(arm.unfinished)),
          (
            "endpoints",
            .object(arm.endpoints.map { ($0.name, .object(outcomes($0.outcomes))) })
          ),
          ("components", .object(arm.components.map { ($0.name, component($0)) })),
          ("scaling", .array(arm.scaling.map(action))),
          ("cost", cost(arm.cost)),
          ("series", .object(arm.series.map { ($0.name, points($0)) })),
          ("steady", steady(arm.steady)),
          ("bottleneck", bottleneck(Bottleneck(of: arm))),
        ])
  }

  private static func outcomes(
    _ outcomes: Outcomes, ci: [(String, JSONValue)] = []
  ) -> [(String, JSONValue)] {
    let failureRate = interval(outcomes.failureRateEstimate?.interval?.within(0...1))
    return [
      ("arrivals", .number(outcomes.arrivals)),
      ("requests", .number(outcomes.requests)),
      ("failure_rate", .optional(outcomes.failureRate)),
      ("failures", .object(outcomes.failures.map { ($0.cause, .number($0.count)) })),
      ("response", summary(outcomes.response)),
      ("response_ok", summary(outcomes.responseOK)),
      ("ci", .object([("failure_rate", failureRate)] + ci)),
    ]
  }

  /// A summary of durations in seconds.
  static func summary(_ summary: ResponseSummary) -> JSONValue {
    .object([
      ("mean", .optional(summary.mean)),
      ("min", .optional(summary.minimum)),
      ("p50", .optional(summary.p50)),
      ("p95", .optional(summary.p95)),
      ("p99", .optional(summary.p99)),
      ("max", .optional(summary.maximum)),
      ("ci", intervals(summary.ci)),
      ("prediction", intervals(summary.prediction)),
    ])
  }

  private static func intervals(_ intervals: SummaryIntervals?) -> JSONValue {
    guard let intervals else { return .null }
    return .object([("mean", interval(intervals.mean)), ("p99", interval(intervals.p99))])
  }

  /// The interval of a figure that is never negative.
  private static func interval(_ estimate: Estimate?) -> JSONValue {
    interval(estimate?.interval?.within(0 ... .infinity))
  }

  private static func interval(_ interval: Interval?) -> JSONValue {
    interval.map { .array([.number($0.low), .number($0.high)]) } ?? .null
  }

  private static func component(_ component: ComponentResult) -> JSONValue {
    .object([
      ("kind", .string(component.kind)),
      (
        "metrics",
        .object(
          component.metrics.map { metric in
            switch metric.value {
            case .number(let number): (metric.name, .optional(number?.value))
            case .durations(let durations): (metric.name, summary(durations))
            }
          })
      ),
      (
        "ci",
        .object(
          component.metrics.compactMap { metric in
            guard case .number(let number) = metric.value else { return nil }
            return (metric.name, interval(number))
          })
      ),
    ])
  }

  private static func steady(_ steady: SteadyState?) -> JSONValue {
    guard let steady else { return .null }
    return .object([
      ("warm_up", .number(steady.warmUp)),
      ("run_length", .number(steady.runLength)),
      ("too_short", .count(steady.tooShort)),
      ("overloaded", .bool(steady.isOverloaded)),
      ("backlog", .number(steady.backlog)),
    ])
  }

  private static func action(_ action: ScalingAction) -> JSONValue {
    .object([
      ("at", .number(action.at.inSeconds)),
      ("component", .string(action.component)),
      ("from", .count(action.from)),
      ("to", .count(action.to)),
      ("cause", .string(action.cause)),
      ("delays", .object(action.delays.map { ($0.name, .number($0.duration.inSeconds)) })),
    ])
  }

  private static func cost(_ cost: CostResult) -> JSONValue {
    .object([
      ("monthly", .number(cost.monthly)),
      ("items", .object(cost.byComponent.map { ($0.component, .number($0.amount)) })),
    ])
  }

  private static func points(_ series: Series) -> JSONValue {
    .array(series.points.map { .array([.number($0.time), .number($0.value)]) })
  }

  private static func bottleneck(_ bottleneck: Bottleneck) -> JSONValue {
    .object([
      ("component", .optional(bottleneck.component)),
      ("kind", .optional(bottleneck.limit?.kind.rawValue)),
      ("sentence", .string(bottleneck.sentence)),
    ])
  }

  private static func comparison(_ comparison: Comparison) -> JSONValue {
    .object([
      ("metric", .string(comparison.metric)),
      ("baseline", .string(comparison.baseline)),
      ("arm", .string(comparison.arm)),
      ("baseline_value", .optional(comparison.baselineValue)),
      ("value", .optional(comparison.value)),
      ("difference", .optional(comparison.difference)),
      ("ratio", .optional(comparison.ratio)),
      ("ci", interval(comparison.ci)),
      ("verdict", .optional(comparison.verdict?.rawValue)),
      ("variance_reduction", .optional(comparison.varianceReduction)),
    ])
  }

  private static func objective(_ objective: ObjectiveOutcome) -> JSONValue {
    .object([
      ("text", .string(objective.text)),
      ("arm", .string(objective.arm)),
      ("observed", .optional(objective.observed)),
      ("ci", interval(objective.ci)),
      ("limit", .optional(objective.limit)),
      ("unit", .string(objective.unit.symbol)),
      ("verdict", .string(objective.verdict.rawValue)),
      ("binds", .bool(objective.binds)),
    ])
  }
}

extension MetricUnit {
  /// The unit as written beside numbers in machine-readable results; empty for plain numbers.
  var symbol: String {
    switch self {
    case .seconds: "s"
    case .perSecond: "1/s"
    case .share, .count: ""
    case .dollars: "USD"
    }
  }
}
