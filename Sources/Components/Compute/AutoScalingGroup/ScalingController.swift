import Kernel

/// Watches a group's CPU metric and decides its capacity.
///
/// Each period gives a datapoint, which can be seen after the publication delay; then the alarms
/// are evaluated. An alarm that stays raised acts again at each datapoint, as AWS repeats the
/// actions of Auto Scaling alarms every minute (CW/AlarmThatSendsEmail).
struct ScalingController {
  /// A change of the desired capacity and how it came about.
  struct Decision {
    var capacity: Int
    var cause: String
    var delays: [ScalingAction.Delay]
    var policy: ScalingPolicy
  }

  private let policies: [ScalingPolicy]
  private let metric: AutoScalingGroup.MetricSettings
  private let minimum: Int
  private let maximum: Int
  private(set) var datapoints: [Double] = []
  /// No simple policy acts before; `.max` while an activity is in progress.
  private var cooldownEnd: Nanoseconds = 0
  /// When each policy's alarm was first raised without being able to act.
  private var blockedSince: [Nanoseconds?]

  init(_ specification: AutoScalingGroup) {
    policies = specification.policies
    metric = specification.metric
    minimum = specification.minimum
    maximum = specification.maximum
    blockedSince = Array(repeating: nil, count: policies.count)
  }

  /// A simple policy's activity began: alarms are ignored until it ends and has cooled down.
  mutating func activityBegan() { cooldownEnd = .max }

  /// The activity ended.
  mutating func activityEnded(at now: Nanoseconds, cooldown: Nanoseconds) {
    cooldownEnd = now + cooldown
  }

  /// Takes a datapoint that has been published and decides.
  ///
  /// - Parameters:
  ///   - value: the average CPU utilization of a period; nil if no instance reported.
  ///   - reporting: the instances that the datapoint is the average of.
  ///   - now: the time.
  ///   - desired: the desired capacity.
  ///   - warming: how many instances are launching or warming up; they are part of `desired`.
  /// - Returns: The change to be made, nil if there is none.
  mutating func observe(
    _ value: Double?, of reporting: Int, at now: Nanoseconds, desired: Int, warming: Int
  ) -> Decision? {
    guard let value else {
      // Missing data is no breach: the alarm waits for data.
      datapoints.removeAll()
      return nil
    }
    datapoints.append(value)
    if datapoints.count > 120 { datapoints.removeFirst() }
    var wanted: [Decision] = []
    for index in policies.indices {
      if let decision = decide(
        index, (value, reporting), now, desired, warming)
      {
        wanted.append(decision)
      }
    }
    // Out if any policy wants out; the largest capacity wins (ASG/as-scale-based-on-demand).
    guard let largest = wanted.max(by: { $0.capacity < $1.capacity }) else { return nil }
    if largest.capacity < desired, !everyTrackingAgrees(desired) { return nil }
    return largest.capacity == desired ? nil : largest
  }

  /// Target tracking takes capacity away only if all its policies would.
  private func everyTrackingAgrees(_ desired: Int) -> Bool {
    policies.filter { $0.kind == .targetTracking && $0.scalesIn }.allSatisfy {
      $0.isLow(by: datapoints)
    }
  }

  private mutating func decide(
    _ index: Int, _ datapoint: (value: Double, instances: Int), _ now: Nanoseconds,
    _ desired: Int, _ warming: Int
  ) -> Decision? {
    let policy = policies[index]
    let isBreached = policy.isBreached(by: datapoints)
    guard isBreached || policy.isLow(by: datapoints) else {
      blockedSince[index] = nil
      return nil
    }
    if policy.kind == .simple, now < cooldownEnd {
      if blockedSince[index] == nil { blockedSince[index] = now }
      return nil
    }
    let goal =
      switch policy.kind {
      case .simple: desired + policy.adjustment
      // What is warming up was asked for already: the same step again adds nothing, a larger one
      // the difference (ASG/as-scaling-simple-step).
      case .step: desired - warming + policy.stepAdjustment(datapoint.value)
      case .targetTracking: policy.tracked(datapoint.value, by: datapoint.instances)
      }
    var capacity = min(max(goal, minimum), maximum)
    if policy.kind != .simple, warming > 0 {
      // Capacity on its way counts, and nothing is taken away meanwhile.
      capacity = max(capacity, desired)
    }
    // A breach never takes capacity away, a low alarm never adds any.
    if policy.kind == .targetTracking {
      capacity = isBreached ? max(capacity, desired) : min(capacity, desired)
    }
    guard capacity != desired else { return nil }
    defer { blockedSince[index] = nil }
    return Decision(
      capacity: capacity, cause: cause(policy, datapoint.value, isBreached),
      delays: delays(policy, isBreached, blockedFor: blockedSince[index].map { now - $0 }),
      policy: policy)
  }

  private func delays(
    _ policy: ScalingPolicy, _ isBreached: Bool, blockedFor: Nanoseconds?
  ) -> [ScalingAction.Delay] {
    let count = isBreached ? policy.datapoints : policy.lowDatapoints
    var delays = [
      ScalingAction.Delay("metric", metric.period * Nanoseconds(count)),
      ScalingAction.Delay("publication", metric.publication),
    ]
    if let blockedFor { delays.append(ScalingAction.Delay("cooldown", blockedFor)) }
    return delays
  }

  private func cause(_ policy: ScalingPolicy, _ value: Double, _ isBreached: Bool) -> String {
    let cpu = Units.format(share: (value * 1000).rounded() / 1000)
    let threshold = isBreached ? policy.threshold : policy.lowThreshold
    let isAbove = isBreached && (policy.side == .above || policy.kind == .targetTracking)
    return "\(policy.kind.rawValue): CPU \(cpu) \(isAbove ? "above" : "below") "
      + Units.format(share: (threshold * 1000).rounded() / 1000)
  }
}
