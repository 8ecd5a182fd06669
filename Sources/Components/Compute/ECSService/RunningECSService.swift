import Kernel

/// A service of Amazon ECS at work.
final class RunningECSService: HostFleet, AlarmListener {
  private enum EventKind {
    static let started = HostEvent.own
  }

  private let specification: ECSService
  private var desired: Int
  private var scaling: ApplicationScaling
  private var alarms = PolicyAlarms()
  private var actions: [ScalingAction] = []
  /// Tasks that ended because their memory was used up.
  private var memoryEnds = 0

  init(_ specification: ECSService, at site: Site) {
    self.specification = specification
    desired = specification.desired
    scaling = ApplicationScaling(specification.policies)
    super.init(specification.host, mayBeDeaf: false, at: site)
  }

  override func link(_ assembly: inout Assembly) {
    super.link(&assembly)
    alarms.watch(
      specification.policies.map { $0.alarms(of: site.name) }, for: self, &assembly)
  }

  // MARK: Tasks

  override func begin(_ kernel: inout Kernel) {
    for _ in 0..<desired {
      guard let ordinal = start(action: nil, &kernel) else { return }
      putInService(ordinal, isReady: true, &kernel)
    }
  }

  /// A task is billed from when its image is fetched.
  private func start(action: Int?, _ kernel: inout Kernel) -> Int? {
    guard let ordinal = add(action: action, &kernel) else { return nil }
    instances[ordinal].billedFrom = kernel.now
    return ordinal
  }

  /// Starts or stops tasks until there are as many as there should be.
  private func reconcile(action: Int?, _ kernel: inout Kernel) {
    let change = desired - presentCount
    for _ in 0..<max(0, change) {
      guard let ordinal = start(action: action, &kernel) else { return }
      kernel.schedule(
        after: specification.taskStart, id, EventKind.started, UInt32(ordinal))
    }
    for _ in 0..<max(0, -change) { stopOne(&kernel) }
  }

