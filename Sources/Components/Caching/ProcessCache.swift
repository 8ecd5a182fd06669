import Kernel

/// A cache in the memory of each process that uses it, such as a dictionary with a limit.
struct ProcessCache: ComponentSpecification {
  static let kind = "process-cache"
  static let summary = "A cache in each calling process's own memory, with a capacity."
  static let operations = [
    OperationDeclaration(
      "get", label: "cache", "Looks a key up in the process's own memory.", takesKey: true,
      mayMiss: true
    ) { _ in Command.get },
    OperationDeclaration(
      "set", label: "cache", "Stores a key in the process's own memory.", takesKey: true
    ) { parameters in
      Command.set(
        timeToLive: parameters.optionalDuration(
          "ttl", in: 1...Nanoseconds.longest,
          "How long the key lives; for ever if none is written."))
    },
  ]
  static let faults: [Fault.Kind] = [.flush]
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {cache: memory, key: user, miss: \
    [{set: {cache: memory, key: user, ttl: 60s}}]}}]}}
    memory: {kind: process-cache}
    """

  /// What a process can ask.
  enum Command: OperationSpecification {
    case get
    case set(timeToLive: Nanoseconds?)
  }

  let capacity: Int
  let time: Distribution

  init(from parameters: inout ParameterReader) {
    capacity = parameters.count(
      "capacity", default: 128, in: 1...100_000_000,
      "Keys that a process keeps; the one used least recently goes first.",
      source: "functools.lru_cache")
    time = parameters.timeDistribution(
      "time", default: .constant(0), "How long an answer takes.", source: "assumed")
  }

  func build(at site: Site) -> RunningComponent { RunningProcessCache(self, at: site) }
}

/// The caches of all processes at work.
final class RunningProcessCache: RunningComponent, ProcessStore {
  private let specification: ProcessCache
  private let time: Sampler
  private let timeKey: UInt64
  private var commands: [ProcessCache.Command] = []
  /// The cache of each process, by calling component and place.
  private var stores: [UInt32: RecencyStore] = [:]
  private var hits = 0
  private var misses = 0
  private var evictions = 0

  init(_ specification: ProcessCache, at site: Site) {
    self.specification = specification
    time = Sampler(specification.time)
    timeKey = site.drawKey("time")
    super.init(at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let command = operation as? ProcessCache.Command else { return nil }
    commands.append(command)
    return UInt16(commands.count - 1)
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let store = CallingProcess.number(of: call, &kernel)
    let key = kernel.calls[call].key
    switch commands[Int(kernel.calls[call].operation)] {
    case .get:
      let isStored = stores[store]?.find(key, at: kernel.now) ?? false
      if isStored { hits += 1 } else { misses += 1 }
      kernel.calls[call].outcome = isStored ? .hit : .miss
    case .set(let timeToLive):
      let evicted = stores[store, default: RecencyStore(capacity: specification.capacity)].put(
        key, until: timeToLive.map { kernel.now + $0 } ?? .max)
      if evicted { evictions += 1 }
      kernel.calls[call].outcome = .ok
    }
    let time = time.nanoseconds(mixed(kernel.calls[call].drawKey &+ timeKey))
    if time > 0 {
      kernel.schedule(after: time, id, 0, call)
    } else {
      kernel.reply(call, kernel.calls[call].outcome)
    }
  }

  override func fire(_ call: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    kernel.reply(call, kernel.calls[call].outcome)
  }

  func processEnded(_ place: UInt16, of caller: ComponentID) {
    stores[CallingProcess.number(caller, place)] = nil
  }

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) {
    if case .flush = fault.action { stores = [:] }
  }

  override var gauges: [Gauge] {
    [
      Gauge(
        "hit_rate", unit: "share",
        .quotient { _ in (Double(self.hits), Double(self.hits + self.misses)) })
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: ProcessCache.kind)
    report.record.add("hits", Double(hits))
    report.record.add("misses", Double(misses))
    report.record.add("hit_rate", hits + misses > 0 ? Double(hits) / Double(hits + misses) : .nan)
    report.record.add("evictions", Double(evictions))
    report.record.add("processes", Double(stores.count))
    return report
  }
}
