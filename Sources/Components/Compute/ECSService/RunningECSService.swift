import Kernel

/// A service of Amazon ECS at work.
final class RunningECSService: HostFleet, AlarmListener {
  private enum EventKind {
    static let started = HostEvent.own
    static let graceEnd = HostEvent.own + 1
  }

  private let specification: ECSService
  private var desired: Int
  private var scaling: ApplicationScaling
  private var alarms = PolicyAlarms()
  private var actions: [ScalingAction] = []
  /// Whether a load balancer found a task unhealthy and not healthy since.
  private var isUnhealthy: [Bool] = []

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
    isUnhealthy.append(false)
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
    case EventKind.graceEnd:
      if isUnhealthy[Int(payload)] { replace(Int(payload), &kernel) }
    default: super.fire(payload, kind, &kernel)
    }
  }

  // MARK: Health

  override func becameHealthy(_ place: UInt16, _ kernel: inout Kernel) {
    let instance = instances[Int(place) - 1]
    isUnhealthy[Int(place) - 1] = false
    guard let action = instance.action, let since = instance.inServiceAt,
      !actions[action].delays.contains(where: { $0.name == "health_check" })
    else { return }
    actions[action].delays.append(ScalingAction.Delay("health_check", kernel.now - since))
  }

  override func becameUnhealthy(_ place: UInt16, _ kernel: inout Kernel) {
    let ordinal = Int(place) - 1
    isUnhealthy[ordinal] = true
    guard let since = instances[ordinal].inServiceAt else { return }
    let graceEnd = since == .min ? 0 : since + specification.grace
    if kernel.now >= graceEnd {
      replace(ordinal, &kernel)
    } else {
      kernel.schedule(after: graceEnd - kernel.now, id, EventKind.graceEnd, UInt32(ordinal))
    }
  }

  private func replace(_ ordinal: Int, _ kernel: inout Kernel) {
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
    let requests = instances.reduce(0.0) { $0 + Double($1.workers.population.area(at: now)) }
    return (
      tasks * Double(specification.memoryBase) + requests * Double(specification.memoryPerRequest),
      tasks * Double(specification.memory)
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
          quantity: monthly * Double(specification.memory) / Double(1 << 30), unit: "GB-h",
          unitPrice: price.amount, source: price.provenance.source))
    }
    return items
      + alarmCost(specification.policies.map { ($0.alarms(of: site.name).count, $0.alarmPrice) })
  }
}
