import Kernel

/// An Application Load Balancer at work.
///
/// A request's own call keeps its node in `place`, the index of its target in `slot`, the moment of
/// sending in `mark` and the call to the target in `key`. A health check is a call that the load
/// balancer opens for itself.
final class RunningApplicationLoadBalancer: RunningComponent, TargetListener {
  enum EventKind {
    static let routed: UInt16 = 0
    static let check: UInt16 = 1
    static let drainEnd: UInt16 = 2
    static let connectEnd: UInt16 = 3
    static let reset: UInt16 = 4
    static let crossed: UInt16 = 5
  }

  /// The operation of the calls that the load balancer opens for its health checks.
  static let checking = UInt16.max
  private static let endpointLimit = 1000

  let specification: ApplicationLoadBalancer
  let table: TargetTable
  let state = Cell(State())
  let population = LevelRecorder(at: 0)
  let targetResponse = HistogramRecorder()
  /// Where in the interval each target is checked.
  let phaseKey: RandomKey
  private(set) var members: [Member] = []
  private let routing: Sampler
  private let routingKey: UInt64
  private let choiceKey: UInt64
  private let groupKey: UInt64
  private let nodeKey: RandomKey
  private let nodeCount: Int
  private let totalWeight: Int
  private var endpoints: [String?] = []
  /// For each operation of the load balancer the operation of each member, one after the other.
  private let operations: Cells<UInt16>
  private let idle: IdleConnections?
  private var sessions: Sessions?
  private let hasSessions: Bool

  /// A component that serves the requests.
  struct Member {
    let id: ComponentID
    let component: RunningComponent
    /// The operation of a health check; nil if the component is not checked.
    let health: UInt16?
  }

  struct State: BitwiseCopyable {
    var requests = 0
    var targetFailures = 0
    var badGateway = 0
    var unavailable = 0
    var gatewayTimeout = 0
    var clientClosed = 0
    var connectionErrors = 0
    var rejected = 0
    var checksFailed = 0
  }

  init(_ specification: ApplicationLoadBalancer, at site: Site) {
    self.specification = specification
    table = TargetTable(specification)
    nodeCount = specification.zones.nodeCount
    totalWeight = specification.weights.reduce(0, +)
    routing = Sampler(specification.routing)
    routingKey = site.drawKey("routing")
    choiceKey = site.drawKey("choice")
    groupKey = site.drawKey("group")
    nodeKey = site.ownKey("node")
    phaseKey = site.ownKey("health-check")
    operations = Cells(0, count: Self.endpointLimit * specification.targets.count)
    idle = specification.shortKeepAlive.map { [nodeCount] in
      IdleConnections(
        keepAlive: $0, roundTrip: specification.roundTrip, count: nodeCount * TargetTable.limit)
    }
    sessions = specification.stickiness.map { Sessions(lasting: $0) }
    hasSessions = specification.stickiness != nil
    super.init(at: site)
  }

  // MARK: Setting up

