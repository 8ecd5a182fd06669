import Kernel

/// A policy of Application Auto Scaling: for tasks, tables, replicas.
///
/// Source: AAS/application-auto-scaling-target-tracking.
struct ApplicationScalingPolicy: Sendable {
  /// The kinds of policy.
  enum Kind: String, CaseIterable, Sendable {
    /// An adjustment by how far the threshold is breached.
    case step
    /// As much as brings the metric to its target.
    case targetTracking = "target-tracking"
  }

  let kind: Kind
  let steps: StepAdjustments
  let tracking: TargetTracking
  let alarms: AlarmSettings
  let outCooldown: Nanoseconds
  let inCooldown: Nanoseconds
  let alarmPrice: Catalogue.Price?

  /// Reads a policy.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the policy.
  ///   - own: the metrics that the component publishes itself.
  ///   - count: which of these is its capacity.
  ///   - service: the prefix of the catalogue's behaviours, such as `ecs`.
  ///   - publication: from the end of a period until its datapoint can be seen.
  init(
    from parameters: inout ParameterReader, own: [MetricDeclaration], count: Int, service: String,
    publication: Nanoseconds
  ) {
    kind = parameters.choice("policy", default: nil, "The kind of policy.")
    let metric = ScalingMetric(from: &parameters, own: own, count: count)
    let magnitude = parameters.count(
      "minimum-adjustment", default: 0, in: 0...5000,
      "The least change that an adjustment in percent makes.")
    steps = StepAdjustments(from: &parameters, metric, magnitude: magnitude)
    tracking = TargetTracking(from: &parameters, metric, of: service)
    alarms = AlarmSettings(
      from: &parameters, metric, isTracking: kind == .targetTracking, period: .seconds(60),
      publication: publication)
    outCooldown = parameters.duration(
      "scale-out-cooldown", from: "\(service).cooldown",
      "After capacity was added, how long only a larger addition is made.")
    inCooldown = parameters.duration(
      "scale-in-cooldown", from: "\(service).cooldown",
      "After capacity was taken away, how long no more is.")
    alarmPrice = alarms.price(in: parameters.catalogue)
    ScalingPolicy.check(
      kind.rawValue, isTracking: kind == .targetTracking, needsSteps: kind == .step, steps,
      &parameters)
  }

  /// The alarms of the policy: the first for a breach, a second for a low metric.
  func alarms(of owner: String) -> [Alarm] {
    kind == .targetTracking
      ? tracking.alarms(alarms, of: owner)
      : [alarms.alarm(of: owner, steps.comparison, steps.threshold)]
  }
}

/// Decides a capacity by policies of Application Auto Scaling.
struct ApplicationScaling {
  /// What a decision depends on besides the alarm.
  struct Situation {
    var now: Nanoseconds
    var desired: Int
    var minimum: Int
    var maximum: Int
    /// For each policy the capacity that the datapoint is about.
    var measured: [Int]
  }

  /// A change of the desired capacity and how it came about.
  struct Decision {
    var capacity: Int
    var cause: String
    var delays: [ScalingAction.Delay]
    fileprivate var policy: Int
  }

  let policies: [ApplicationScalingPolicy]
  /// Until then only a larger addition is made than that which began at `outBase`.
  private var outEnd: Nanoseconds = 0
  private var outBase = 0
  /// Until then nothing is taken away.
  private var inEnd: Nanoseconds = 0
  /// When each policy was first held back by a cooldown.
  private var blockedSince: [Nanoseconds?]

  init(_ policies: [ApplicationScalingPolicy]) {
    self.policies = policies
    blockedSince = Array(repeating: nil, count: policies.count)
  }

  /// The alarms of a policy are raised no more.
  mutating func calmed(_ policy: Int) { blockedSince[policy] = nil }

  /// Decides on alarms of one instant, and begins the cooldown of what is decided.
  ///
  /// Out if any policy wants out, the largest capacity wins; in by target tracking only if all its
  /// policies want in.
  ///
  /// - Parameters:
  ///   - raised: the alarms that act.
  ///   - situation: what is scaled.
  ///   - allLow: whether all low alarms of target tracking are raised.
  /// - Returns: The change to be made, nil if there is none.
  mutating func decide(
    _ raised: [RaisedAlarm], _ situation: Situation, allLow: Bool
  ) -> Decision? {
    var wanted: [Decision] = []
    for alarm in raised where allLow || !alarm.isLow {
      if let decision = decide(alarm, situation) { wanted.append(decision) }
    }
    guard let largest = wanted.max(by: { $0.capacity < $1.capacity }),
      largest.capacity != situation.desired
    else { return nil }
    begin(largest, situation)
    return largest
  }

  /// Begins a cooldown; adding capacity ends that of taking away.
  private mutating func begin(_ decision: Decision, _ situation: Situation) {
    let policy = policies[decision.policy]
    if decision.capacity > situation.desired {
      if situation.now >= outEnd { outBase = situation.desired }
      outEnd = situation.now + policy.outCooldown
      inEnd = 0
    } else {
      inEnd = situation.now + policy.inCooldown
    }
    blockedSince[decision.policy] = nil
  }

  private mutating func decide(_ alarm: RaisedAlarm, _ situation: Situation) -> Decision? {
    let policy = policies[alarm.policy]
    guard let value = alarm.evaluation.value else { return nil }
    let free = goal(policy, value, alarm, situation, from: situation.desired)
    var capacity = free
    if free > situation.desired, situation.now < outEnd {
      // What was added since counts: only what is more than that is added.
      capacity = max(
        situation.desired, goal(policy, value, alarm, situation, from: outBase))
    } else if free < situation.desired, situation.now < inEnd {
      capacity = situation.desired
    }
    if free != situation.desired, capacity == situation.desired {
      if blockedSince[alarm.policy] == nil { blockedSince[alarm.policy] = situation.now }
    }
    let blocked = blockedSince[alarm.policy].map {
      ScalingAction.Delay("cooldown", situation.now - $0)
    }
    let isTracking = policy.kind == .targetTracking
    return Decision(
      capacity: capacity,
      cause: policy.alarms.cause(
        policy.kind.rawValue, value, tracking: isTracking ? policy.tracking : nil, policy.steps,
        isLow: alarm.isLow),
      delays: alarm.evaluation.delays + [blocked].compactMap { $0 }, policy: alarm.policy)
  }

  /// The capacity that a policy wants, if there are `base`.
  private func goal(
    _ policy: ApplicationScalingPolicy, _ value: Double, _ alarm: RaisedAlarm,
    _ situation: Situation, from base: Int
  ) -> Int {
    func bounded(_ capacity: Int) -> Int {
      min(max(capacity, situation.minimum), situation.maximum)
    }
    guard policy.kind == .targetTracking else {
      return bounded(policy.steps.capacity(for: value, from: base))
    }
    let measured = max(1, situation.measured[alarm.policy])
    let tracked = policy.tracking.capacity(for: value, of: measured)
    if alarm.isLow { return min(bounded(tracked), situation.desired) }
    // In a cooldown the metric's want is added to where the cooldown began.
    let isHeld = base != situation.desired
    return bounded(max(isHeld ? base + tracked - measured : tracked, situation.desired))
  }
}
