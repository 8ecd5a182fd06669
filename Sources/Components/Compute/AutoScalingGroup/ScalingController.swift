import Kernel

/// Decides a group's capacity when alarms of its policies are raised.
struct ScalingController {
  /// What a decision depends on besides the alarm.
  struct Situation {
    var now: Nanoseconds
    var desired: Int
    var minimum: Int
    var maximum: Int
    /// For each policy the instances that launch or warm up; they are part of `desired`.
    var warming: [Int]
    /// For each policy the instances that the datapoint is about.
    var measured: [Int]
  }

  /// A change of the desired capacity and how it came about.
  struct Decision {
    var capacity: Int
    var cause: String
    var delays: [ScalingAction.Delay]
    var policy: ScalingPolicy
  }

  let policies: [ScalingPolicy]
  /// No simple policy acts before; `.max` while an activity is in progress.
  private var cooldownEnd: Nanoseconds = 0
  /// When each policy's alarm was first raised without being able to act.
  private var blockedSince: [Nanoseconds?]

  init(_ policies: [ScalingPolicy]) {
    self.policies = policies
    blockedSince = Array(repeating: nil, count: policies.count)
  }

  /// A simple policy's activity began: alarms are ignored until it ends and has cooled down.
  mutating func activityBegan() { cooldownEnd = .max }

  /// The activity ended.
  mutating func activityEnded(at now: Nanoseconds, cooldown: Nanoseconds) {
    cooldownEnd = now + cooldown
  }

  /// The alarm of a policy is raised no more.
  mutating func calmed(_ policy: Int) { blockedSince[policy] = nil }

  /// Decides on alarms of one instant.
  ///
  /// Out if any policy wants out, the largest capacity wins; in by target tracking only if all its
  /// policies want in (ASG/as-scale-based-on-demand, ASG/as-scaling-target-tracking).
  ///
  /// - Parameters:
  ///   - raised: the alarms that act.
  ///   - situation: the group.
  ///   - allLow: whether all low alarms of target tracking are raised.
  /// - Returns: The change to be made, nil if there is none.
  mutating func decide(
    _ raised: [RaisedAlarm], _ situation: Situation, allLow: Bool
  ) -> Decision? {
    var wanted: [Decision] = []
    for alarm in raised where allLow || !alarm.isLow {
      if let decision = decide(alarm, situation) { wanted.append(decision) }
    }
    guard let largest = wanted.max(by: { $0.capacity < $1.capacity }) else { return nil }
    return largest.capacity == situation.desired ? nil : largest
  }

  private mutating func decide(_ alarm: RaisedAlarm, _ situation: Situation) -> Decision? {
    let policy = policies[alarm.policy]
    guard let value = alarm.evaluation.value else { return nil }
    if policy.kind == .simple, situation.now < cooldownEnd {
      if blockedSince[alarm.policy] == nil { blockedSince[alarm.policy] = situation.now }
      return nil
    }
    let warming = situation.warming[alarm.policy]
    let desired = situation.desired
    let goal =
      switch policy.kind {
      case .simple: policy.adjustment.capacity(from: desired)
      // What is warming up was asked for already: the same step again adds nothing, a larger one
      // the difference (ASG/as-scaling-simple-step).
      case .step: policy.steps.capacity(for: value, from: desired - warming)
      case .targetTracking:
        policy.tracking.capacity(for: value, of: max(1, situation.measured[alarm.policy]))
      }
    var capacity = min(max(goal, situation.minimum), situation.maximum)
    if policy.kind != .simple, warming > 0 {
      // Capacity on its way counts, and nothing is taken away meanwhile.
      capacity = max(capacity, desired)
    }
    if policy.kind == .targetTracking {
      capacity = alarm.isLow ? min(capacity, desired) : max(capacity, desired)
    }
    let blocked = blockedSince[alarm.policy].map { situation.now - $0 }
    if capacity != desired { blockedSince[alarm.policy] = nil }
    return Decision(
      capacity: capacity, cause: policy.cause(value, isLow: alarm.isLow),
      delays: alarm.evaluation.delays
        + (blocked.map { [ScalingAction.Delay("cooldown", $0)] } ?? []),
      policy: policy)
  }
}
