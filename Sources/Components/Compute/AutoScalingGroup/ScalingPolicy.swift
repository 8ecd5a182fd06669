import Kernel

/// A rule that changes a group's capacity when a metric breaches a threshold.
struct ScalingPolicy: Sendable {
  /// The kinds of policy.
  enum Kind: String, CaseIterable, Sendable {
    /// One adjustment, then a cooldown.
    case simple
    /// An adjustment by how far the threshold is breached, with a warm-up.
    case step
    /// As many instances as bring the metric to its target, with a warm-up.
    case targetTracking = "target-tracking"
  }

  /// Which side of the threshold is a breach.
  enum Side: String, CaseIterable, Sendable { case above, below }

  /// An adjustment for a part of the range beyond the threshold.
  struct Step: Sendable {
    /// The distance from the threshold where it begins.
    let from: Double
    let adjustment: CapacityAdjustment
  }

  let kind: Kind
  let side: Side
  let threshold: Double
  let adjustment: CapacityAdjustment
  let steps: [Step]
  let tracking: TargetTracking
  let alarms: AlarmSettings
  /// After a simple policy's activity.
  let cooldown: Nanoseconds
  /// How long a new instance counts as warming up.
  let warmUp: Nanoseconds
  let alarmPrice: Catalogue.Price?

  /// Reads a policy of a group with these defaults.
  init(
    from parameters: inout ParameterReader, _ group: AutoScalingGroup.MetricSettings,
    cooldown: Nanoseconds, warmUp: Nanoseconds?
  ) {
    kind = parameters.choice("policy", default: nil, "The kind of policy.")
    let isTracking = kind == .targetTracking
    let metric = ScalingMetric(from: &parameters, own: AutoScalingGroup.publishedMetrics)
    side = parameters.choice(
      "when", default: .above, "The side of the threshold that is a breach; simple and step.")
    let target = metric.value(
      "target", from: &parameters, "The value to hold, in the metric's unit; target-tracking.")
    let limit = metric.value(
      "threshold", from: &parameters,
      "The value that must not be passed, in the metric's unit; simple and step.")
    let magnitude = parameters.count(
      "minimum-adjustment", default: 0, in: 0...5000,
      "The least change that an adjustment in percent makes.")
    adjustment = CapacityAdjustment(
      "adjustment", default: "+1", from: &parameters, minimumMagnitude: magnitude,
      "Instances to add or take away: +1, -1, +10%, -10%, or =4 for that many; simple.")
    steps = Self.steps(&parameters, metric, magnitude)
    alarms = Self.alarms(&parameters, metric, group, isTracking: isTracking)
    tracking = TargetTracking(
      target: target ?? 0.8,
      lowShare: parameters.share(
        "scale-in-below", from: "autoscaling.low-threshold-share",
        "The share of the target below which a datapoint is low; target-tracking."),
      highDatapoints: alarms.datapoints,
      lowDatapoints: parameters.count(
        "scale-in-datapoints", from: "autoscaling.low-datapoints", in: 1...100,
        "Low datapoints in a row before capacity is taken away; target-tracking."),
      scalesIn: parameters.flag(
        "scale-in", default: true, "Whether capacity is taken away; target-tracking."))
    self.cooldown = parameters.duration(
      "cooldown", default: cooldown,
      "How long after a scaling activity alarms are ignored; the group's if none is written; "
        + "simple.",
      source: "ASG/ec2-auto-scaling-scaling-cooldowns")
    self.warmUp = parameters.duration(
      "warm-up", default: warmUp ?? cooldown,
      "How long after it is in service an instance is left out of the metric; the group's "
        + "'default-warm-up', else its 'cooldown'; step and target-tracking.",
      source: "BC:autoscaling.PutScalingPolicy")
    threshold = limit ?? 0.8
    alarmPrice = alarms.price(in: parameters.catalogue)
    if !parameters.isDescribing { check(target, limit, &parameters) }
  }

