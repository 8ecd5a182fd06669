import Kernel

/// An Auto Scaling group at work.
///
/// A request's own call is the frame of its steps; its `place` is the process that works on it,
/// numbered over all instances.
final class RunningAutoScalingGroup: SteppedComponent, ReplicatedComponent {
  enum EventKind {
    static let processor = StepEvent.ownKinds
    static let period = StepEvent.ownKinds + 1
    static let published = StepEvent.ownKinds + 2
    static let running = StepEvent.ownKinds + 3
    static let inService = StepEvent.ownKinds + 4
    static let credits = StepEvent.ownKinds + 20
    static let lost = StepEvent.ownKinds + 21
    static let missed = StepEvent.ownKinds + 22
  }

  let specification: AutoScalingGroup
  let processes: Int
  var instances: [Instance] = []
  /// The instances again, to be entered without being retained.
  private let entrances = GrowingCells<Unmanaged<Instance>>()
  /// Instances that are to be interrupted.
  var isCondemned: [Int] = []
  var listeners: [any TargetListener] = []
  private var turn = 0
  private var desired: Int
  private var controller: ScalingController
  /// Datapoints that are not published yet, each with the number of instances it is about.
  private var unpublished: [(value: Double, instances: Int)?] = []
  private var actions: [ScalingAction] = []
  private var cooldowns: [Int: Nanoseconds] = [:]
  private var refused = 0
  let serving = LevelRecorder(at: 0)
  private let sojourn = HistogramRecorder()
  private let failures = HistogramRecorder()

  init(_ specification: AutoScalingGroup, at site: Site) {
    self.specification = specification
    processes = specification.application.processes
    desired = specification.desired
    controller = ScalingController(specification)
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

  override func begin(_ kernel: inout Kernel) {
    for _ in 0..<desired {
      let ordinal = add(state: .inService, action: nil, &kernel)
      startBill(ordinal, specification.credits, &kernel)
      enterService(ordinal, isReady: true, &kernel)
    }
    kernel.schedule(after: specification.metric.period, id, EventKind.period, 0)
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
      if instances.indices.contains(ordinal), instances[ordinal].state == .inService {
        turn = ordinal
        return ordinal
      }
    }
    return nil
  }

  private func begin(_ call: CallID, on ordinal: Int, _ kernel: inout Kernel) {
    let process = entrances[ordinal]._withUnsafeGuaranteedRef { $0.enter() }
    kernel.calls[call].place = UInt16(ordinal * processes + process)
    beginSteps(call, &kernel)
  }

