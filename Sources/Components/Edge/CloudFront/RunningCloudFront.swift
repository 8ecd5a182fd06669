import Kernel

/// A CloudFront distribution at work.
///
/// A request's own call climbs from cache to cache, and comes down with the answer, which it leaves
/// in each. On its way it keeps the object in `key`, the point of presence in `place`, the users'
/// Region in `counter`, how high it is in `step`, attempts at the origin in `state`, what happened
/// in `children`; in `mark` when an attempt began, and then up to when the answer is fresh.
final class RunningCloudFront: RunningComponent, EdgeComponent {
  enum EventKind {
    /// A cache looks for the object.
    static let reached: UInt16 = 0
    /// The answer has come down to a cache.
    static let returned: UInt16 = 1
    /// The request is at the origin.
    static let ask: UInt16 = 2
    /// The origin's answer is at the cache that asked.
    static let answered: UInt16 = 3
    /// The origin has accepted no connection.
    static let unconnected: UInt16 = 4
    static let invalidated: UInt16 = 5
    static let flushed: UInt16 = 6
  }

  let specification: CloudFront
  private let behaviors: [CacheBehavior]
  private let treatments: Cells<EdgeTreatment>
  private let keys: Cells<ObjectKey>
  let operations = GrowingCells<EdgeOperation>()
  private var origins: [String] = []
  private var topology: EdgeTopology?
  var connections: OriginConnections
  private var flights = Flights()
  private var quota: TokenBucket
  private let edgeTime: Sampler
  private let edgeKey: UInt64
  private let regionalTime: Sampler
  private let regionalKey: UInt64
  let changeKey: UInt64
  let counts = Cell(CloudFrontCounts())
  let originLatency = HistogramRecorder()
  let population = LevelRecorder(at: 0)
  /// For each area of the bill.
  var traffic: [CloudFrontCounts.Traffic] = []

  init(_ specification: CloudFront, at site: Site) {
    self.specification = specification
    behaviors = specification.behaviors + [CacheBehavior.others]
    treatments = Cells(behaviors.map { EdgeTreatment($0, specification.fetching) })
    keys = Cells(behaviors.map { ObjectKey($0) })
    connections = OriginConnections(caches: 0, origins: 0, keepAlive: 0)
    quota = TokenBucket(
      ratePerSecond: specification.requestRate, capacity: specification.requestRate,
      level: specification.requestRate, at: 0)
    edgeTime = Sampler(specification.edgeTime)
    edgeKey = site.drawKey("edge")
    regionalTime = Sampler(specification.regionalTime)
    regionalKey = site.drawKey("regional")
    changeKey = site.drawKey("change")
    super.init(at: site)
  }