  private static func steps(
    _ parameters: inout ParameterReader, _ metric: ScalingMetric, _ magnitude: Int
  ) -> [Step] {
    let steps = parameters.sections(
      "steps", "Adjustments by the distance from the threshold; step."
    ) {
      Step(
        from: metric.value(
          "from", from: &$0,
          "The distance from the threshold where it begins, in the metric's unit; 0 if none is "
            + "written.") ?? 0,
        adjustment: CapacityAdjustment(
          "adjustment", default: nil, from: &$0, minimumMagnitude: magnitude,
          "Instances to add or take away, as in 'adjustment' of the policy."))
    }
    for (index, step) in steps.enumerated()
    where steps.prefix(index).contains(where: { $0.from == step.from }) {
      parameters.report(
        "two steps begin at \(metric.declaration.format(step.from))", at: "steps",
        help: "let each step begin where the one before ends")
    }
    return steps
  }

  private static func alarms(
    _ parameters: inout ParameterReader, _ metric: ScalingMetric,
    _ group: AutoScalingGroup.MetricSettings, isTracking: Bool
  ) -> AlarmSettings {
    let datapoints = parameters.count(
      "datapoints", default: isTracking ? 3 : 1, in: 1...100,
      "Breaching datapoints that raise the alarm: 3 with target-tracking, else 1.",
      source: "ASG/as-scaling-target-tracking")
    let periods = parameters.count(
      "evaluation-periods", default: datapoints, in: 1...100,
      "The datapoints among which those are; 'datapoints' if none is written.",
      source: "CW/AlarmThatSendsEmail")
    if periods < datapoints {
      parameters.report(
        "\(datapoints) of \(periods) datapoints can never breach", at: "evaluation-periods",
        help: "write at least \(datapoints)")
    }
    return AlarmSettings(
      metric: metric,
      period: AlarmSettings.period(
        "period", default: metric.component == nil ? group.period : .seconds(60),
        from: &parameters,
        "What a datapoint covers: 10s, 30s or whole minutes; that of 'metric' for the group's own.",
        source: "CW/AlarmThatSendsEmail"),
      datapoints: datapoints, evaluationPeriods: max(periods, datapoints),
      missingData: parameters.choice(
        "missing-data", default: .missing, "How periods without a datapoint are treated.",
        source: "CW/AlarmThatSendsEmail"),
      publication: group.publication)
  }

  private func check(
    _ target: Double?, _ limit: Double?, _ parameters: inout ParameterReader
  ) {
    if kind == .targetTracking, !parameters.has("target") {
      parameters.report("a target-tracking policy needs a 'target'", at: nil, help: "target: 60%")
    }
    if kind == .targetTracking, target == 0 {
      parameters.report("the target is 0", at: "target", help: "write a target above 0")
    }
    if kind != .targetTracking, !parameters.has("threshold") {
      parameters.report(
        "a \(kind.rawValue) policy needs a 'threshold'", at: nil, help: "threshold: 80%")
    }
    if kind == .step, steps.isEmpty {
      parameters.report(
        "a step policy needs 'steps'", at: nil, help: "steps: [{from: 0%, adjustment: +1}]")
    }
  }

  // MARK: Deciding

  /// The alarms of the policy: the first for a breach, a second for a low metric.
  func alarms(of owner: String) -> [Alarm] {
    guard kind == .targetTracking else {
      return [alarms.alarm(of: owner, side == .above ? .above : .below, threshold)]
    }
    let high = alarms.alarm(of: owner, .above, tracking.target)
    let low = alarms.alarm(
      of: owner, .below, tracking.lowThreshold, datapoints: tracking.lowDatapoints)
    return tracking.scalesIn ? [high, low] : [high]
  }

  /// The capacity that the step gives that a datapoint falls into; the farthest that it reaches.
  func stepped(_ value: Double, from current: Int) -> Int {
    let distance = side == .above ? value - threshold : threshold - value
    let step = steps.filter { $0.from <= distance }.max { $0.from < $1.from }
    return step?.adjustment.capacity(from: current) ?? current
  }
}
