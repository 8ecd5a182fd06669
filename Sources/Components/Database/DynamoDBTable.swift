import Kernel

/// A DynamoDB table with provisioned capacity and global secondary indexes.
///
/// Sources: DDB/ProvisionedThroughput (units, rounding, pages), DDB/bp-partition-key-design
/// (300 s of burst). That a request is admitted on any positive balance and may take it into debt
/// is assumed: a scan's page of 128 units could otherwise never be read at 100 units a second.
struct DynamoDBTable: ComponentSpecification {
  static let kind = "dynamodb-table"
  static let summary = "A table with provisioned read and write capacity, and its indexes."
  static let operations = [
    OperationDeclaration("get", label: "table", "Reads one item.", takesKey: true) { parameters in
      Operation(
        .get, bytes: nil, index: nil, isConsistent: consistency(&parameters), &parameters)
    },
    OperationDeclaration(
      "query", label: "table", "Reads the items that match a key, a page of 1 MB a call."
    ) { parameters in
      let index = parameters.optionalText("index", "The global secondary index to read.")
      let items = parameters.count("items", default: 1, in: 0...1_000_000_000, "How many match.")
      let isConsistent = index == nil && consistency(&parameters)
      return Operation(
        .query(items: items), bytes: nil, index: index, isConsistent: isConsistent, &parameters)
    },
    OperationDeclaration(
      "scan", label: "table", "Reads the whole table, a page of 1 MB a call."
    ) { parameters in
      _ = parameters.optionalText(
        "filter", "What is filtered for: read and charged is everything all the same.")
      return Operation(
        .scan, bytes: nil, index: nil, isConsistent: consistency(&parameters), &parameters)
    },
    OperationDeclaration("put", label: "table", "Writes one item.", takesKey: true) { parameters in
      let bytes = parameters.optionalSize(
        "size", in: 1...409_600, "The item's size; the table's item size if none is written.")
      return Operation(.put, bytes: bytes, index: nil, isConsistent: false, &parameters)
    },
  ]
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {table: orders, key: user}}]}}
    orders: {kind: dynamodb-table, items: 1000, item-size: 1KiB, read-capacity: 100, \
    write-capacity: 10}
    """

  /// What the table can be asked.
  struct Operation: OperationSpecification {
    enum Verb { case get, query(items: Int), scan, put }

    var verb: Verb
    var bytes: Int?
    var index: String?
    var isConsistent: Bool
    var time: Distribution?
    var clientRetry: RetryPolicy?

    init(
      _ verb: Verb, bytes: Int?, index: String?, isConsistent: Bool,
      _ parameters: inout ParameterReader
    ) {
      self.verb = verb
      self.bytes = bytes
      self.index = index
      self.isConsistent = isConsistent
      time = parameters.optionalTimeDistribution(
        "time", "How long a call takes, of a page if there are several; else the table's time.")
      clientRetry =
        parameters.choice(
          "retries", default: ClientRetries.legacy,
          "What the client's SDK does when it fails: legacy, standard, standard-2026 or none.",
          source: "BC:retries"
        ).policy
    }
  }

  /// An index with its own capacity.
  struct Index: Sendable {
    var readCapacity: Double
    var writeCapacity: Double
    var itemSize: Int
  }

  let items: Int
  let itemSize: Int
  let readCapacity: Double
  let writeCapacity: Double
  let indexes: [(name: String, value: Index)]
  let burst: Nanoseconds
  let startsFull: Bool
  let readTime: Distribution
  let writeTime: Distribution
  let throttleTime: Distribution
  let prices: Prices

  /// Prices of the catalogue.
  struct Prices: Sendable {
    var readUnitHour: Catalogue.Price?
    var writeUnitHour: Catalogue.Price?
    var storage: Catalogue.Price?
  }

  private enum BurstLevel: String, CaseIterable { case full, empty }

  init(from parameters: inout ParameterReader) {
    items = parameters.count(
      "items", default: 0, in: 0...1_000_000_000_000, "How many items there are at the start.")
    let itemSize = parameters.size(
      "item-size", default: 1024, in: 1...409_600, "The size of an item.")
    self.itemSize = itemSize
    readCapacity = parameters.number(
      "read-capacity", default: nil, in: 1...40_000, unit: "RCU",
      "Provisioned read capacity units a second.")
    writeCapacity = parameters.number(
      "write-capacity", default: 1, in: 1...40_000, unit: "WCU",
      "Provisioned write capacity units a second.")
    indexes = parameters.namedSections(
      "indexes", "The global secondary indexes.", required: false
    ) { _, index in
      Index(
        readCapacity: index.number(
          "read-capacity", default: nil, in: 1...40_000, unit: "RCU",
          "Provisioned read capacity units a second."),
        writeCapacity: index.number(
          "write-capacity", default: 1, in: 1...40_000, unit: "WCU",
          "Provisioned write capacity units a second."),
        itemSize: index.size(
          "item-size", default: itemSize, in: 1...409_600, "The size of an item as projected."))
    }
    burst = parameters.duration(
      "burst", from: "dynamodb.burst", in: .seconds(1)...(.seconds(86_400)),
      "How much unused capacity is kept, in time; the capacity of a second always is.")
    startsFull =
      parameters.choice(
        "burst-at-start", default: BurstLevel.full, "Whether the burst capacity is there at first.",
        source: "assumed") == .full
    readTime = parameters.timeDistribution(
      "read", from: "dynamodb.get-time", "How long a read takes, the way there and back included.")
    writeTime = parameters.timeDistribution(
      "write", from: "dynamodb.put-time",
      "How long a write takes, the way there and back included.")
    throttleTime = parameters.timeDistribution(
      "throttle", default: .constant(0.002), "How long a refusal takes.", source: "assumed")
    prices = Prices(
      readUnitHour: parameters.catalogue.price("dynamodb.rcu-hour"),
      writeUnitHour: parameters.catalogue.price("dynamodb.wcu-hour"),
      storage: parameters.catalogue.price("dynamodb.storage-gb-month"))
  }

  private static func consistency(_ parameters: inout ParameterReader) -> Bool {
    parameters.flag(
      "consistent", default: false, "Whether the read is strongly consistent, at twice the units.",
      source: "DDB/HowItWorks.ReadWriteCapacityMode")
  }

  func problem(
    with operation: any OperationSpecification
  ) -> (message: String, help: String?)? {
    guard let index = (operation as? Operation)?.index else { return nil }
    let names = indexes.map(\.name)
    if names.contains(index) { return nil }
    return ("there is no index '\(index)'", Spelling.help(for: index, among: names))
  }

  func build(at site: Site) -> RunningComponent { RunningDynamoDBTable(self, at: site) }
}

/// What the AWS SDK does by itself when DynamoDB refuses or fails.
enum ClientRetries: String, CaseIterable {
  case legacy
  case standard
  case standard2026 = "standard-2026"
  case none

  /// The policy, from botocore 1.43.11 (`data/_retry.json`, `retryhandler.py`, `retries/`).
  var policy: RetryPolicy? {
    switch self {
    case .legacy:
      RetryPolicy(
        attempts: 10, base: .milliseconds(50), cap: .seconds(60), jitter: .none)
    case .standard:
      RetryPolicy(
        attempts: 3, base: .seconds(1), cap: .seconds(20), jitter: .full,
        budget: RetryPolicy.Budget(capacity: 500, cost: 5, timeoutCost: 10))
    case .standard2026:
      RetryPolicy(
        attempts: 4, base: .seconds(1), cap: .seconds(20), jitter: .full,
        budget: RetryPolicy.Budget(capacity: 500, cost: 5, timeoutCost: 14))
    case .none: nil
    }
  }
}
