import Kernel

/// A Redis node: one thread executes all commands, and keys expire.
struct Redis: ComponentSpecification {
  static let kind = "redis"
  static let summary = "A cache node: commands on one thread, keys with a time to live."
  static let operations = [
    OperationDeclaration(
      "get", label: "cache", "Looks a key up.", takesKey: true, mayMiss: true
    ) { _ in Command.get },
    OperationDeclaration("set", label: "cache", "Stores a key.", takesKey: true) { parameters in
      Command.set(
        timeToLive: parameters.optionalDuration(
          "ttl", in: 1...Nanoseconds.longest,
          "How long the key lives; for ever if none is written."))
    },
  ]
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {cache: redis, key: user, miss: \
    [{set: {cache: redis, key: user, ttl: 60s}}]}}]}}
    redis: {kind: redis}
    """

  /// What the node can be asked.
  enum Command: OperationSpecification {
    case get
    case set(timeToLive: Nanoseconds?)
  }

  let commandTime: Distribution
  let networkTime: Distribution
  let node: Catalogue.CacheNode?

  init(from parameters: inout ParameterReader) {
    commandTime = parameters.timeDistribution(
      "command", from: "redis.command-time", "How long the thread is busy with a command.")
    networkTime = parameters.timeDistribution(
      "network", from: "redis.network-time", "The way to the node and back.")
    let name = parameters.optionalText(
      "node", "The type of node, which has its price: cache.t3.micro.")
    node = name.flatMap { parameters.catalogue.cacheNode($0) }
    if let name, node == nil {
      let known = parameters.catalogue.cacheNodes.map { "cache.\($0.name)" }
      parameters.report(
        "there is no cache node '\(name)' in the catalogue", at: "node",
        help: Spelling.help(for: name, among: known))
    }
  }

  func build(at site: Site) -> RunningComponent { RunningRedis(self, at: site) }
}

/// A Redis node at work.
final class RunningRedis: RunningComponent {
  private enum EventKind {
    static let received: UInt16 = 0
    static let executed: UInt16 = 1
    static let answered: UInt16 = 2
    static let expired: UInt16 = 3
  }

  /// A key that is stored.
  private struct Item: BitwiseCopyable {
    var key: UInt64
    var timer: TimerID
  }

  private let specification: Redis
  private let thread = Station(servers: 1)
  private let commandTime: Sampler
  private let commandKey: UInt64
  private let networkTime: Sampler
  private let networkKey: UInt64
  private let sojourn = HistogramRecorder()
  private var commands: [Redis.Command] = []
  private var places: [UInt64: UInt32] = [:]
  private var items = Slab<Item>()
  private var hits = 0
  private var misses = 0
  private var expirations = 0
  private var mostKeys = 0

  init(_ specification: Redis, at site: Site) {
    self.specification = specification
    commandTime = Sampler(specification.commandTime)
    commandKey = site.drawKey("command")
    networkTime = Sampler(specification.networkTime)
    networkKey = site.drawKey("network")
    super.init(at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let command = operation as? Redis.Command else { return nil }
    commands.append(command)
    return UInt16(commands.count - 1)
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    kernel.schedule(after: way(call, &kernel) / 2, id, EventKind.received, call)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.received:
      if case .served = thread.arrive(payload, &kernel) { execute(payload, &kernel) }
    case EventKind.executed: executed(payload, &kernel)
    case EventKind.answered:
      sojourn.record(kernel.now - kernel.calls[payload].began)
      kernel.reply(payload, kernel.calls[payload].outcome)
    default: expire(payload)
    }
  }

  /// The way to the node and back.
  private func way(_ call: CallID, _ kernel: inout Kernel) -> Nanoseconds {
    networkTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ networkKey))
  }

  private func execute(_ call: CallID, _ kernel: inout Kernel) {
    let time = commandTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ commandKey))
    kernel.schedule(after: time, id, EventKind.executed, call)
  }

  private func executed(_ call: CallID, _ kernel: inout Kernel) {
    let key = kernel.calls[call].key
    switch commands[Int(kernel.calls[call].operation)] {
    case .get:
      let isStored = places[key] != nil
      if isStored { hits += 1 } else { misses += 1 }
      kernel.calls[call].outcome = isStored ? .hit : .miss
    case .set(let timeToLive):
      store(key, timeToLive, &kernel)
      kernel.calls[call].outcome = .ok
    }
    let way = way(call, &kernel)
    kernel.schedule(after: way - way / 2, id, EventKind.answered, call)
    let next = thread.depart(&kernel)
    if next != .none { execute(next, &kernel) }
  }

  private func store(_ key: UInt64, _ timeToLive: Nanoseconds?, _ kernel: inout Kernel) {
    let place: UInt32
    if let known = places[key] {
      place = known
      if items[place].timer != .none { kernel.cancelTimer(items[place].timer) }
    } else {
      place = items.insert(Item(key: key, timer: .none))
      places[key] = place
      mostKeys = max(mostKeys, places.count)
    }
    items[place].timer =
      timeToLive.map {
        kernel.startTimer(after: $0, target: id, kind: EventKind.expired, payload: place)
      } ?? .none
  }

  private func expire(_ place: UInt32) {
    places[items[place].key] = nil
    items.remove(place)
    expirations += 1
  }

  override var gauges: [Gauge] {
    [
      Gauge(
        "hit_rate", unit: "share",
        .quotient { _ in (Double(self.hits), Double(self.hits + self.misses)) }),
      .average("utilization", of: thread.population),
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: Redis.kind)
    report.record.add("hits", Double(hits))
    report.record.add("misses", Double(misses))
    report.record.add("hit_rate", hits + misses > 0 ? Double(hits) / Double(hits + misses) : .nan)
    report.record.add("expirations", Double(expirations))
    report.record.add("evictions", 0)
    report.record.add("keys_maximum", Double(mostKeys))
    report.record.add(population: thread.population, servers: 1, until: context.now)
    report.record.add("waiting", thread.waiting.snapshot())
    report.record.add("sojourn", sojourn.snapshot())
    if let node = specification.node {
      report.cost.append(
        CostItem(
          component: site.name, what: "cache.\(node.name)", quantity: CostItem.hoursPerMonth,
          unit: "h", unitPrice: node.pricePerHour, source: "Models/cache-nodes.yaml"))
    }
    return report
  }
}