  // MARK: Setting up

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    var prepared = EdgeOperation()
    if operation is CloudFront.Invalidation {
      prepared.isInvalidation = true
    } else if let endpoint = operation as? EndpointOperation {
      prepared.behavior = behavior(of: endpoint.endpoint)
      let behavior = behaviors[prepared.behavior]
      let name = (behavior.origin ?? specification.origin).name
      (prepared.origin, prepared.originOperation) = assembly.prepare(endpoint, of: name)
      prepared.originNumber = origins.firstIndex(of: name) ?? origins.count
      if prepared.originNumber == origins.count { origins.append(name) }
      prepared.bytes =
        behavior.bytes ?? assembly.geography?.responseBytes(of: endpoint.endpoint) ?? 0
      prepared.bytesSent = behavior.bytesSent(prepared.bytes)
    } else {
      return nil
    }
    operations.append(prepared)
    return UInt16(operations.count - 1)
  }

  /// The behavior of an endpoint; where none is named and there is only one, that one.
  private func behavior(of endpoint: String?) -> Int {
    if endpoint == nil, specification.behaviors.count == 1 { return 0 }
    return behaviors.firstIndex { $0.endpoint == endpoint } ?? behaviors.count - 1
  }

  override func link(_ assembly: inout Assembly) {
    let topology = EdgeTopology(specification, behaviors, assembly.geography, site)
    self.topology = topology
    traffic = topology.areaNames.map { CloudFrontCounts.Traffic(area: $0) }
  }

  override func begin(_ kernel: inout Kernel) {
    connections = OriginConnections(
      caches: topology?.caches.count ?? 0, origins: origins.count,
      keepAlive: specification.fetching.keepAlive)
    for time in specification.invalidations {
      kernel.schedule(
        after: time + specification.invalidationTime, id, EventKind.flushed, 0)
    }
  }

  func bytesSent(for operation: UInt16) -> Int { operations[Int(operation)].bytesSent }

  // MARK: Requests

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    let operation = operations[Int(row.operation)]
    if operation.isInvalidation { return invalidate(call, &kernel) }
    counts.value.requests += 1
    population.change(by: 1, at: kernel.now)
    let region = places.region(of: row.user)
    kernel.calls[call].counter = UInt16(region)
    guard quota.take(1, at: kernel.now, allowDebt: false) else {
      counts.value.throttled += 1
      kernel.calls[call].outcome = .unavailable
      return answer(call, &kernel)
    }
    kernel.calls[call].place = UInt16(places.point(of: row.user, in: region))
    if treatments[operation.behavior].isCached {
      kernel.calls[call].key = keys[operation.behavior].bits(drawKey: row.drawKey, user: row.user)
    }
    let time = edgeTime.nanoseconds(mixed(row.drawKey &+ edgeKey))
    kernel.schedule(after: time, id, EventKind.reached, call)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.reached: look(payload, &kernel)
    case EventKind.returned: keep(payload, &kernel)
    case EventKind.ask: ask(payload, &kernel)
    case EventKind.answered: answered(payload, &kernel)
    case EventKind.unconnected: missed(payload, .gatewayTimeout, &kernel)
    case EventKind.invalidated:
      for cache in places.caches { cache.remove(kernel.calls[payload].key) }
      kernel.close(payload)
    default: flush(&kernel)
    }
  }

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    originEnded(call, outcome, &kernel)
  }

  private func look(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    guard treatment(row).isCached else { return fetch(call, &kernel) }
    let level = Int(row.step)
    let finding = places.entrances[cache(row)]._withUnsafeGuaranteedRef {
      $0.find(row.key, at: kernel.now)
    }
    switch finding {
    case .fresh(let until):
      counts.value.hits[level] += 1
      kernel.calls[call].mark = until
      descend(call, &kernel)
    case .failure(let outcome, let until):
      counts.value.repeatedFailures += 1
      kernel.calls[call].outcome = outcome
      kernel.calls[call].mark = until
      descend(call, &kernel)
    case .stale:
      kernel.calls[call].children |= EdgeMark.isConditional
      if level == 0 { kernel.calls[call].children |= EdgeMark.wasStale }
      miss(call, level, &kernel)
    case .absent:
      kernel.calls[call].children &= ~EdgeMark.isConditional
      miss(call, level, &kernel)
    }
  }

  /// The first to miss asks for all; others who miss the same object meanwhile wait for it.
  private func miss(_ call: CallID, _ level: Int, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    if treatment(row).collapses {
      let place = UInt16(cache(row))
      guard flights.lead(row.key, at: place) else {
        counts.value.collapsed[level] += 1
        if level == 0 { kernel.calls[call].children |= EdgeMark.follows }
        return flights.join(row.key, at: place, call, &kernel)
      }
      kernel.calls[call].children |= 1 << UInt16(level)
    }
    counts.value.misses[level] += 1
    guard level < route(row).levels else { return fetch(call, &kernel) }
    kernel.calls[call].step += 1
    kernel.schedule(after: way(row, above: level) / 2, id, EventKind.reached, call)
  }

  /// Brings the answer to the cache below, or to the viewer.
  private func descend(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    guard row.step > 0 else { return answer(call, &kernel) }
    kernel.calls[call].step -= 1
    let way = way(row, above: Int(row.step) - 1)
    kernel.schedule(after: way - way / 2, id, EventKind.returned, call)
  }

  /// Leaves the answer in a cache and gives it to those who wait there.
  ///
  /// In place of a failure the copy is given that there is, if there is one.
  func keep(_ call: CallID, _ kernel: inout Kernel) {
    var row = kernel.calls[call]
    guard treatment(row).isCached else { return descend(call, &kernel) }
    let place = cache(row)
    let bytes = operations[Int(row.operation)].bytesSent
    var isStale = false
    places.entrances[place]._withUnsafeGuaranteedRef {
      if row.outcome == .ok {
        $0.store(row.key, bytes: bytes, freshUntil: row.mark)
      } else {
        isStale = $0.store(row.key, failure: row.outcome, until: row.mark)
      }
    }
    if isStale {
      counts.value.staleServed += 1
      row.outcome = .ok
      kernel.calls[call].outcome = .ok
      kernel.calls[call].children |= EdgeMark.isNoRefresh
    }
    descend(call, &kernel)
    guard row.children & 1 << row.step != 0 else { return }
    var followers = flights.land(row.key, at: UInt16(place))
    while !followers.isEmpty {
      let follower = followers.removeFirst(&kernel)
      kernel.calls[follower].outcome = row.outcome
      kernel.calls[follower].mark = row.mark
      if isStale { counts.value.staleServed += 1 }
      descend(follower, &kernel)
    }
  }

  private func answer(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    let row = kernel.calls[call]
    let operation = operations[Int(row.operation)]
    let area = places.areas[Int(row.counter)]
    traffic[area].requests += 1
    if row.outcome == .miss {
      counts.value.notFound += 1
    } else if row.outcome.isSuccess {
      traffic[area].bytes += operation.bytesSent
      if row.children & (EdgeMark.wasStale | EdgeMark.isNoRefresh | EdgeMark.follows)
        == EdgeMark.wasStale
      {
        counts.value.refreshHits += 1
      }
    } else {
      counts.value.failures += 1
    }
    if row.children & EdgeMark.askedOrigin != 0 {
      originLatency.record(kernel.now - row.began)
      counts.value.originTime += kernel.now - row.began
      counts.value.originAnswers += 1
    }
    kernel.reply(call, row.outcome)
  }

  // MARK: Removal

  /// The step goes on at once; the object goes when the caches have heard of it.
  private func invalidate(_ call: CallID, _ kernel: inout Kernel) {
    counts.value.invalidations += 1
    let own = kernel.open(id, operation: 0, caller: .none, drawKey: 0, user: 0)
    kernel.calls[own].key = kernel.calls[call].key
    kernel.schedule(after: specification.invalidationTime, id, EventKind.invalidated, own)
    kernel.reply(call, .ok)
  }

  /// Removes everything from all caches.
  func flush(_ kernel: inout Kernel) {
    for cache in places.caches { cache.removeAll() }
  }

  // MARK: Where a request is

  private var places: EdgeTopology {
    guard let topology else { preconditionFailure("\(site.name) is not linked") }
    return topology
  }

  @inline(__always)
  func treatment(_ row: Call) -> EdgeTreatment {
    treatments[operations[Int(row.operation)].behavior]
  }

  @inline(__always)
  func route(_ row: Call) -> EdgeTopology.Route {
    places.route(from: Int(row.counter), operations[Int(row.operation)].behavior)
  }

  @inline(__always)
  func cache(_ row: Call) -> Int {
    row.step == 0
      ? Int(row.place) : places.cache(at: Int(row.step), point: Int(row.place), route(row))
  }

  /// The way from a level to the one above and back.
  private func way(_ row: Call, above level: Int) -> Nanoseconds {
    level == 0
      ? regionalTime.nanoseconds(mixed(row.drawKey &+ regionalKey)) : route(row).shieldTrip
  }

  // MARK: Reporting

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) {
    if case .flush = fault.action { flush(&kernel) } else { super.suffer(fault, &kernel) }
  }

  override var gauges: [Gauge] {
    [
      .rate("requests") { Double(self.counts.value.requests) },
      Gauge(
        "hit_rate", unit: "share",
        .quotient { _ in
          let counts = self.counts.value
          return (Double(counts.pointHits), Double(counts.pointHits + counts.misses[0]))
        }),
      .rate("origin_requests") { Double(self.counts.value.originRequests) },
    ]
  }

  override var metrics: [PublishedMetric] { publishedMetrics }

  override func report(_ context: ReportContext) -> ComponentReport {
    counts.value.evictions = places.caches.reduce(0) { $0 + $1.evictions }
    counts.value.originConnections = connections.opened
    return report(context, specification.prices)
  }
}
