import Kernel

/// An Application Load Balancer at work.
///
/// A request's own call keeps the index of its target in `slot`, the moment of sending in `mark`
/// and the call to the target in `key`. A health check is a call that the load balancer opens for
/// itself.
final class RunningApplicationLoadBalancer: RunningComponent, TargetListener {
  /// One place that requests can be sent to.
  struct Target: BitwiseCopyable {
    enum State: UInt8, BitwiseCopyable { case initial, healthy, unhealthy, draining, gone }

    var component: ComponentID
    var place: UInt16
    /// The index among the components that the load balancer was given.
    var group: UInt16
    var state: State
    /// The requests that it works on.
    var outstanding = CallQueue()
    var passes = 0
    var failures = 0
    /// Health checks that were made.
    var checks: UInt64 = 0
    /// Events and checks on their way that mean this target: none may meet another in its place.
    var pending = 0
  }

  private enum EventKind {
    static let routed: UInt16 = 0
    static let check: UInt16 = 1
    static let drainEnd: UInt16 = 2
    static let connectEnd: UInt16 = 3
  }

  /// The operation of the calls that the load balancer opens for its health checks.
  private static let checking = UInt16.max
  /// The most targets of a load balancer (ALB/load-balancer-limits).
  private static let targetLimit = 1000
  private static let endpointLimit = 1000

  private let specification: ApplicationLoadBalancer
  private let routing: Sampler
  private let routingKey: UInt64
  private let choiceKey: UInt64
  private let phaseKey: RandomKey
  private var groups: [(id: ComponentID, component: RunningComponent, health: UInt16?)] = []
  private var endpoints: [String?] = []
  /// For each operation of the load balancer the operation of each group, one after the other.
  private let operations: Cells<UInt16>
  private let targets = Cells(
    Target(component: 0, place: 0, group: 0, state: .gone), count: targetLimit)
  /// The indices of the targets that requests are sent to.
  private let eligible = Cells<UInt32>(0, count: targetLimit)
  private let state = Cell(State())
  private let population = LevelRecorder(at: 0)
  private let targetResponse = HistogramRecorder()
  private let healthyHosts = LevelRecorder(at: 0)
  private let unhealthyHosts = LevelRecorder(at: 0)

  private struct State: BitwiseCopyable {
    var targetCount: UInt32 = 0
    var eligibleCount = 0
    var turn = 0
    var counts = Counts()
  }

  private struct Counts: BitwiseCopyable {
    var requests = 0
    var targetFailures = 0
    var badGateway = 0
    var unavailable = 0
    var gatewayTimeout = 0
    var checksFailed = 0
  }

  init(_ specification: ApplicationLoadBalancer, at site: Site) {
    self.specification = specification
    routing = Sampler(specification.routing)
    routingKey = site.drawKey("routing")
    choiceKey = site.drawKey("choice")
    phaseKey = site.ownKey("health-check")
    operations = Cells(0, count: Self.endpointLimit * specification.targets.count)
    super.init(at: site)
  }

  // MARK: Setting up

  override func link(_ assembly: inout Assembly) {
    for reference in specification.targets {
      let (id, component) = assembly.component(named: reference.name)
      let health = component.prepare(HealthCheck(), &assembly)
      groups.append((id, component, health))
      if let replicated = component as? any ReplicatedComponent {
        replicated.tell(self)
      } else {
        add(Target(component: id, place: 0, group: UInt16(groups.count - 1), state: .healthy), 0)
      }
    }
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let operation = operation as? EndpointOperation else { return nil }
    if let known = endpoints.firstIndex(of: operation.endpoint) { return UInt16(known) }
    precondition(endpoints.count < Self.endpointLimit, "too many endpoints")
    let first = endpoints.count * specification.targets.count
    for (index, reference) in specification.targets.enumerated() {
      let (_, component) = assembly.component(named: reference.name)
      guard let number = component.prepare(operation, &assembly) else { return nil }
      operations[first + index] = number
    }
    endpoints.append(operation.endpoint)
    return UInt16(endpoints.count - 1)
  }

