import Kernel

/// A DynamoDB table at work.
final class RunningDynamoDBTable: RunningComponent {
  enum EventKind {
    static let done: UInt16 = 0
    static let leftover: UInt16 = 1
    static let updated: UInt16 = 2
  }

  private struct Counts: BitwiseCopyable {
    var readCalls = 0
    var scanCalls = 0
    var bytesRead = 0
    var unprocessed = 0
  }

  let specification: DynamoDBTable
  /// Reads and writes of the table, then of each index in turn.
  let throughputs: [Throughput]
  /// The same, to be entered without being retained.
  private let entrances: Cells<Unmanaged<Throughput>>
  private let plans = GrowingCells<TablePlan>()
  private var samplers: [Sampler] = []
  var leftoverPolicies: [RetryPolicy] = []
  private let throttleTime: Sampler
  private let timeKey: UInt64
  private let missKey: UInt64
  private let placeKey: UInt64
  private let indexWriteUnits: [Double]
  private let counts = Cell(Counts())
  /// Batches in progress.
  var batches = Slab<Batch>()
  let population = LevelRecorder(at: 0)
  let sojourn = HistogramRecorder()
  let scalings: [(number: Int, scaling: TableAutoScaling)]
  var actions: [ScalingAction] = []
  /// Who owns the alarms of auto scaling, if there is any.
  private unowned var service: MetricsService?

  init(_ specification: DynamoDBTable, at site: Site) {
    self.specification = specification
    throughputs = specification.throughputs()
    entrances = Cells(throughputs.map { Unmanaged.passUnretained($0) })
    throttleTime = Sampler(specification.throttleTime)
    timeKey = site.drawKey("time")
    missKey = site.drawKey("miss")
    placeKey = site.drawKey("place")
    indexWriteUnits = specification.indexes.map { CapacityUnits.writing($0.value.itemSize) }
    scalings = specification.scalings(of: throughputs)
    super.init(at: site)
  }

