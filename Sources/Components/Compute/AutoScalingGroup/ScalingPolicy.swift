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

  let kind: Kind
  /// The adjustment of a simple policy.
  let adjustment: CapacityAdjustment
  let steps: StepAdjustments
  let tracking: TargetTracking
  let alarms: AlarmSettings
  /// After a simple policy's activity.
  let cooldown: Nanoseconds
  /// How long a new instance counts as warming up.
  let warmUp: Nanoseconds
  let alarmPrice: Catalogue.Price?

  /// Whether it follows a metric of the group itself.
  func follows(_ own: MetricDeclaration) -> Bool {
    alarms.metric.component == nil && alarms.metric.declaration.name == own.name
  }

  /// Reads a policy of a group with these defaults.
  init(
    from parameters: inout ParameterReader, _ group: AutoScalingGroup.MetricSettings,
    cooldown: Nanoseconds, warmUp: Nanoseconds?
  ) {
    kind = parameters.choice("policy", default: nil, "The kind of policy.")
    let metric = ScalingMetric(from: &parameters, own: AutoScalingGroup.publishedMetrics, count: 1)
    let magnitude = parameters.count(
      "minimum-adjustment", default: 0, in: 0...5000,
      "The least change that an adjustment in percent makes.")
    adjustment = CapacityAdjustment(
      "adjustment", default: "+1", from: &parameters, minimumMagnitude: magnitude,
      "Instances to add or take away: +1, -1, +10%, -10%, or =4 for that many; simple.")
    steps = StepAdjustments(from: &parameters, metric, magnitude: magnitude)
    tracking = TargetTracking(from: &parameters, metric, of: "autoscaling")
    alarms = AlarmSettings(
      from: &parameters, metric, isTracking: kind == .targetTracking, period: group.period,
      publication: group.publication)
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
    alarmPrice = alarms.price(in: parameters.catalogue)
    Self.check(
      kind.rawValue, isTracking: kind == .targetTracking, needsSteps: kind == .step, steps,
      &parameters)
  }

  /// Reports what a policy of a kind lacks.
  static func check(
    _ kind: String, isTracking: Bool, needsSteps: Bool, _ steps: StepAdjustments,
    _ parameters: inout ParameterReader
  ) {
    guard !parameters.isDescribing else { return }
    if isTracking, !parameters.has("target") {
      parameters.report("a \(kind) policy needs a 'target'", at: nil, help: "target: 60%")
    }
    if !isTracking, !parameters.has("threshold") {
      parameters.report("a \(kind) policy needs a 'threshold'", at: nil, help: "threshold: 80%")
    }
    if needsSteps, steps.steps.isEmpty {
      parameters.report(
        "a \(kind) policy needs 'steps'", at: nil, help: "steps: [{from: 0%, adjustment: +1}]")
    }
  }

  /// The alarms of the policy: the first for a breach, a second for a low metric.
  func alarms(of owner: String) -> [Alarm] {
    kind == .targetTracking
      ? tracking.alarms(alarms, of: owner)
      : [alarms.alarm(of: owner, steps.comparison, steps.threshold)]
  }

  /// Why it acts on a value, in words.
  func cause(_ value: Double, isLow: Bool) -> String {
    alarms.cause(
      kind.rawValue, value, tracking: kind == .targetTracking ? tracking : nil, steps,
      isLow: isLow)
  }
}