  /// Stops a task that has not started yet, else the newest of the most populated zone.
  private func stopOne(_ kernel: inout Kernel) {
    if let pending = instances.lastIndex(where: { $0.state == .pending }) {
      terminate(pending, &kernel)
    } else if let ordinal = removable.last {
      takeOutOfService(ordinal, &kernel)
    }
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.started:
      if instances[Int(payload)].state == .pending {
        putInService(Int(payload), isReady: false, &kernel)
      }
    default: super.fire(payload, kind, &kernel)
    }
  }

  // MARK: Memory

  /// A task that needs more memory than it reserves ends with all that it works on, and another is
  /// started (ECS/task_definition_parameters).
  override func isShortOfMemory(_ ordinal: Int, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    instance.isShortOfMemory = false
    guard instance.state != .terminated, let needs = host.application.memory,
      instance.memory(needs) > host.memory
    else { return }
    let serves = instance.state == .inService
    memoryEnds += 1
    instance.isLost = true
    if serves { countOut(kernel.now) }
    terminate(ordinal, &kernel)
    loseRequests(ordinal, &kernel)
    guard serves else { return }
    for listener in listeners { listener.deregister(UInt16(ordinal + 1), of: id, &kernel) }
    reconcile(action: nil, &kernel)
  }

  override var mayKillProcesses: Bool { host.application.workerTimeout != nil }

  // MARK: Health

  override func becameHealthy(_ place: UInt16, _ kernel: inout Kernel) {
    super.becameHealthy(place, &kernel)
    let instance = instances[Int(place) - 1]
    guard let action = instance.action, let since = instance.inServiceAt,
      !actions[action].delays.contains(where: { $0.name == "health_check" })
    else { return }
    actions[action].delays.append(ScalingAction.Delay("health_check", kernel.now - since))
  }

  override func replace(_ ordinal: Int, _ kernel: inout Kernel) {
    guard instances[ordinal].state == .inService else { return }
    replacedCount += 1
    takeOutOfService(ordinal, &kernel)
    reconcile(action: nil, &kernel)
  }

  // MARK: Scaling

  func alarmsEvaluated(_ evaluations: [AlarmEvaluation], _ kernel: inout Kernel) {
    let raised = alarms.take(evaluations)
    for policy in specification.policies.indices where alarms.isCalm(policy) {
      scaling.calmed(policy)
    }
    var measured = Array(repeating: 0, count: specification.policies.count)
    for alarm in raised {
      measured[alarm.policy] = inService.count(before: alarm.evaluation.periodEnd)
    }
    let situation = ApplicationScaling.Situation(
      now: kernel.now, desired: desired, minimum: specification.minimum,
      maximum: specification.maximum, measured: measured)
    guard let decision = scaling.decide(raised, situation, allLow: alarms.allLow) else { return }
    var delays = decision.delays
    if decision.capacity > desired {
      delays.append(ScalingAction.Delay("launch", specification.taskStart))
    }
    actions.append(
      ScalingAction(
        at: kernel.now, component: site.name, from: desired, to: decision.capacity,
        cause: decision.cause, delays: delays))
    desired = decision.capacity
    reconcile(action: actions.count - 1, &kernel)
  }

  // MARK: Metrics and the report

  /// The memory used and reserved by all tasks in service, integrated over time.
  private func memoryTotals(at now: Nanoseconds) -> (Double, Double) {
    let tasks = Double(serving.area(at: now))
    let needs = host.application.memory
    let requests = instances.reduce(0.0) {
      $0 + Double($1.workers.population.area(ofMinimumWith: $1.workers.servers, at: now))
    }
    return (
      tasks * Double(needs?.base ?? 0) + requests * Double(needs?.request ?? 0),
      tasks * Double(host.memory)
    )
  }

  override var metrics: [PublishedMetric] {
    let declared = ECSService.publishedMetrics
    return [
      PublishedMetric(declared[0], .average { self.processorTotals(at: $0) }),
      PublishedMetric(declared[1], .average { self.memoryTotals(at: $0) }),
      PublishedMetric(declared[2], .level { _ in Double(self.inService.count) }),
      PublishedMetric(declared[3], .level { _ in Double(self.waitingRequests()) }),
    ]
  }

  override var gauges: [Gauge] {
    gauges(of: "tasks") + [
      Gauge("memory", unit: "share", .quotient { self.memoryTotals(at: $0) })
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: ECSService.kind)
    let memory = memoryTotals(at: context.now)
    let hours = billedHours(until: context.now, atLeast: specification.minimumBilled)
    reportHosts("tasks", minimum: specification.minimum, &report.record, context)
    report.record.add("memory", memory.1 > 0 ? memory.0 / memory.1 : .nan)
    if host.application.memory != nil {
      report.record.add("out_of_memory", Double(memoryEnds))
    }
    report.record.add("task_hours", hours)
    reportRequests(&report.record, context)
    report.scaling = actions
    report.cost = cost(hours, context)
    return report
  }

  private func cost(_ hours: Double, _ context: ReportContext) -> [CostItem] {
    let monthly = monthlyHours(of: hours, minimum: specification.minimum, context)
    var items: [CostItem] = []
    if let price = specification.processorPrice {
      items.append(
        CostItem(
          component: site.name, what: "Fargate vCPUs", quantity: monthly * specification.vCPUs,
          unit: "vCPU-h", unitPrice: price.amount, source: price.provenance.source))
    }
    if let price = specification.memoryPrice {
      items.append(
        CostItem(
          component: site.name, what: "Fargate memory",
          quantity: monthly * Double(host.memory) / Double(1 << 30), unit: "GB-h",
          unitPrice: price.amount, source: price.provenance.source))
    }
    return items
      + alarmCost(specification.policies.map { ($0.alarms(of: site.name).count, $0.alarmPrice) })
  }
}
