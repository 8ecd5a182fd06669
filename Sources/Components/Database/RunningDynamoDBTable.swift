import Kernel

/// A DynamoDB table at work.
final class RunningDynamoDBTable: RunningComponent {
  /// Capacity of one direction of the table or of an index.
  private final class Capacity {
    let provisioned: Double
    private var bucket: TokenBucket
    private(set) var consumed = 0.0
    private(set) var refused = 0

    init(_ provisioned: Double, _ table: DynamoDBTable) {
      self.provisioned = provisioned
      let kept = provisioned * table.burst.inSeconds
      bucket = TokenBucket(
        ratePerSecond: provisioned, capacity: kept, level: table.startsFull ? kept : 0, at: 0)
    }

    func take(_ units: Double, at now: Nanoseconds) -> Bool {
      guard bucket.take(units, at: now, allowDebt: true) else {
        refused += 1
        return false
      }
      consumed += units
      return true
    }

    func level(at now: Nanoseconds) -> Double { bucket.level(at: now) }
  }

  /// What one operation takes, worked out beforehand.
  private struct Plan {
    /// The bytes of each page but the last, and of the last.
    var pages: Int
    var lastPage: Int
    var unitsPerBlock: Double
    var block: Int
    var capacity: Capacity
    var indexWrites: [Capacity]
    var indexWriteUnits: [Double]
    var time: Sampler
    var isScan: Bool
  }

  private static let page = 1 << 20
  private static let readBlock = 4096
  private static let writeBlock = 1024

  private enum EventKind {
    static let done: UInt16 = 0
  }

  private let specification: DynamoDBTable
  private let reads: Capacity
  private let writes: Capacity
  private let indexReads: [Capacity]
  private let indexWrites: [Capacity]
  private var plans: [Plan] = []
  private let throttleTime: Sampler
  private let timeKey: UInt64
  private let population = LevelRecorder(at: 0)
  private let sojourn = HistogramRecorder()
  private var scanCalls = 0
  private var readCalls = 0
  private var bytesRead = 0

  init(_ specification: DynamoDBTable, at site: Site) {
    self.specification = specification
    reads = Capacity(specification.readCapacity, specification)
    writes = Capacity(specification.writeCapacity, specification)
    indexReads = specification.indexes.map { Capacity($0.value.readCapacity, specification) }
    indexWrites = specification.indexes.map { Capacity($0.value.writeCapacity, specification) }
    throttleTime = Sampler(specification.throttleTime)
    timeKey = site.drawKey("time")
    super.init(at: site)
  }

