import Kernel

/// How instances come and go.
extension RunningAutoScalingGroup {
  private var life: GroupLifecycle { specification.lifecycle }

  // MARK: Coming

  /// Puts the instances of the start to work.
  func beginLives(_ kernel: inout Kernel) {
    for _ in 0..<desired {
      guard let ordinal = addMember(action: nil, &kernel) else { return }
      startBill(ordinal, specification.credits, &kernel)
      members[ordinal].isListening = true
      enterService(ordinal, isReady: true, &kernel)
    }
    poolReady = poolTarget
    changePoolBill(&kernel)
  }

  private func startBill(_ ordinal: Int, _ credits: CreditSettings, _ kernel: inout Kernel) {
    instances[ordinal].billedFrom = kernel.now
    instances[ordinal].startCredits(
      credits, specification.instance.credits, owner: id, kind: EventKind.credits,
      ordinal: ordinal, &kernel)
  }

  /// A new instance that is pending, of which the group knows nothing yet.
  private func addMember(action: Int?, _ kernel: inout Kernel) -> Int? {
    let ordinal = add(action: action, &kernel)
    if ordinal != nil { members.append(GroupMember()) }
    return ordinal
  }

  private func launch(action: Int?, _ kernel: inout Kernel) {
    guard let ordinal = addMember(action: action, &kernel) else { return }
    let payload = UInt32(ordinal)
    if let pool = life.warmPool, poolReady > 0 {
      poolReady -= 1
      changePoolBill(&kernel)
      // One that runs goes from the pool's bill to its own.
      let running = pool.state == .running ? 0 : min(life.launch, pool.start)
      kernel.schedule(after: running, id, EventKind.running, payload)
      kernel.schedule(after: pool.start, id, EventKind.listening, payload)
      kernel.schedule(after: pool.start + life.launchHook, id, EventKind.inService, payload)
      return
    }
    let listening = life.launch + life.boot + life.applicationStart
    let beginning = life.serviceStart == .running ? life.launch : listening
    kernel.schedule(after: life.launch, id, EventKind.running, payload)
    kernel.schedule(after: listening, id, EventKind.listening, payload)
    kernel.schedule(after: beginning + life.launchHook, id, EventKind.inService, payload)
  }

  /// The delays from the need for an instance until it can serve.
  func launchDelays(of count: Int) -> [ScalingAction.Delay] {
    var delays: [ScalingAction.Delay] = []
    if let pool = life.warmPool, poolReady >= count {
      delays = [ScalingAction.Delay("launch", pool.start)]
    } else {
      delays = [
        ScalingAction.Delay("launch", life.launch), ScalingAction.Delay("boot", life.boot),
        ScalingAction.Delay("application_start", life.applicationStart),
      ]
    }
    if life.launchHook > 0 { delays.append(ScalingAction.Delay("hook", life.launchHook)) }
    return delays
  }

  /// An event of an instance's life.
  func live(_ ordinal: Int, _ kind: UInt16, _ kernel: inout Kernel) {
    let state = instances[ordinal].state
    switch kind {
    case EventKind.running:
      if state == .pending {
        startBill(ordinal, CreditSettings(mode: specification.credits.mode), &kernel)
      }
    case EventKind.listening: members[ordinal].isListening = true
    case EventKind.inService:
      if state == .pending { enterService(ordinal, isReady: false, &kernel) }
    case EventKind.warm:
      if state == .inService { measure(ordinal, kernel.now) }
    default: terminate(ordinal, &kernel)
    }
  }

  private func enterService(_ ordinal: Int, isReady: Bool, _ kernel: inout Kernel) {
    putInService(ordinal, isReady: isReady, &kernel)
    if isReady {
      measure(ordinal, kernel.now)
    } else if isWatched {
      kernel.schedule(after: longestWarmUp, id, EventKind.warm, UInt32(ordinal))
    }
    endPart(of: instances[ordinal].action, &kernel)
  }

  // MARK: Being measured

  private func measure(_ ordinal: Int, _ now: Nanoseconds) {
    members[ordinal].measuredFrom = now
    members[ordinal].processorTimeBefore = instances[ordinal].processor.busyTime(at: now)
    measured.change(by: 1, at: now)
  }

  func measureNoMore(_ ordinal: Int, _ now: Nanoseconds) {
    guard let totals = measurement(of: ordinal, at: now) else { return }
    measuredBefore.used += totals.used
    measuredBefore.capacity += totals.capacity
    members[ordinal].measuredFrom = nil
    measured.change(by: -1, at: now)
  }

  /// The processor time that an instance used and had since it is measured.
  private func measurement(
    of ordinal: Int, at now: Nanoseconds
  ) -> (used: Double, capacity: Double)? {
    guard let from = members[ordinal].measuredFrom else { return nil }
    let used = instances[ordinal].processor.busyTime(at: now) - members[ordinal].processorTimeBefore
    return (Double(used), Double(now - from) * Double(host.processors))
  }

  /// The running totals of the CPU metric.
  func measuredProcessorTime(at now: Nanoseconds) -> (Double, Double) {
    var totals = measuredBefore
    for ordinal in instances.indices {
      guard let own = measurement(of: ordinal, at: now) else { continue }
      totals.used += own.used
      totals.capacity += own.capacity
    }
    return (totals.used, totals.capacity)
  }