  // MARK: Requests

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    let time = routing.nanoseconds(mixed(kernel.calls[call].drawKey &+ routingKey))
    kernel.schedule(after: time, id, EventKind.routed, call)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.routed: route(payload, &kernel)
    case EventKind.check: check(payload, &kernel)
    case EventKind.connectEnd:
      state.value.counts.gatewayTimeout += 1
      answer(payload, .gatewayTimeout, &kernel)
    default:
      targets[Int(payload)].pending -= 1
      endDraining(payload, &kernel)
    }
  }

  private func route(_ call: CallID, _ kernel: inout Kernel) {
    let index = choose(call, &kernel)
    guard index != .none else {
      state.value.counts.unavailable += 1
      return answer(call, .unavailable, &kernel)
    }
    state.value.counts.requests += 1
    targets[Int(index)].outstanding.append(call, &kernel)
    let target = targets[Int(index)]
    kernel.calls[call].slot = index
    kernel.calls[call].mark = kernel.now
    let row = kernel.calls[call]
    let child = kernel.start(
      target.component,
      operation: operations[
        Int(row.operation) * specification.targets.count + Int(target.group)],
      caller: call, drawKey: row.drawKey, user: row.user)
    kernel.calls[child].place = target.place
    kernel.calls[call].key = UInt64(child)
    kernel.setTimeout(child, after: specification.idleTimeout)
  }

  private func choose(_ call: CallID, _ kernel: inout Kernel) -> UInt32 {
    let count = state.value.eligibleCount
    guard count > 0 else { return .none }
    switch specification.algorithm {
    case .roundRobin: return eligible[nextTurn(count)]
    case .random:
      let draw = mixed(kernel.calls[call].drawKey &+ choiceKey)
      return eligible[Int(draw.multipliedFullWidth(by: UInt64(count)).high)]
    case .leastOutstanding:
      let first = nextTurn(count)
      var best = eligible[first]
      for offset in 1..<max(2, count) {
        let other = eligible[(first + offset) % count]
        let isLess = targets[Int(other)].outstanding.count < targets[Int(best)].outstanding.count
        if isLess { best = other }
      }
      return best
    }
  }

  private func nextTurn(_ count: Int) -> Int {
    let turn = state.value.turn
    state.value.turn = turn &+ 1 < count ? turn &+ 1 : 0
    return turn
  }

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    if kernel.calls[call].operation == Self.checking {
      return checked(call, outcome.isSuccess, &kernel)
    }
    let index = kernel.calls[call].slot
    targets[Int(index)].outstanding.remove(call, &kernel)
    if targets[Int(index)].state == .draining, targets[Int(index)].outstanding.isEmpty {
      finishDraining(index, &kernel)
    }
    if outcome == .refused {
      // A full backlog drops the connection: nothing answers until the connection times out.
      return kernel.schedule(
        after: specification.connectTimeout, id, EventKind.connectEnd, call)
    }
    let time = kernel.now - kernel.calls[call].mark
    if outcome != .timedOut { targetResponse.record(time) }
    answer(call, translated(outcome), &kernel)
  }

  /// What the client gets for what the target did.
  private func translated(_ outcome: Outcome) -> Outcome {
    switch outcome {
    case .timedOut:
      state.value.counts.gatewayTimeout += 1
      return .gatewayTimeout
    case .terminated:
      state.value.counts.badGateway += 1
      return .badGateway
    default:
      if !outcome.isSuccess { state.value.counts.targetFailures += 1 }
      return outcome
    }
  }

  private func answer(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    kernel.reply(call, outcome)
  }

  // MARK: Targets

  func registered(
    _ place: UInt16, of component: ComponentID, zone: Int, isReady: Bool, _ kernel: inout Kernel
  ) {
    guard let group = groups.firstIndex(where: { $0.id == component }) else { return }
    let isChecked = groups[group].health != nil
    let state: Target.State = isReady || !isChecked ? .healthy : .initial
    let index = add(
      Target(component: component, place: place, group: UInt16(group), state: state), kernel.now)
    if isChecked {
      // Where in the interval a target's checks fall is not documented.
      let phase = uniform(phaseKey.numbered(UInt64(index)).bits)
      targets[Int(index)].pending += 1
      kernel.schedule(
        after: Nanoseconds(phase * Double(specification.health.interval)), id, EventKind.check,
        index)
    }
    if state == .healthy, !isReady { becameHealthy(index, &kernel) }
  }

  func deregister(_ place: UInt16, of component: ComponentID, _ kernel: inout Kernel) {
    for index in 0..<state.value.targetCount
    where targets[Int(index)].component == component && targets[Int(index)].place == place
      && targets[Int(index)].state != .gone
    {
      change(index, to: .draining, kernel.now)
      if targets[Int(index)].outstanding.isEmpty {
        finishDraining(index, &kernel)
      } else {
        targets[Int(index)].pending += 1
        // Not at this instant, where answers may be on their way.
        kernel.schedule(
          after: max(1, specification.deregistrationDelay), id, EventKind.drainEnd, index)
      }
    }
  }

  /// The deregistration delay is over: requests that are not done get 502
  /// (ALB/load-balancer-troubleshooting).
  private func endDraining(_ index: UInt32, _ kernel: inout Kernel) {
    guard targets[Int(index)].state == .draining else { return }
    while !targets[Int(index)].outstanding.isEmpty {
      let call = targets[Int(index)].outstanding.removeFirst(&kernel)
      kernel.abandon(CallID(kernel.calls[call].key))
      state.value.counts.badGateway += 1
      answer(call, .badGateway, &kernel)
    }
    finishDraining(index, &kernel)
  }

  private func finishDraining(_ index: UInt32, _ kernel: inout Kernel) {
    change(index, to: .gone, kernel.now)
    let target = targets[Int(index)]
    (groups[Int(target.group)].component as? any ReplicatedComponent)?.drained(
      target.place, &kernel)
  }

  @discardableResult
  private func add(_ target: Target, _ now: Nanoseconds) -> UInt32 {
    // The place of a target that is gone is used again once nothing on its way means it.
    var index = (0..<state.value.targetCount).first {
      targets[Int($0)].state == .gone && targets[Int($0)].pending == 0
    }
    if index == nil {
      precondition(state.value.targetCount < Self.targetLimit, "\(site.name): too many targets")
      index = state.value.targetCount
      state.value.targetCount += 1
    }
    let place = index ?? 0
    targets[Int(place)] = target
    count(target.state, by: 1, now)
    refreshEligible()
    return place
  }

  private func change(_ index: UInt32, to state: Target.State, _ now: Nanoseconds) {
    count(targets[Int(index)].state, by: -1, now)
    targets[Int(index)].state = state
    count(state, by: 1, now)
    refreshEligible()
  }

  private func count(_ state: Target.State, by delta: Int, _ now: Nanoseconds) {
    if state == .healthy { healthyHosts.change(by: delta, at: now) }
    if state == .unhealthy || state == .initial { unhealthyHosts.change(by: delta, at: now) }
  }

  /// The healthy targets; if none is, all that are registered (fail open).
  private func refreshEligible() {
    let registered = (0..<state.value.targetCount).filter {
      targets[Int($0)].state != .draining && targets[Int($0)].state != .gone
    }
    let healthy = registered.filter { targets[Int($0)].state == .healthy }
    let chosen = healthy.isEmpty ? registered : healthy
    for (place, index) in chosen.enumerated() { eligible[place] = index }
    state.value.eligibleCount = chosen.count
    if state.value.turn >= chosen.count { state.value.turn = 0 }
  }

  // MARK: Health checks

  private func check(_ index: UInt32, _ kernel: inout Kernel) {
    let target = targets[Int(index)]
    targets[Int(index)].pending -= 1
    guard target.state != .gone, target.state != .draining,
      let operation = groups[Int(target.group)].health
    else { return }
    kernel.schedule(after: specification.health.interval, id, EventKind.check, index)
    targets[Int(index)].checks += 1
    targets[Int(index)].pending += 2
    let drawKey = phaseKey.numbered(UInt64(index)).numbered(target.checks + 1).bits
    let own = kernel.open(
      id, operation: Self.checking, caller: .none, drawKey: drawKey, user: 0)
    kernel.calls[own].slot = index
    let child = kernel.start(
      target.component, operation: operation, caller: own, drawKey: drawKey, user: 0)
    kernel.calls[child].place = target.place
    kernel.setTimeout(child, after: specification.health.timeout)
  }

  private func checked(_ call: CallID, _ isPassed: Bool, _ kernel: inout Kernel) {
    let index = kernel.calls[call].slot
    kernel.close(call)
    targets[Int(index)].pending -= 1
    targets[Int(index)].passes = isPassed ? targets[Int(index)].passes + 1 : 0
    targets[Int(index)].failures = isPassed ? 0 : targets[Int(index)].failures + 1
    if !isPassed { state.value.counts.checksFailed += 1 }
    let target = targets[Int(index)]
    switch target.state {
    case .initial where isPassed:
      change(index, to: .healthy, kernel.now)
      becameHealthy(index, &kernel)
    case .unhealthy where target.passes >= specification.health.healthyAfter:
      change(index, to: .healthy, kernel.now)
      becameHealthy(index, &kernel)
    case .healthy where target.failures >= specification.health.unhealthyAfter,
      .initial where target.failures >= specification.health.unhealthyAfter:
      change(index, to: .unhealthy, kernel.now)
      becameUnhealthy(index, &kernel)
    default: break
    }
  }

  private func becameHealthy(_ index: UInt32, _ kernel: inout Kernel) {
    let target = targets[Int(index)]
    (groups[Int(target.group)].component as? any ReplicatedComponent)?.becameHealthy(
      target.place, &kernel)
  }

  private func becameUnhealthy(_ index: UInt32, _ kernel: inout Kernel) {
    let target = targets[Int(index)]
    (groups[Int(target.group)].component as? any ReplicatedComponent)?.becameUnhealthy(
      target.place, &kernel)
  }

  // MARK: Reporting

  override var gauges: [Gauge] {
    [
      .rate("requests") { Double(self.state.value.counts.requests) },
      .average("in_flight", of: population),
      .average("unhealthy_hosts", of: unhealthyHosts),
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: ApplicationLoadBalancer.kind)
    for level in [population, healthyHosts, unhealthyHosts] { level.finish(at: context.now) }
    report.record.add("requests", Double(state.value.counts.requests))
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("target_response", targetResponse.snapshot())
    report.record.add("target_5xx", Double(state.value.counts.targetFailures))
    report.record.add("bad_gateway_502", Double(state.value.counts.badGateway))
    report.record.add("service_unavailable_503", Double(state.value.counts.unavailable))
    report.record.add("gateway_timeout_504", Double(state.value.counts.gatewayTimeout))
    report.record.add("healthy_hosts", healthyHosts.timeAverage ?? .nan)
    report.record.add("unhealthy_hosts", unhealthyHosts.timeAverage ?? .nan)
    report.record.add("unhealthy_hosts_maximum", Double(unhealthyHosts.maximum))
    report.record.add("health_checks_failed", Double(state.value.counts.checksFailed))
    if let price = specification.hourPrice {
      report.cost.append(
        CostItem(
          component: site.name, what: "load balancer", quantity: CostItem.hoursPerMonth, unit: "h",
          unitPrice: price.amount, source: price.provenance.source))
    }
    return report
  }
}
