import Kernel

/// What changes the group's capacity.
extension RunningAutoScalingGroup {
  /// Whether a metric of the group may be looked at.
  var isWatched: Bool { !specification.policies.isEmpty }

  /// How long a new instance is left out of the metric: the longest warm-up of all policies.
  var longestWarmUp: Nanoseconds {
    specification.policies.filter { $0.kind != .simple }.map(\.warmUp).max() ?? 0
  }

  // MARK: Alarms

  func watchAlarms(_ assembly: inout Assembly) {
    alarms.watch(
      specification.policies.map { $0.alarms(of: site.name) }, for: self, &assembly)
  }

  func alarmsEvaluated(_ evaluations: [AlarmEvaluation], _ kernel: inout Kernel) {
    let raised = alarms.take(evaluations)
    for policy in specification.policies.indices where alarms.isCalm(policy) {
      controller.calmed(policy)
    }
    guard !raised.isEmpty,
      let decision = controller.decide(
        raised, situation(raised, kernel.now), allLow: alarms.allLow)
    else { return }
    act(decision, &kernel)
  }

  private func situation(
    _ raised: [RaisedAlarm], _ now: Nanoseconds
  ) -> ScalingController.Situation {
    let policies = specification.policies
    var about = Array(repeating: 0, count: policies.count)
    for alarm in raised {
      let metric = policies[alarm.policy].alarms.metric
      let isOwn = metric.component == nil && metric.divisor == nil
      about[alarm.policy] = (isOwn ? measured : inService).count(
        before: alarm.evaluation.periodEnd)
    }
    return ScalingController.Situation(
      now: now, desired: desired, minimum: minimum, maximum: maximum,
      warming: policies.map { warming($0.warmUp, now) }, measured: about)
  }

  /// The instances that launch, or are in service for less than a warm-up.
  private func warming(_ warmUp: Nanoseconds, _ now: Nanoseconds) -> Int {
    instances.count { instance in
      if instance.state == .pending { return true }
      guard instance.state == .inService, let since = instance.inServiceAt, since != .min else {
        return false
      }
      return now - since < warmUp
    }
  }

  private func act(_ decision: ScalingController.Decision, _ kernel: inout Kernel) {
    var delays = decision.delays
    if decision.capacity > desired {
      delays += launchDelays(of: decision.capacity - desired)
      if decision.policy.kind != .simple {
        delays.append(ScalingAction.Delay("warm_up", decision.policy.warmUp))
      }
    }
    if decision.policy.kind == .simple {
      cooldowns[actions.count] = decision.policy.cooldown
      controller.activityBegan()
    }
    change(to: decision.capacity, because: decision.cause, delays, &kernel)
  }

  private func change(
    to capacity: Int, because cause: String, _ delays: [ScalingAction.Delay],
    _ kernel: inout Kernel
  ) {
    let number = actions.count
    actions.append(
      ScalingAction(
        at: kernel.now, component: site.name, from: desired, to: capacity, cause: cause,
        delays: delays))
    desired = capacity
    reconcile(action: number, &kernel)
  }

  // MARK: Set times

  func beginSchedule(_ kernel: inout Kernel) {
    for (index, action) in specification.scheduled.enumerated() {
      kernel.schedule(after: action.start, id, EventKind.scheduled, UInt32(index))
    }
  }

  /// Sets limits and capacity; a scheduled action waits for no cooldown.
  func runScheduled(_ index: Int, _ kernel: inout Kernel) {
    let action = specification.scheduled[index]
    if let every = action.every {
      kernel.schedule(after: every, id, EventKind.scheduled, UInt32(index))
    }
    minimum = action.minimum ?? minimum
    maximum = action.maximum ?? maximum
    // The limit that is set moves the other one with it.
    if action.maximum == nil {
      maximum = max(maximum, minimum)
    } else {
      minimum = min(minimum, maximum)
    }
    let capacity = min(max(action.desired ?? desired, minimum), maximum)
    guard capacity != desired else { return }
    let delays = capacity > desired ? launchDelays(of: capacity - desired) : []
    change(to: capacity, because: "scheduled action", delays, &kernel)
  }
}
