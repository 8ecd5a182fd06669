import Kernel

/// A DynamoDB table with provisioned or on-demand capacity, and global secondary indexes.
///
/// Sources: DDB/ProvisionedThroughput (units, rounding, pages), DDB/bp-partition-key-design
/// (300 s of burst, partitions), DDB/HowItWorks.ReadWriteCapacityMode (on-demand), DDB/GSI. That a
/// request is admitted on any positive balance and may take it into debt is assumed: a scan's page
/// of 128 units could otherwise never be read at 100 units a second.
struct DynamoDBTable: ComponentSpecification {
  static let kind = "dynamodb-table"
  static let summary = "A table with provisioned or on-demand capacity, and its indexes."
  static let publishedMetrics = [
    "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents",
    "WriteThrottleEvents", "ThrottledRequests",
  ].map { MetricDeclaration($0, unit: .count, statistic: .sum) }
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {table: orders, key: user}}]}}
    orders: {kind: dynamodb-table, items: 1000, item-size: 1KiB, read-capacity: 100, \
    write-capacity: 10}
    """

  /// A global secondary index, with capacity and partitions of its own.
  struct Index: Sendable {
    var readCapacity: Double
    var writeCapacity: Double
    var itemSize: Int
    /// How many values its key has; nil if each item has its own.
    var keys: Int?
    var readScaling: TableAutoScaling.Settings?
    var writeScaling: TableAutoScaling.Settings?
  }

  /// What an on-demand table serves at first and at most.
  struct OnDemand: Sendable {
    var previousReadPeak = 0.0
    var previousWritePeak = 0.0
    var maximumRead: Double?
    var maximumWrite: Double?
  }

  /// What the catalogue says.
  struct Facts: Sendable {
    var readPrice: Catalogue.Price?
    var writePrice: Catalogue.Price?
    var onDemandReadPrice: Catalogue.Price?
    var onDemandWritePrice: Catalogue.Price?
    var storagePrice: Catalogue.Price?
    var newReadUnits: Double
    var newWriteUnits: Double
    var accountUnits: Double
  }

  private enum BurstLevel: String, CaseIterable { case full, empty }
  private enum CapacityMode: String, CaseIterable {
    case provisioned
    case onDemand = "on-demand"
  }

  let items: Int
  let itemSize: Int
  /// Nil if capacity is provisioned.
  let onDemand: OnDemand?
  let readCapacity: Double
  let writeCapacity: Double
  let readScaling: TableAutoScaling.Settings?
  let writeScaling: TableAutoScaling.Settings?
  let indexes: [(name: String, value: Index)]
  let burst: Nanoseconds
  let startsFull: Bool
  let partitions: Int?
  let partitionLimits: Partitions.Limits
  let readTime: Distribution
  let writeTime: Distribution
  let throttleTime: Distribution
  let facts: Facts

  init(from parameters: inout ParameterReader) {
    items = parameters.count(
      "items", default: 0, in: 0...1_000_000_000_000, "How many items there are at the start.")
    let itemSize = parameters.size(
      "item-size", default: 1024, in: 1...Self.largestItem, "The size of an item.")
    self.itemSize = itemSize
    let isOnDemand =
      parameters.choice(
        "capacity-mode", default: CapacityMode.provisioned,
        "Whether capacity is provisioned, or paid for each request.") == .onDemand
    onDemand = Self.readOnDemand(&parameters, isOnDemand)
    readCapacity = isOnDemand ? 0 : Self.readUnits(&parameters)
    writeCapacity = isOnDemand ? 0 : Self.writeUnits(&parameters)
    readScaling = isOnDemand ? nil : TableAutoScaling.Settings.read("read-scaling", &parameters)
    writeScaling = isOnDemand ? nil : TableAutoScaling.Settings.read("write-scaling", &parameters)
    indexes = parameters.namedSections(
      "indexes", "The global secondary indexes.", required: false
    ) { _, index in
      Index(
        readCapacity: isOnDemand ? 0 : Self.readUnits(&index),
        writeCapacity: isOnDemand ? 0 : Self.writeUnits(&index),
        itemSize: index.size(
          "item-size", default: itemSize, in: 1...Self.largestItem,
          "The size of an item as projected."),
        keys: index.optionalCount(
          "keys", in: 1...1_000_000_000_000,
          "How many values its key has; if none is written, each item has its own."),
        readScaling: isOnDemand ? nil : TableAutoScaling.Settings.read("read-scaling", &index),
        writeScaling: isOnDemand ? nil : TableAutoScaling.Settings.read("write-scaling", &index))
    }
    burst = parameters.duration(
      "burst", from: "dynamodb.burst", in: .seconds(1)...(.seconds(86_400)),
      "How much unused capacity is kept, in time; the capacity of a second always is.")
    startsFull =
      parameters.choice(
        "burst-at-start", default: BurstLevel.full, "Whether the burst capacity is there at first.",
        source: "assumed") == .full
    partitions = parameters.optionalCount(
      "partitions", in: 1...10_000,
      "How many there are at first; else as many as 10 GB each and the capacity need.")
    partitionLimits = Self.readLimits(&parameters)
    readTime = parameters.timeDistribution(
      "read", from: "dynamodb.get-time", "How long a read takes, the way there and back included.")
    writeTime = parameters.timeDistribution(
      "write", from: "dynamodb.put-time",
      "How long a write takes, the way there and back included.")
    throttleTime = parameters.timeDistribution(
      "throttle", default: .constant(0.002), "How long a refusal takes.", source: "assumed")
    facts = Self.facts(parameters.catalogue)
  }

  private static func readUnits(_ parameters: inout ParameterReader) -> Double {
    parameters.number(
      "read-capacity", default: nil, in: 1...40_000, unit: "RCU",
      "Provisioned read capacity units a second.")
  }

  private static func writeUnits(_ parameters: inout ParameterReader) -> Double {
    parameters.number(
      "write-capacity", default: 1, in: 1...40_000, unit: "WCU",
      "Provisioned write capacity units a second.")
  }

  private static func readOnDemand(
    _ parameters: inout ParameterReader, _ isOnDemand: Bool
  ) -> OnDemand? {
    let written = parameters.section(
      "on-demand", "What an on-demand table has served before, and serves at most.",
      required: false
    ) { section in
      OnDemand(
        previousReadPeak: section.number(
          "previous-read-peak", default: 0, in: 0...1e6, unit: "RCU",
          "The highest reads a second so far; a new table serves 12,000."),
        previousWritePeak: section.number(
          "previous-write-peak", default: 0, in: 0...1e6, unit: "WCU",
          "The highest writes a second so far; a new table serves 4,000."),
        maximumRead: section.optionalCount(
          "maximum-read", in: 1...1_000_000, "The most read units a second, if that is limited."
        ).map { Double($0) },
        maximumWrite: section.optionalCount(
          "maximum-write", in: 1...1_000_000, "The most write units a second, if that is limited."
        ).map { Double($0) })
    }
    if written != nil, !isOnDemand, !parameters.isDescribing {
      parameters.report(
        "the table's capacity is provisioned", at: "on-demand",
        help: "write 'capacity-mode: on-demand'")
    }
    return isOnDemand ? written ?? OnDemand() : nil
  }

  private static func readLimits(_ parameters: inout ParameterReader) -> Partitions.Limits {
    let splits = parameters.flag(
      "isolates-hot-items", default: true,
      "Whether a throttled partition is split; false with streams and provisioned capacity.",
      source: "DDB/bp-partition-key-design")
    let after = parameters.duration(
      "isolates-after", from: "dynamodb.isolation",
      "How long a partition must be throttled before it is split.")
    let known = parameters.catalogue
    return Partitions.Limits(
      read: known.behaviour("dynamodb.partition-read-units")?.number ?? 3000,
      write: known.behaviour("dynamodb.partition-write-units")?.number ?? 1000,
      bytes: Double(known.behaviour("dynamodb.partition-size")?.size ?? 10_000_000_000),
      splitAfter: splits ? after : nil)
  }

  private static func facts(_ known: Catalogue) -> Facts {
    Facts(
      readPrice: known.price("dynamodb.rcu-hour"), writePrice: known.price("dynamodb.wcu-hour"),
      onDemandReadPrice: known.price("dynamodb.on-demand-read"),
      onDemandWritePrice: known.price("dynamodb.on-demand-write"),
      storagePrice: known.price("dynamodb.storage-gb-month"),
      newReadUnits: known.behaviour("dynamodb.new-on-demand-read-units")?.number ?? 12_000,
      newWriteUnits: known.behaviour("dynamodb.new-on-demand-write-units")?.number ?? 4_000,
      accountUnits: known.behaviour("dynamodb.on-demand-table-units")?.number ?? 40_000)
  }

  func problem(
    with operation: any OperationSpecification
  ) -> (message: String, help: String?)? {
    guard let operation = operation as? Operation else { return nil }
    if let index = operation.index {
      let names = indexes.map(\.name)
      guard names.contains(index) else {
        return ("there is no index '\(index)'", Spelling.help(for: index, among: names))
      }
    }
    return transactionProblem(operation)
  }

  /// A transaction is at most 4 MB (DDB/ServiceQuotas).
  private func transactionProblem(_ operation: Operation) -> (message: String, help: String?)? {
    let count: Int
    switch operation.verb {
    case .readItems(let items, true), .writeItems(let items, true): count = items
    default: return nil
    }
    guard count * (operation.bytes ?? itemSize) > 4_000_000 else { return nil }
    return ("a transaction is at most 4 MB", "ask for fewer or smaller items")
  }

  func build(at site: Site) -> RunningComponent { RunningDynamoDBTable(self, at: site) }
}
