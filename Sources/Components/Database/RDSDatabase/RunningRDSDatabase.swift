import Kernel

/// A relational database at work.
///
/// A call takes a session, or a connection of the proxy, then reads pages, computes, commits if it
/// writes, and is answered. Its `state` says how far it is; `place` is its server, `mark` the reads
/// that it has before it, `children` whether its connection was opened for it, and `step` whether
/// the query cache answers. While it executes a query, `next` keeps the version of the table.
final class RunningRDSDatabase: RunningComponent {
  enum EventKind {
    static let received: UInt16 = 0
    static let processor: UInt16 = 1
    static let connected: UInt16 = 2
    static let read: UInt16 = 3
    static let committed: UInt16 = 4
    static let answered: UInt16 = 5
    static let borrowTimeout: UInt16 = 6
    static let recovered: UInt16 = 7
    static let shipped: UInt16 = 8
    static let credits: UInt16 = 9
  }

  /// How far a call is.
  enum Stage {
    static let queued: UInt8 = 1
    static let stalled: UInt8 = 2
    static let connecting: UInt8 = 3
    static let locked: UInt8 = 4
    static let reading: UInt8 = 5
    static let computing: UInt8 = 6
    static let committing: UInt8 = 7
    /// Its server is gone: it fails at its next event.
    static let doomed: UInt8 = 8
  }

  /// What happened, in numbers.
  struct Counts: BitwiseCopyable {
    var queries = 0
    var writes = 0
    var rowsExamined = 0
    var pages = 0
    var pagesMissed = 0
    var opened = 0
    var refused = 0
    var lockWaits = 0
    var staleReads = 0
    var failovers = 0
    /// Changes that replicas have applied, and the sum of their lags.
    var applied = 0
    var lag: Nanoseconds = 0
  }

  /// The operations that are asked of the volume at once: queries take turns after so many.
  static let readsAtOnce: Nanoseconds = 64
  /// What one operation reads of pages that follow one another (assumed: EBS merges up to this).
  static let sequentialRead = 262_144

  let specification: RDSDatabase
  let primary: DatabaseInstance
  let replicas: [Replica]
  let plans = GrowingCells<DatabasePlan>()
  let counts = Cell(Counts())
  let population = LevelRecorder(at: 0)
  let sojourn = HistogramRecorder()
  let lag = HistogramRecorder()
  let lagTime: Sampler
  let lagKey: UInt64
  let networkTime: Sampler
  let networkKey: UInt64
  let connectTime: Sampler
  let connectCPU: Sampler
  let connectKey: UInt64
  let queryCPU: Sampler
  let queryKey: UInt64
  let readTime: Sampler
  let readKey: UInt64
  let writeTime: Sampler
  let writeKey: UInt64
  let standbyTime: Sampler?
  let failoverTime: Sampler
  let failoverKey: RandomKey
  /// Calls that wait for a row that another call has locked, by the row.
  var locks: [UInt64: CallQueue] = [:]
  var turn = 0

  init(_ specification: RDSDatabase, at site: Site) {
    self.specification = specification
    primary = DatabaseInstance(
      0, specification.databaseClass, of: specification, owner: site.id,
      processorEvent: EventKind.processor)
    replicas = (0..<(specification.replicas?.count ?? 0)).map { index in
      Replica(
        DatabaseInstance(
          index + 1, specification.replicas?.databaseClass ?? specification.databaseClass,
          of: specification, owner: site.id, processorEvent: EventKind.processor))
    }
    lagTime = Sampler(specification.replicas?.lag ?? .constant(0))
    lagKey = site.drawKey("lag")
    networkTime = Sampler(specification.networkTime)
    networkKey = site.drawKey("network")
    connectTime = Sampler(specification.connections.openTime)
    connectCPU = Sampler(specification.connections.openCPU)
    connectKey = site.drawKey("connect")
    queryCPU = Sampler(specification.queryCPU)
    queryKey = site.drawKey("cpu")
    readTime = Sampler(specification.storage.readTime)
    readKey = site.drawKey("read")
    writeTime = Sampler(specification.storage.writeTime)
    writeKey = site.drawKey("write")
    standbyTime = specification.isMultiAZ ? Sampler(specification.standbyTime) : nil
    failoverTime = Sampler(specification.failoverTime)
    failoverKey = site.ownKey("failover")
    super.init(at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let operation = operation as? DatabaseOperation else { return nil }
    plans.append(DatabasePlan(operation, of: specification))
    return UInt16(plans.count - 1)
  }

  override func begin(_ kernel: inout Kernel) {
    for instance in [primary] + replicas.map(\.instance) {
      instance.meterCredits(
        specification.credits, owner: id, kind: EventKind.credits, &kernel)
    }
  }

  // MARK: Events

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    kernel.schedule(after: way(call, &kernel) / 2, id, EventKind.received, call)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.received: received(payload, &kernel)
    case EventKind.processor: processed(payload, &kernel)
    case EventKind.answered:
      population.change(by: -1, at: kernel.now)
      let outcome = kernel.calls[payload].outcome
      if outcome.isSuccess { sojourn.record(kernel.now - kernel.calls[payload].began) }
      kernel.reply(payload, outcome)
    case EventKind.borrowTimeout: giveUp(payload, &kernel)
    case EventKind.recovered: recover(&kernel)
    case EventKind.shipped: shipped(payload, &kernel)
    case EventKind.credits: instance(UInt16(payload)).watchCredits(&kernel)
    default: goOn(payload, kind, &kernel)
    }
  }

  /// What a call waited for is there, unless its server went away meanwhile.
  func goOn(_ call: CallID, _ kind: UInt16, _ kernel: inout Kernel) {
    if kernel.calls[call].state == Stage.doomed { return answer(call, .terminated, &kernel) }
    switch kind {
    case EventKind.connected: execute(call, &kernel)
    case EventKind.read: readOn(call, &kernel)
    case EventKind.committed: committed(call, &kernel)
    default: preconditionFailure("\(site.name) has no event \(kind)")
    }
  }

  func processed(_ number: UInt32, _ kernel: inout Kernel) {
    let instance = instance(UInt16(number))
    while true {
      let call = instance.processor.fire(&kernel)
      guard call != .none else { return }
      if kernel.calls[call].operation == Replica.application {
        applied(call, &kernel)
      } else {
        computed(call, instance, &kernel)
      }
    }
  }

  func instance(_ number: UInt16) -> DatabaseInstance {
    number == 0 ? primary : replicas[Int(number) - 1].instance
  }

  /// The way to the database and back.
  func way(_ call: CallID, _ kernel: inout Kernel) -> Nanoseconds {
    networkTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ networkKey))
  }

  func plan(of call: CallID, _ kernel: inout Kernel) -> DatabasePlan {
    plans[Int(kernel.calls[call].operation)]
  }

  // MARK: Reporting

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) {
    if case .failOver = fault.action { failOver(&kernel) } else { super.suffer(fault, &kernel) }
  }

  override var gauges: [Gauge] { loadGauges }

  override var metrics: [PublishedMetric] { databaseMetrics }

  override func report(_ context: ReportContext) -> ComponentReport { closeBooks(context) }
}
