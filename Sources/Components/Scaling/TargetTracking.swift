import Kernel

/// Holding a metric at a target: the alarms that it takes, and the capacity that follows.
///
/// Sources: ASG/as-scaling-target-tracking, AAS/application-auto-scaling-target-tracking.
struct TargetTracking: Sendable {
  /// The value to hold.
  let target: Double
  /// The share of the target below which a datapoint is low.
  let lowShare: Double
  let lowDatapoints: Int
  /// Whether capacity is taken away.
  let scalesIn: Bool

  /// Reads a policy that holds a target.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the policy.
  ///   - metric: the metric, in whose unit the target is.
  ///   - service: the prefix of the catalogue's behaviours: `autoscaling` or `ecs`.
  init(from parameters: inout ParameterReader, _ metric: ScalingMetric, of service: String) {
    let written = metric.value(
      "target", from: &parameters, "The value to hold, in the metric's unit; target-tracking.")
    if written == 0 {
      parameters.report("the target is 0", at: "target", help: "write a target above 0")
    }
    target = written ?? 0.8
    lowShare = parameters.share(
      "scale-in-below", from: "\(service).low-threshold-share",
      "The share of the target below which a datapoint is low; target-tracking.")
    lowDatapoints = parameters.count(
      "scale-in-datapoints", from: "\(service).low-datapoints", in: 1...100,
      "Low datapoints in a row before capacity is taken away; target-tracking.")
    scalesIn = parameters.flag(
      "scale-in", default: true, "Whether capacity is taken away; target-tracking.")
  }

  /// A policy of these values.
  init(target: Double, lowShare: Double, lowDatapoints: Int, scalesIn: Bool) {
    self.target = target
    self.lowShare = lowShare
    self.lowDatapoints = lowDatapoints
    self.scalesIn = scalesIn
  }

  /// The alarms that it takes: a high one, and a low one if capacity is taken away.
  func alarms(_ settings: AlarmSettings, of owner: String) -> [Alarm] {
    let high = settings.alarm(of: owner, .above, target)
    guard scalesIn else { return [high] }
    return [high, settings.alarm(of: owner, .below, lowThreshold, datapoints: lowDatapoints)]
  }

  var lowThreshold: Double { target * lowShare }

  /// The capacity at which the metric would be at its target.
  ///
  /// The ceiling of current × metric / target gives all the documented examples: it adds two where
  /// one and a half are missing, and takes away one where one and a half are too many.
  func capacity(for value: Double, of current: Int) -> Int {
    let exact = Double(current) * value / target
    return exact < 1e9 ? Int((exact - 1e-9).rounded(.up)) : 1_000_000_000
  }
}
