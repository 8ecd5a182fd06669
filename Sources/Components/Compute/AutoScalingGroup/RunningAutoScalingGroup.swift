import Kernel

/// An Auto Scaling group at work.
///
/// A request's own call is the frame of its steps; its `place` is the process that works on it,
/// numbered over all instances.
final class RunningAutoScalingGroup: SteppedComponent, ReplicatedComponent, AlarmListener {
  enum EventKind {
    static let processor = StepEvent.ownKinds
    static let running = StepEvent.ownKinds + 1
    static let listening = StepEvent.ownKinds + 2
    static let inService = StepEvent.ownKinds + 3
    static let warm = StepEvent.ownKinds + 4
    static let graceEnd = StepEvent.ownKinds + 5
    static let hookEnd = StepEvent.ownKinds + 6
    static let pooled = StepEvent.ownKinds + 7
    static let scheduled = StepEvent.ownKinds + 8
    static let credits = StepEvent.ownKinds + 9
    static let lost = StepEvent.ownKinds + 10
    static let missed = StepEvent.ownKinds + 11
    static let shortOfMemory = StepEvent.ownKinds + 12
    static let tooLong = StepEvent.ownKinds + 13
    static let killed = StepEvent.ownKinds + 14
    static let restarted = StepEvent.ownKinds + 15
  }

  let specification: AutoScalingGroup
  let processes: Int
  var instances: [Instance] = []
  /// What the group knows of each instance.
  var members: [GroupMember] = []
  /// The instances again, to be entered without being retained.
  let entrances = GrowingCells<Unmanaged<Instance>>()
  var listeners: [any TargetListener] = []
  /// Components that keep something for each process.
  var stores: [any ProcessStore] = []
  private var turn = 0
  private let mayBeDeaf: Bool
  /// Whether memory, time or number of requests of a process are limited.
  private let hasLimits: Bool

  // Scaling.
  var desired: Int
  var minimum: Int
  var maximum: Int
  var controller: ScalingController
  var alarms: [PolicyAlarm] = []
  var actions: [ScalingAction] = []
  /// The cooldown after each simple policy's activity.
  var cooldowns: [Int: Nanoseconds] = [:]
  /// For each action the instances that it has yet to launch or terminate.
  var parts: [Int: Int] = [:]
  let terminationKey: RandomKey
  var choices: UInt64 = 0

  // The metric: instances in service, those that are warm, and what is over.
  var inService = CountHistory()
  var measured = CountHistory()
  var measuredBefore = (used: 0.0, capacity: 0.0)

  // The warm pool.
  var poolReady = 0
  var poolComing = 0
  var preparedTime: Nanoseconds = 0
  let pooled = LevelRecorder(at: 0)

  /// Instances that are to be interrupted.
  var condemned: [Int] = []
  /// Zones that are lost.
  var lostZones: [Int] = []
  var replacedCount = 0
  var refused = 0
  let serving = LevelRecorder(at: 0)
  let sojourn = HistogramRecorder()
  let failures = HistogramRecorder()

  init(_ specification: AutoScalingGroup, at site: Site) {
    self.specification = specification
    processes = specification.application.processes
    mayBeDeaf = specification.lifecycle.serviceStart == .running
    let application = specification.application
    hasLimits =
      application.memory != nil || application.workerTimeout != nil
      || application.concurrencyLimit != nil
    desired = specification.desired
    minimum = specification.minimum
    maximum = specification.maximum
    controller = ScalingController(specification.policies)
    terminationKey = site.ownKey("termination")
    super.init(Self.program(of: specification, site), at: site)
  }

  private static func program(of specification: AutoScalingGroup, _ site: Site) -> StepProgram {
    let isLoop = specification.application.concurrency == .eventLoop
    let first = isLoop ? 1 : 0
    let pools = specification.application.connections.enumerated().map { index, pool in
      (target: pool.name, index: first + index, connect: Optional(pool.value.connect))
    }
    return specification.program.compile(
      site.name, HostResources(eventLoop: isLoop ? 0 : nil, pools: pools),
      health: specification.application.healthCheckTime)
  }