  // MARK: Preparing

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let operation = operation as? DynamoDBTable.Operation else { return nil }
    plans.append(plan(operation))
    return UInt16(plans.count - 1)
  }

  private func plan(_ operation: DynamoDBTable.Operation) -> Plan {
    let time = operation.time
    switch operation.verb {
    case .get: return read(specification.itemSize, operation, time, reads)
    case .scan:
      return read(specification.items * specification.itemSize, operation, time, reads)
    case .query(let items):
      let index = specification.indexes.firstIndex { $0.name == operation.index }
      let size = index.map { specification.indexes[$0].value.itemSize } ?? specification.itemSize
      return read(items * size, operation, time, index.map { indexReads[$0] } ?? reads)
    case .put:
      let bytes = operation.bytes ?? specification.itemSize
      return Plan(
        pages: 1, lastPage: bytes, unitsPerBlock: 1, block: Self.writeBlock, capacity: writes,
        indexWrites: indexWrites,
        indexWriteUnits: specification.indexes.map {
          Double(Self.blocks($0.value.itemSize, Self.writeBlock))
        },
        time: Sampler(time ?? specification.writeTime), isScan: false)
    }
  }

  private func read(
    _ bytes: Int, _ operation: DynamoDBTable.Operation, _ time: Distribution?, _ capacity: Capacity
  ) -> Plan {
    let pages = max(1, (bytes + Self.page - 1) / Self.page)
    var isScan = false
    if case .scan = operation.verb { isScan = true }
    return Plan(
      pages: pages, lastPage: bytes - (pages - 1) * Self.page,
      unitsPerBlock: operation.isConsistent ? 1 : 0.5, block: Self.readBlock, capacity: capacity,
      indexWrites: [], indexWriteUnits: [], time: Sampler(time ?? specification.readTime),
      isScan: isScan)
  }

  /// How many blocks are charged; nothing is charged as one.
  private static func blocks(_ bytes: Int, _ block: Int) -> Int {
    max(1, (bytes + block - 1) / block)
  }

  // MARK: Running

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    let plan = plans[Int(kernel.calls[call].operation)]
    let number = Int(kernel.calls[call].slot)
    let isLast = number + 1 >= plan.pages
    let bytes = isLast ? plan.lastPage : Self.page
    let bits = mixed(kernel.calls[call].drawKey &+ timeKey)
    if take(plan, bytes, kernel.now) {
      kernel.calls[call].outcome = isLast ? .ok : .partial
      if plan.block == Self.readBlock {
        readCalls += 1
        bytesRead += bytes
      }
      if plan.isScan { scanCalls += 1 }
      kernel.schedule(after: plan.time.nanoseconds(bits), id, EventKind.done, call)
    } else {
      kernel.calls[call].outcome = .throttled
      kernel.schedule(after: throttleTime.nanoseconds(bits), id, EventKind.done, call)
    }
  }

  /// Takes the units of a page; a write needs those of each index too.
  private func take(_ plan: Plan, _ bytes: Int, _ now: Nanoseconds) -> Bool {
    // An index without capacity pushes back on the table's writes (DDB/GSI).
    for index in plan.indexWrites where index.level(at: now) <= 0 {
      _ = index.take(1, at: now)
      return false
    }
    let units = Double(Self.blocks(bytes, plan.block)) * plan.unitsPerBlock
    guard plan.capacity.take(units, at: now) else { return false }
    for (index, units) in zip(plan.indexWrites, plan.indexWriteUnits) {
      _ = index.take(units, at: now)
    }
    return true
  }

  override func fire(_ call: CallID, _ kind: UInt16, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    let outcome = kernel.calls[call].outcome
    if outcome.isSuccess { sojourn.record(kernel.now - kernel.calls[call].began) }
    kernel.reply(call, outcome)
  }

  // MARK: Reporting

  private var throttled: Int {
    reads.refused + writes.refused + indexReads.map(\.refused).reduce(0, +)
      + indexWrites.map(\.refused).reduce(0, +)
  }

  private var consumedReads: Double {
    reads.consumed + indexReads.map(\.consumed).reduce(0, +)
  }

  private var consumedWrites: Double {
    writes.consumed + indexWrites.map(\.consumed).reduce(0, +)
  }

  override var gauges: [Gauge] {
    [
      .rate("consumed_read_units") { self.consumedReads },
      .rate("consumed_write_units") { self.consumedWrites },
      .rate("throttled") { Double(self.throttled) },
      Gauge("burst_units", unit: "RCU", .level { self.reads.level(at: $0) }),
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: DynamoDBTable.kind)
    let seconds = context.loadDuration.inSeconds
    let provisioned = reads.provisioned + indexReads.map(\.provisioned).reduce(0, +)
    report.record.add("consumed_read_units", consumedReads / seconds)
    report.record.add("consumed_write_units", consumedWrites / seconds)
    report.record.add("provisioned_read_units", provisioned)
    report.record.add(
      "provisioned_write_units",
      writes.provisioned + indexWrites.map(\.provisioned).reduce(0, +))
    report.record.add("read_utilization", consumedReads / seconds / provisioned)
    report.record.add("throttled", Double(throttled))
    report.record.add("reads", Double(readCalls))
    report.record.add("scan_share", readCalls > 0 ? Double(scanCalls) / Double(readCalls) : .nan)
    report.record.add("bytes_read", Double(bytesRead))
    population.finish(at: context.now)
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    report.cost = cost()
    return report
  }

  private func cost() -> [CostItem] {
    let month = CostItem.hoursPerMonth
    let reads = reads.provisioned + indexReads.map(\.provisioned).reduce(0, +)
    let writes = writes.provisioned + indexWrites.map(\.provisioned).reduce(0, +)
    let indexed = specification.indexes.map(\.value.itemSize).reduce(0, +)
    let stored = Double(specification.items) * Double(specification.itemSize + indexed)
    let prices = specification.prices
    let lines: [(String, Double, String, Catalogue.Price?)] = [
      ("read capacity", reads * month, "RCU-h", prices.readUnitHour),
      ("write capacity", writes * month, "WCU-h", prices.writeUnitHour),
      ("storage", stored / 1e9, "GB", prices.storage),
    ]
    return lines.compactMap { what, quantity, unit, price in
      price.map {
        CostItem(
          component: site.name, what: what, quantity: quantity, unit: unit, unitPrice: $0.amount,
          source: $0.provenance.source)
      }
    }
  }
}