  override func finished(_ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let place = Int(kernel.calls[request].place)
    let ordinal = place / processes
    if Int(kernel.calls[request].operation) < specification.program.all.count {
      let time = kernel.now - kernel.calls[request].began
      if outcome.isSuccess { sojourn.record(time) } else { failures.record(time) }
    }
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
    case EventKind.period: endPeriod(&kernel)
    case EventKind.published: observe(&kernel)
    case EventKind.running:
      if instances[Int(payload)].state == .pending {
        let launched = CreditSettings(mode: specification.credits.mode)
        startBill(Int(payload), launched, &kernel)
      }
    case EventKind.lost: lose(Int(payload), &kernel)
    case EventKind.missed: missed(Int(payload), &kernel)
    case EventKind.credits: instances[Int(payload)].watchCredits(&kernel)
    case EventKind.inService: enterService(Int(payload), isReady: false, &kernel)
    default:
      if endsInstead(payload, kind, .terminated, &kernel) { return }
      super.fire(payload, kind, &kernel)
    }
  }

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) { stopInstances(fault, &kernel) }

  // MARK: Instances

  private func add(state: Instance.State, action: Int?, _ kernel: inout Kernel) -> Int {
    let ordinal = instances.count
    precondition((ordinal + 1) * processes < Int(UInt16.max), "more processes than places")
    instances.append(
      Instance(
        specification, state: state, action: action, owner: id, kind: EventKind.processor,
        ordinal: ordinal, now: kernel.now))
    entrances.append(.passUnretained(instances[ordinal]))
    return ordinal
  }

  private func startBill(_ ordinal: Int, _ credits: CreditSettings, _ kernel: inout Kernel) {
    instances[ordinal].billedFrom = kernel.now
    instances[ordinal].startCredits(
      credits, specification.instance.credits, owner: id, kind: EventKind.credits,
      ordinal: ordinal, &kernel)
  }

  /// Launches an instance in the place of one that stopped.
  func replaceLost(_ kernel: inout Kernel) {
    let life = specification.lifecycle
    actions.append(
      ScalingAction(
        at: kernel.now, component: site.name, from: desired - 1, to: desired,
        cause: "an instance stopped",
        delays: [
          ScalingAction.Delay("launch", life.launch), ScalingAction.Delay("boot", life.boot),
          ScalingAction.Delay("application_start", life.applicationStart),
        ]))
    launch(action: actions.count - 1, &kernel)
  }

  private func launch(action: Int, _ kernel: inout Kernel) {
    let ordinal = add(state: .pending, action: action, &kernel)
    let life = specification.lifecycle
    kernel.schedule(after: life.launch, id, EventKind.running, UInt32(ordinal))
    kernel.schedule(
      after: life.launch + life.boot + life.applicationStart, id, EventKind.inService,
      UInt32(ordinal))
  }

  private func enterService(_ ordinal: Int, isReady: Bool, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    guard instance.state == .inService || instance.state == .pending else { return }
    instance.state = .inService
    instance.inServiceAt = isReady ? .min : kernel.now
    _ = instance.processorTimeOfPeriod(until: kernel.now)
    serving.change(by: 1, at: kernel.now)
    for listener in listeners {
      listener.registered(UInt16(ordinal + 1), of: id, isReady: isReady, &kernel)
    }
    endActivity(instance.action, at: kernel.now)
  }

  /// A simple policy's activity ends when the last instance it asked for is in service.
  private func endActivity(_ action: Int?, at now: Nanoseconds) {
    guard let action, let cooldown = cooldowns[action] else { return }
    let isDone = !instances.contains { $0.action == action && $0.state == .pending }
    if isDone { controller.activityEnded(at: now, cooldown: cooldown) }
  }

  func becameHealthy(_ place: UInt16, _ kernel: inout Kernel) {
    let instance = instances[Int(place) - 1]
    guard let action = instance.action, let since = instance.inServiceAt else { return }
    guard !actions[action].delays.contains(where: { $0.name == "health_check" }) else { return }
    let delays = actions[action].delays
    let place = delays.firstIndex { $0.name == "warm_up" } ?? delays.count
    actions[action].delays.insert(
      ScalingAction.Delay("health_check", kernel.now - since), at: place)
  }

  private func takeAway(_ count: Int, action: Int, _ kernel: inout Kernel) {
    for _ in 0..<count {
      // With one launch template and no zones the oldest instance goes.
      if let ordinal = instances.firstIndex(where: { $0.state == .inService }) {
        takeOutOfService(ordinal, &kernel)
      } else if let pending = instances.first(where: { $0.state == .pending }) {
        pending.state = .terminated
        pending.stopBill(at: kernel.now)
        endActivity(pending.action, at: kernel.now)
      }
    }
    if let cooldown = cooldowns[action] {
      controller.activityEnded(at: kernel.now, cooldown: cooldown)
    }
  }

  func takeOutOfService(_ ordinal: Int, _ kernel: inout Kernel) {
    instances[ordinal].state = .draining
    serving.change(by: -1, at: kernel.now)
    if listeners.isEmpty { drained(UInt16(ordinal + 1), &kernel) }
    for listener in listeners {
      listener.deregister(UInt16(ordinal + 1), of: id, &kernel)
    }
  }

  func drained(_ place: UInt16, _ kernel: inout Kernel) {
    let instance = instances[Int(place) - 1]
    guard instance.state == .draining else { return }
    instance.state = .terminated
    instance.stopBill(at: kernel.now)
  }

  // MARK: Scaling

  /// Closes a metric period: the average CPU of the instances that count.
  private func endPeriod(_ kernel: inout Kernel) {
    let period = specification.metric.period
    let warmUp = warmUp
    var used: Int128 = 0
    var reporting = 0
    for instance in instances where instance.state == .inService {
      let time = instance.processorTimeOfPeriod(until: kernel.now)
      guard let since = instance.inServiceAt,
        since == .min || kernel.now - since >= warmUp + period
      else { continue }
      used += time
      reporting += 1
    }
    let capacity = Double(reporting * specification.instance.vCPUs) * Double(period)
    unpublished.append(reporting > 0 ? (Double(used) / capacity, reporting) : nil)
    kernel.schedule(after: period, id, EventKind.period, 0)
    kernel.schedule(after: specification.metric.publication, id, EventKind.published, 0)
  }

  private func observe(_ kernel: inout Kernel) {
    let datapoint = unpublished.removeFirst()
    let warmUp = warmUp
    let now = kernel.now
    let warming = instances.count {
      $0.state == .pending
        || ($0.state == .inService && ($0.inServiceAt ?? .min) != .min
          && now - ($0.inServiceAt ?? 0) < warmUp)
    }
    guard
      let decision = controller.observe(
        datapoint?.value, of: datapoint?.instances ?? 0, at: now, desired: desired,
        warming: warming)
    else { return }
    act(decision, &kernel)
  }

  /// How long a new instance counts as warming up.
  private var warmUp: Nanoseconds {
    specification.policies.filter { $0.kind != .simple }.map(\.warmUp).max() ?? 0
  }

  private func act(_ decision: ScalingController.Decision, _ kernel: inout Kernel) {
    let change = decision.capacity - desired
    let number = actions.count
    var delays = decision.delays
    if change > 0 {
      let life = specification.lifecycle
      delays += [
        ScalingAction.Delay("launch", life.launch), ScalingAction.Delay("boot", life.boot),
        ScalingAction.Delay("application_start", life.applicationStart),
      ]
      if decision.policy.kind != .simple {
        delays.append(ScalingAction.Delay("warm_up", decision.policy.warmUp))
      }
    }
    actions.append(
      ScalingAction(
        at: kernel.now, component: site.name, from: desired, to: decision.capacity,
        cause: decision.cause, delays: delays))
    desired = decision.capacity
    if decision.policy.kind == .simple {
      cooldowns[number] = decision.policy.cooldown
      controller.activityBegan()
    }
    if change > 0 {
      for _ in 0..<change { launch(action: number, &kernel) }
    } else {
      takeAway(-change, action: number, &kernel)
    }
  }

  // MARK: Reporting

  private func processorTime(at now: Nanoseconds) -> Double {
    instances.reduce(0) { $0 + Double($1.processor.busyTime(at: now)) }
  }

  private func creditReport(at now: Nanoseconds) -> CreditReport {
    instances.reduce(into: CreditReport()) { report, instance in
      report.add(
        instance.credits, busyTime: instance.processor.busyTime(at: now),
        serves: instance.state == .inService, at: now)
    }
  }

  private func waitingRequests() -> Int {
    instances.reduce(0) { $0 + $1.workers.queueLength }
  }

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

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: AutoScalingGroup.kind)
    let used = processorTime(at: context.now)
    let vCPUs = Double(specification.instance.vCPUs)
    serving.finish(at: context.now)
    let area = Double(serving.area)
    let hours = instances.reduce(0) { $0 + $1.billed(until: context.now).inSeconds } / 3600
    report.record.add("instances", serving.timeAverage ?? .nan)
    report.record.add("instances_maximum", Double(serving.maximum))
    report.record.add("instances_minimum", Double(specification.minimum))
    report.record.add("cpu", area > 0 ? used / (area * vCPUs) : .nan)
    report.record.add("instance_hours", hours)
    report.record.add("rejected", Double(refused))
    reportWorkers(&report.record, context)
    reportPools(&report.record)
    report.record.add("sojourn", sojourn.snapshot())
    report.record.add("completions", Double(sojourn.count))
    report.record.add("failures", Double(failures.count))
    report.record.add("coalesced", Double(coalescedCount))
    report.record.add("retries", Double(retryCount))
    report.scaling = actions
    report.cost = [cost(hours, context)]
    if specification.instance.credits != nil {
      creditReport(at: context.now).add(to: &report, price: specification.surplusPrice, context)
    }
    return report
  }

  private func reportWorkers(_ record: inout ComponentRecord, _ context: ReportContext) {
    var waiting = Histogram()
    var busy = 0.0
    var queued = 0.0
    for instance in instances {
      let workers = instance.workers
      workers.population.finish(at: context.now)
      waiting.merge(workers.waiting.snapshot())
      let lifetime = Double(workers.population.duration)
      busy += (workers.population.timeAverage(ofMinimumWith: workers.servers) ?? 0) * lifetime
      queued += (workers.population.timeAverage(above: workers.servers) ?? 0) * lifetime
    }
    let servers = specification.application.processes * specification.application.threads
    if specification.application.concurrency == .threads, serving.area > 0 {
      record.add("workers_busy", busy / (Double(serving.area) * Double(servers)))
    }
    record.add("queue_length", context.now > 0 ? queued / Double(context.now) : .nan)
    record.add("waiting", waiting)
  }

  private func reportPools(_ record: inout ComponentRecord) {
    let first = specification.application.concurrency == .eventLoop ? 1 : 0
    for (index, pool) in specification.application.connections.enumerated() {
      var waiting = Histogram()
      var opened = 0
      var timeouts = 0
      for instance in instances {
        for process in 0..<processes {
          let pool = instance.pools[process * instance.poolsPerProcess + first + index]
          waiting.merge(pool.station.waiting.snapshot())
          opened += pool.openedCount
          timeouts += pool.timeoutCount
        }
      }
      record.add("connections_opened_\(pool.name)", Double(opened))
      record.add("connection_timeouts_\(pool.name)", Double(timeouts))
      record.add("connection_waiting_\(pool.name)", waiting)
    }
  }

  /// The minimum runs all month; what was added during the load is billed for the load's hours.
  private func cost(_ hours: Double, _ context: ReportContext) -> CostItem {
    let always = Double(specification.minimum) * CostItem.hoursPerMonth
    let observed = context.now.inSeconds / 3600
    let added = max(0, hours - Double(specification.minimum) * observed)
    return CostItem(
      component: site.name, what: "\(specification.instance.name) instances",
      quantity: always + context.perMonth(added), unit: "h",
      unitPrice: specification.instance.pricePerHour, source: "Models/instance-types.yaml")
  }
}