  // MARK: Setting up

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    operation is HealthCheck
      ? UInt16(specification.program.all.count) : specification.program.number(of: operation)
  }

  func tell(_ listener: any TargetListener) { listeners.append(listener) }

  override func link(_ assembly: inout Assembly) {
    super.link(&assembly)
    watchAlarms(&assembly)
    stores = assembly.components.compactMap { $0 as? any ProcessStore }
  }

  override func begin(_ kernel: inout Kernel) {
    beginLives(&kernel)
    beginSchedule(&kernel)
  }

  // MARK: Requests

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let ordinal = Int(kernel.calls[call].place) - 1
    guard let ordinal = ordinal >= 0 ? ordinal : nextInService() else {
      refused += 1
      return kernel.reply(call, .refused)
    }
    kernel.calls[call].place = UInt16(ordinal)
    entrances[ordinal]._withUnsafeGuaranteedRef { receive(call, $0, ordinal, &kernel) }
  }

  private func receive(
    _ call: CallID, _ instance: Instance, _ ordinal: Int, _ kernel: inout Kernel
  ) {
    guard instance.state != .terminated else {
      // Nothing answers where an instance was lost; one that was drained closes the connection.
      if instance.isLost { refused += 1 }
      return kernel.reply(call, instance.isLost ? .refused : .terminated)
    }
    if mayBeDeaf, !members[ordinal].isListening {
      refused += 1
      return kernel.reply(call, .refused)
    }
    switch instance.workers.arrive(call, &kernel) {
    case .served: begin(call, on: ordinal, &kernel)
    case .queued: kernel.calls[call].children = Self.unbegun
    case .blocked:
      refused += 1
      kernel.reply(call, .refused)
    }
  }

  /// The group itself spreads calls that come without a load balancer.
  private func nextInService() -> Int? {
    for offset in 1...max(1, instances.count) {
      let ordinal = (turn + offset) % max(1, instances.count)
      if instances.indices.contains(ordinal), instances[ordinal].state == .inService,
        members[ordinal].isListening
      {
        turn = ordinal
        return ordinal
      }
    }
    return nil
  }

  func begin(_ call: CallID, on ordinal: Int, _ kernel: inout Kernel) {
    let process = entrances[ordinal]._withUnsafeGuaranteedRef { $0.enter() }
    kernel.calls[call].place = UInt16(ordinal * processes + process)
    if hasLimits, isRefused(call, ordinal, process, &kernel) { return }
    beginSteps(call, &kernel)
  }

  override func finished(_ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let place = Int(kernel.calls[request].place)
    let ordinal = place / processes
    if Int(kernel.calls[request].operation) < specification.program.all.count {
      let time = kernel.now - kernel.calls[request].began
      if outcome.isSuccess { sojourn.record(time) } else { failures.record(time) }
    }
    if hasLimits { stopClock(request, &kernel) }
    kernel.reply(request, outcome)
    let next = entrances[ordinal]._withUnsafeGuaranteedRef { instance in
      instance.leave(place % processes)
      return instance.workers.depart(&kernel)
    }
    guard next != .none else { return }
    kernel.calls[next].children = 0
    begin(next, on: ordinal, &kernel)
  }

  override func compute(_ frame: CallID, demand: Nanoseconds, _ kernel: inout Kernel) {
    let ordinal = Int(kernel.calls[frame].place) / processes
    entrances[ordinal]._withUnsafeGuaranteedRef {
      $0.processor.add(frame, demand: demand, &kernel)
    }
  }

  override func pool(_ index: Int, of frame: CallID, _ kernel: inout Kernel) -> ConnectionPool {
    let place = Int(kernel.calls[frame].place)
    return entrances[place / processes]._withUnsafeGuaranteedRef {
      $0.pools[place % processes * $0.poolsPerProcess + index]
    }
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.processor:
      while true {
        let frame = entrances[Int(payload)]._withUnsafeGuaranteedRef { $0.processor.fire(&kernel) }
        guard frame != .none else { return }
        proceed(frame, &kernel)
      }
    case EventKind.pooled: enterPool(&kernel)
    case EventKind.scheduled: runScheduled(Int(payload), &kernel)
    case EventKind.processor...EventKind.hookEnd: live(Int(payload), kind, &kernel)
    case EventKind.credits: instances[Int(payload)].watchCredits(&kernel)
    case EventKind.lost: lose(Int(payload), &kernel)
    case EventKind.missed: missed(Int(payload), &kernel)
    case EventKind.shortOfMemory: freeMemory(Int(payload), &kernel)
    case EventKind.tooLong: tooLong(payload, &kernel)
    case EventKind.killed: killStuck(payload, &kernel)
    case EventKind.restarted: restartProcess(Int(payload), &kernel)
    default: super.fire(payload, kind, &kernel)
    }
  }

  override func fireRarely(_ frame: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if endsInstead(frame, kind, &kernel) { return }
    super.fireRarely(frame, kind, &kernel)
  }

  // MARK: Faults

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) { stopInstances(fault, &kernel) }

  override func recover(from fault: Fault, _ kernel: inout Kernel) {
    guard case .loseZone(let zone) = fault.action else { return }
    lostZones.removeAll { $0 == zone }
    reconcile(action: nil, &kernel)
  }

  // MARK: Reporting

  override var gauges: [Gauge] {
    let vCPUs = Double(specification.instance.vCPUs)
    let gauges: [Gauge] = [
      .average("instances", of: serving),
      Gauge(
        "cpu", unit: "share",
        .quotient { now in
          (self.processorTime(at: now), Double(self.serving.area(at: now)) * vCPUs)
        }),
      Gauge("waiting_requests", unit: "", .level { _ in Double(self.waitingRequests()) }),
      .rate("completions") { Double(self.sojourn.count) },
    ]
    guard specification.instance.credits != nil else { return gauges }
    return gauges + [
      Gauge("credit_balance", unit: "credits", .level { self.creditReport(at: $0).balance })
    ]
  }

  override var metrics: [PublishedMetric] {
    let declared = AutoScalingGroup.publishedMetrics
    return [
      PublishedMetric(
        declared[0], every: specification.metric.period,
        .average { self.measuredProcessorTime(at: $0) }),
      PublishedMetric(declared[1], .level { _ in Double(self.inService.count) }),
      PublishedMetric(declared[2], .level { _ in Double(self.desired) }),
      PublishedMetric(declared[3], .level { _ in Double(self.waitingRequests()) }),
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport { fullReport(context) }
}