  override func link(_ assembly: inout Assembly) {
    for (index, reference) in specification.targets.enumerated() {
      let (id, component) = assembly.component(named: reference.name)
      let health = component.prepare(HealthCheck(), &assembly)
      members.append(Member(id: id, component: component, health: health))
      if let replicated = component as? any ReplicatedComponent {
        replicated.tell(self)
      } else {
        // A component without replicas has no zone: they stand in the zones in turn.
        let zone = UInt16(index % nodeCount)
        let target = Target(component: id, place: 0, member: UInt16(index), zone: zone)
        _ = table.add(target, isHealthy: true, at: 0)
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
    if population.level >= specification.connectionLimit { return reject(call, &kernel) }
    population.change(by: 1, at: kernel.now)
    let time = routing.nanoseconds(mixed(kernel.calls[call].drawKey &+ routingKey))
    kernel.schedule(after: time, id, EventKind.routed, call)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.routed: route(payload, &kernel)
    case EventKind.check: check(payload, &kernel)
    case EventKind.connectEnd: answer(payload, .gatewayTimeout, &kernel)
    case EventKind.reset: answer(payload, .badGateway, &kernel)
    case EventKind.crossed: pass(payload, kernel.calls[payload].outcome, &kernel)
    default:
      table.targets[Int(payload)].pending -= 1
      endDraining(payload, &kernel)
    }
  }

  private func route(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    // Clients resolve the name to the address of one node, and stay with it.
    let node = nodeCount == 1 ? 0 : choice(nodeKey.numbered(UInt64(row.user)).bits, nodeCount)
    let index = choose(row, node, kernel.now)
    guard index != .none else { return answer(call, .unavailable, &kernel) }
    state.value.requests += 1
    kernel.calls[call].place = UInt16(node)
    kernel.calls[call].slot = index
    kernel.calls[call].mark = kernel.now
    if let idle, idle.take(stack(index, node), at: kernel.now) == .closing {
      return kernel.schedule(after: specification.roundTrip, id, EventKind.reset, call)
    }
    table.targets[Int(index)].outstanding.append(call, &kernel)
    table.changeOutstanding(index, node, by: 1)
    let target = table.targets[Int(index)]
    let child = kernel.start(
      target.component,
      operation: operations[
        Int(row.operation) * specification.targets.count + Int(target.member)],
      caller: call, drawKey: row.drawKey, user: row.user)
    kernel.calls[child].place = target.place
    kernel.calls[call].key = UInt64(child)
    kernel.setTimeout(child, after: specification.idleTimeout)
  }

  private func choose(_ row: Call, _ node: Int, _ now: Nanoseconds) -> UInt32 {
    if hasSessions, let session = sessions?.target(of: row.user, at: now),
      table.keepsSession(session.index, serial: session.serial, node: node)
    {
      return session.index
    }
    let group = totalWeight > 0 ? weightedGroup(mixed(row.drawKey &+ groupKey)) : 0
    return table.choose(
      node: node, group: group, draw: mixed(row.drawKey &+ choiceKey), at: now)
  }

  private func weightedGroup(_ draw: UInt64) -> Int {
    var place = choice(draw, totalWeight)
    for (group, weight) in specification.weights.enumerated() {
      if place < weight { return group }
      place -= weight
    }
    return 0
  }

  /// One of `count` numbers from 0, each with the same chance.
  private func choice(_ draw: UInt64, _ count: Int) -> Int {
    Int(draw.multipliedFullWidth(by: UInt64(count)).high)
  }

  private func stack(_ index: UInt32, _ node: Int) -> Int { node * TargetTable.limit + Int(index) }

  // MARK: Answers

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    if kernel.calls[call].operation == Self.checking {
      return checked(call, outcome.isSuccess, &kernel)
    }
    let index = kernel.calls[call].slot
    release(call, &kernel)
    if outcome == .refused {
      // A full backlog drops the connection: nothing answers until the connection times out.
      state.value.connectionErrors += 1
      return kernel.schedule(
        after: specification.connectTimeout, id, EventKind.connectEnd, call)
    }
    if nodeCount > 1, table.targets[Int(index)].zone != kernel.calls[call].place {
      kernel.calls[call].outcome = outcome
      return kernel.schedule(after: specification.zones.crossing, id, EventKind.crossed, call)
    }
    pass(call, outcome, &kernel)
  }

  /// The target works on the request no more.
  private func release(_ call: CallID, _ kernel: inout Kernel) {
    let index = kernel.calls[call].slot
    table.targets[Int(index)].outstanding.remove(call, &kernel)
    table.changeOutstanding(index, Int(kernel.calls[call].place), by: -1)
    let target = table.targets[Int(index)]
    if target.state == .draining, target.outstanding.isEmpty { finishDraining(index, &kernel) }
  }

  /// Passes on what the target answered, or says what became of it.
  private func pass(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    switch outcome {
    case .timedOut: return answer(call, .gatewayTimeout, &kernel)
    case .terminated:
      targetResponse.record(kernel.now - kernel.calls[call].mark)
      return answer(call, .badGateway, &kernel)
    default: break
    }
    targetResponse.record(kernel.now - kernel.calls[call].mark)
    let row = kernel.calls[call]
    idle?.giveBack(stack(row.slot, Int(row.place)), at: kernel.now)
    if hasSessions {
      sessions?.renew(
        row.user, row.slot, serial: table.targets[Int(row.slot)].serial, at: kernel.now)
    }
    if row.caller == .none {
      state.value.clientClosed += 1
    } else if !outcome.isSuccess {
      state.value.targetFailures += 1
    }
    leave(call, outcome, &kernel)
  }

  /// Answers for a target that does not.
  func answer(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    // Nobody waits any more: the client closed its connection first (460).
    if kernel.calls[call].caller == .none {
      state.value.clientClosed += 1
    } else {
      switch outcome {
      case .badGateway: state.value.badGateway += 1
      case .unavailable: state.value.unavailable += 1
      default: state.value.gatewayTimeout += 1
      }
    }
    leave(call, outcome, &kernel)
  }

  private func leave(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    kernel.reply(call, outcome)
  }

  @inline(never)
  private func reject(_ call: CallID, _ kernel: inout Kernel) {
    state.value.rejected += 1
    kernel.reply(call, .refused)
  }

  /// Nothing that was kept for an earlier target of the row may serve another.
  func forgetConnections(_ index: UInt32) {
    guard let idle else { return }
    for node in 0..<nodeCount { idle.clear(stack(index, node)) }
  }

  // MARK: Reporting

  override var gauges: [Gauge] { drawn }

  override var metrics: [PublishedMetric] { published }

  override func report(_ context: ReportContext) -> ComponentReport { reported(context) }
}