  // MARK: Preparing

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let operation = operation as? DynamoDBTable.Operation else { return nil }
    let index = specification.indexes.firstIndex { $0.name == operation.index }
    var plan = TablePlan(operation, of: specification, index: index)
    plan.throughput = (index.map { 2 * $0 + 2 } ?? 0) + (plan.isWrite ? 1 : 0)
    plan.sampler = samplers.count
    plan.leftovers = leftoverPolicies.count
    let usual = plan.isWrite ? specification.writeTime : specification.readTime
    samplers.append(Sampler(operation.time ?? usual))
    leftoverPolicies.append(operation.leftovers)
    plans.append(plan)
    return UInt16(plans.count - 1)
  }

  override func link(_ assembly: inout Assembly) {
    guard !scalings.isEmpty else { return }
    service = assembly.metrics
    watchConsumption(assembly.metrics)
  }

  // MARK: Running

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    let number = Int(kernel.calls[call].operation)
    switch plans[number].form {
    case .read: read(plans[number], call, &kernel)
    case .write: write(plans[number], call, &kernel)
    case .batchRead, .batchWrite: beginBatch(plans[number], call, &kernel)
    case .transactRead, .transactWrite: transact(plans[number], call, &kernel)
    }
  }

  private func read(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) {
    let page = Int(kernel.calls[call].slot)
    let isLast = page + 1 >= plan.pages
    let isMissing = plan.missChance > 0 && misses(plan, call, &kernel)
    let units = isMissing ? plan.missUnits : isLast ? plan.units : plan.pageUnits
    let hash = dependsOnKey(plan) ? place(plan, call, page, &kernel) : 0
    guard take(units, plan.throughput, hash, kernel.now) else { return refuse(call, &kernel) }
    kernel.calls[call].outcome = isMissing ? .miss : isLast ? .ok : .partial
    counts.value.readCalls &+= 1
    if !isMissing { counts.value.bytesRead &+= isLast ? plan.lastPage : CapacityUnits.page }
    if plan.isScan { counts.value.scanCalls &+= 1 }
    finish(plan, call, &kernel)
  }

  private func write(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) {
    let item = kernel.calls[call].key
    if plan.missChance > 0, misses(plan, call, &kernel) {
      // A failed condition consumes the table's units all the same, and changes no index.
      guard take(plan.missUnits, plan.throughput, place(item), kernel.now) else {
        return refuse(call, &kernel)
      }
      kernel.calls[call].outcome = .miss
      return finish(plan, call, &kernel)
    }
    guard admitsWrite(plan, item, kernel.now) else { return refuse(call, &kernel) }
    spendWrite(plan, item, kernel.now)
    kernel.calls[call].outcome = .ok
    finish(plan, call, &kernel)
  }

  private func misses(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) -> Bool {
    uniform(mixed(kernel.calls[call].drawKey &+ missKey)) <= plan.missChance
  }

  /// Takes units for the item of a hash; false if that is throttled.
  @inline(__always)
  func take(_ units: Double, _ throughput: Int, _ hash: UInt64, _ now: Nanoseconds) -> Bool {
    entrances[throughput]._withUnsafeGuaranteedRef { $0.take(units, hash, at: now) }
  }

  /// Whether the indexes and the table admit a write.
  ///
  /// An index without capacity pushes back on the table's writes (DDB/GSI).
  func admitsWrite(_ plan: TablePlan, _ item: UInt64, _ now: Nanoseconds) -> Bool {
    if plan.indexWrites > 0 {
      for index in indexWriteUnits.indices {
        let hash = indexPlace(item, index)
        guard throughputs[2 * index + 3].admits(hash, at: now) else { return false }
      }
    }
    return entrances[plan.throughput]._withUnsafeGuaranteedRef {
      $0.admits($0.dependsOnKey ? place(item) : 0, at: now)
    }
  }

  func spendWrite(_ plan: TablePlan, _ item: UInt64, _ now: Nanoseconds) {
    entrances[plan.throughput]._withUnsafeGuaranteedRef {
      $0.spend(plan.units, $0.dependsOnKey ? place(item) : 0, at: now)
    }
    guard plan.indexWrites > 0 else { return }
    for index in indexWriteUnits.indices {
      let units = indexWriteUnits[index] * Double(plan.indexWrites)
      throughputs[2 * index + 3].spend(units, indexPlace(item, index), at: now)
    }
  }

  // MARK: Places

  @inline(__always)
  private func dependsOnKey(_ plan: TablePlan) -> Bool {
    entrances[plan.throughput]._withUnsafeGuaranteedRef { $0.dependsOnKey }
  }

  /// The hash of an item, which says in which partition it is.
  @inline(__always)
  func place(_ item: UInt64) -> UInt64 { mixed(item &+ placeKey) }

  /// Where an item stands in an index, by the value of the index's key.
  private func indexPlace(_ item: UInt64, _ index: Int) -> UInt64 {
    guard throughputs[2 * index + 3].dependsOnKey else { return 0 }
    let value = specification.indexes[index].value.keys.map { item % UInt64($0) } ?? item
    return mixed(value &+ placeKey &+ UInt64(index + 1) &* KeyStride.number)
  }

  /// Where a read goes: a scan from partition to partition, what has no key anywhere.
  private func place(
    _ plan: TablePlan, _ call: CallID, _ page: Int, _ kernel: inout Kernel
  ) -> UInt64 {
    if plan.isScan { return UInt64.max / UInt64(plan.pages) * UInt64(page) }
    let key = kernel.calls[call].key
    let item = key == 0 ? kernel.calls[call].drawKey : key
    return plan.throughput == 0 ? place(item) : indexPlace(item, (plan.throughput - 2) / 2)
  }

  // MARK: Ending

  func finish(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) {
    let time = time(plan, call, number: 0, &kernel)
    kernel.schedule(after: time, id, EventKind.done, call)
  }

  /// How long a call takes, the n-th of those that a batch makes.
  func time(
    _ plan: TablePlan, _ call: CallID, number: Int, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let bits = mixed(
      kernel.calls[call].drawKey &+ timeKey &+ UInt64(number) &* KeyStride.attempt)
    return samplers[plan.sampler].formula.nanoseconds(bits)
  }

  func refuse(_ call: CallID, _ kernel: inout Kernel) {
    kernel.calls[call].outcome = .throttled
    let bits = mixed(kernel.calls[call].drawKey &+ timeKey)
    kernel.schedule(after: throttleTime.nanoseconds(bits), id, EventKind.done, call)
  }

  func countRead(_ items: Int, bytes: Int) {
    counts.value.readCalls += items
    counts.value.bytesRead += items * bytes
  }

  func countUnprocessed(_ items: Int) { counts.value.unprocessed += items }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    guard kind == EventKind.done else { return fireRarely(payload, kind, &kernel) }
    population.change(by: -1, at: kernel.now)
    let outcome = kernel.calls[payload].outcome
    if outcome.isSuccess { sojourn.record(kernel.now - kernel.calls[payload].began) }
    kernel.reply(payload, outcome)
  }

  @inline(never)
  private func fireRarely(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.leftover:
      continueBatch(plans[Int(kernel.calls[payload].operation)], payload, &kernel)
    default: updated(Int(payload), service, &kernel)
    }
  }

  // MARK: Reporting

  override var metrics: [PublishedMetric] { publishedMetrics }

  override var gauges: [Gauge] {
    [
      .rate("consumed_read_units") { self.consumed(isWrite: false) },
      .rate("consumed_write_units") { self.consumed(isWrite: true) },
      .rate("throttled") { Double(self.throttledCount) },
      Gauge("burst_units", unit: "RCU", .level { self.throughputs[0].kept(at: $0) }),
    ] + scalingGauges
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: DynamoDBTable.kind)
    let counts = counts.value
    addCapacity(to: &report.record, context)
    report.record.add("throttled", Double(throttledCount))
    addThrottling(to: &report.record)
    report.record.add("reads", Double(counts.readCalls))
    report.record.add(
      "scan_share",
      counts.readCalls > 0 ? Double(counts.scanCalls) / Double(counts.readCalls) : .nan)
    report.record.add("bytes_read", Double(counts.bytesRead))
    report.record.add("unprocessed_items", Double(counts.unprocessed))
    population.finish(at: context.now)
    for throughput in throughputs { throughput.close(at: context.now) }
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    report.scaling = actions
    report.cost = cost(context)
    return report
  }
}