  /// The share of their memory that the instances use, those that warm up left out; nil if that is
  /// not known.
  func measuredMemory() -> Double? {
    guard let needs = host.application.memory, measured.count > 0 else { return nil }
    var used = 0
    for ordinal in instances.indices where members[ordinal].measuredFrom != nil {
      used += instances[ordinal].memory(needs)
    }
    return Double(used) / Double(measured.count * host.memory)
  }

  // MARK: Going

  /// Launches or takes away until the group has as many instances as it should.
  func reconcile(action: Int?, _ kernel: inout Kernel) {
    let change = desired - presentCount
    if let action, change != 0 { parts[action] = abs(change) }
    if let action, change == 0 { endActivity(action, kernel.now) }
    if change > 0 {
      for _ in 0..<change { launch(action: action, &kernel) }
    } else {
      for _ in 0..<(-change) { takeAway(action: action, &kernel) }
    }
    refillPool(&kernel)
  }

  private func takeAway(action: Int?, _ kernel: inout Kernel) {
    if let ordinal = firstToGo(&kernel) {
      members[ordinal].leavingAction = action
      if life.warmPool?.reuses == true, poolReady + poolComing < poolTarget {
        members[ordinal].returnsToPool = true
        poolComing += 1
      }
      remove(ordinal, &kernel)
    } else if let ordinal = instances.lastIndex(where: { $0.state == .pending }) {
      let pending = instances[ordinal]
      pending.state = .terminated
      pending.stopBill(at: kernel.now)
      endPart(of: pending.action, &kernel)
      endPart(of: action, &kernel)
    }
  }

  /// The instance that goes on scale-in: the balance of zones comes before any policy.
  private func firstToGo(_ kernel: inout Kernel) -> Int? {
    let candidates = removable
    guard !candidates.isEmpty else { return nil }
    let now = kernel.now
    let ranks = candidates.map { ordinal -> Nanoseconds in
      let age = now - (instances[ordinal].billedFrom ?? now)
      switch life.termination {
      // All have the same launch template.
      case .default: return age % .seconds(3600)
      case .oldestInstance: return age
      case .newestInstance: return -age
      }
    }
    let best = ranks.max() ?? 0
    let ties = candidates.indices.filter { ranks[$0] == best }.map { candidates[$0] }
    choices += 1
    let draw = terminationKey.numbered(choices).bits
    return ties[Int(draw.multipliedFullWidth(by: UInt64(ties.count)).high)]
  }

  func remove(_ ordinal: Int, _ kernel: inout Kernel) {
    measureNoMore(ordinal, kernel.now)
    takeOutOfService(ordinal, &kernel)
  }

  /// What follows on draining: the termination hook, if there is one.
  func endDraining(_ ordinal: Int, _ kernel: inout Kernel) {
    if life.terminationHook > 0 {
      kernel.schedule(after: life.terminationHook, id, EventKind.hookEnd, UInt32(ordinal))
    } else {
      terminate(ordinal, &kernel)
    }
  }

  /// What follows on termination: a place in the warm pool, the end of an activity.
  func endLife(_ ordinal: Int, _ kernel: inout Kernel) {
    if members[ordinal].returnsToPool {
      poolComing -= 1
      if poolReady < poolTarget { poolReady += 1 }
      changePoolBill(&kernel)
    }
    endPart(of: members[ordinal].leavingAction, &kernel)
  }

  /// An activity ends with the last instance that it launched or terminated.
  func endPart(of action: Int?, _ kernel: inout Kernel) {
    guard let action, let left = parts[action] else { return }
    parts[action] = left > 1 ? left - 1 : nil
    if left == 1 { endActivity(action, kernel.now) }
  }

  private func endActivity(_ action: Int, _ now: Nanoseconds) {
    if let cooldown = cooldowns[action] { controller.activityEnded(at: now, cooldown: cooldown) }
  }

  // MARK: Health

  func foundHealthy(_ ordinal: Int, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    guard let action = instance.action, let since = instance.inServiceAt else { return }
    guard !actions[action].delays.contains(where: { $0.name == "health_check" }) else { return }
    // What the application takes to start has its own delay if it starts in service.
    let started = life.serviceStart == .running ? life.boot + life.applicationStart : 0
    let delays = actions[action].delays
    let index = delays.firstIndex { $0.name == "warm_up" } ?? delays.count
    actions[action].delays.insert(
      ScalingAction.Delay("health_check", max(0, kernel.now - since - started)), at: index)
  }

  // MARK: The warm pool

  /// How many instances should be in the pool: it shrinks as the group grows.
  private var poolTarget: Int {
    life.warmPool.map { max($0.minimum, $0.prepared - desired) } ?? 0
  }

  private func refillPool(_ kernel: inout Kernel) {
    guard life.warmPool != nil else { return }
    let missing = poolTarget - poolReady - poolComing
    let time = life.launch + life.boot + life.applicationStart
    if missing > 0 {
      for _ in 0..<missing {
        poolComing += 1
        kernel.schedule(after: time, id, EventKind.pooled, 0)
      }
    } else if poolReady > poolTarget {
      poolReady = poolTarget
    }
    changePoolBill(&kernel)
  }

  /// An instance of the pool is prepared; it was billed from when it ran.
  func enterPool(_ kernel: inout Kernel) {
    poolComing -= 1
    if poolReady < poolTarget { poolReady += 1 }
    preparedTime += life.boot + life.applicationStart
    changePoolBill(&kernel)
  }

  private func changePoolBill(_ kernel: inout Kernel) {
    let billed = life.warmPool?.state == .running ? poolReady : 0
    pooled.change(by: billed - pooled.level, at: kernel.now)
  }
}
