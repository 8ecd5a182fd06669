import Kernel

extension DynamoDBTable {
  /// What the table can be asked.
  struct Operation: OperationSpecification {
    enum Verb {
      case get, put, update, delete
      case query(items: Int)
      case scan
      /// Several items in one call, each by itself, or all or nothing.
      case readItems(count: Int, isTransaction: Bool)
      case writeItems(count: Int, isTransaction: Bool)
    }

    /// What a write changes in each index, by what it costs there.
    enum IndexChange: String, CaseIterable {
      /// An entry comes or goes.
      case entry
      /// The index key changes: the old entry goes and a new one comes.
      case key
      /// A projected attribute changes.
      case projected
      /// Nothing that the index holds changes.
      case none

      var writes: Int {
        switch self {
        case .entry, .projected: 1
        case .key: 2
        case .none: 0
        }
      }
    }

    var verb: Verb
    /// The size of the item that is written; the table's item size if none is written.
    var bytes: Int?
    /// The size of an updated item before, or after it.
    var bytesBefore: Int?
    var index: String?
    var consistency = ReadConsistency.eventual
    var isTransactional = false
    var indexChange = IndexChange.entry
    /// The chance that the item is missing, or that the condition of a write fails.
    var missChance = 0.0
    var time: Distribution?
    var clientRetry: RetryPolicy?
    /// What the caller does about items of a batch that were left unprocessed.
    var leftovers = RetryPolicy(
      attempts: 10, base: .milliseconds(50), cap: .seconds(20), jitter: .full)
  }

  static let operations = [
    OperationDeclaration(
      "get", label: "table", "Reads one item.", takesKey: true, mayMiss: true
    ) { parameters in
      var operation = Operation(verb: .get)
      operation.readConsistency(&parameters, mayBeTransactional: true)
      operation.missChance = parameters.share(
        "missing", default: 0, "The chance that there is no such item.")
      return operation.finished(&parameters)
    },
    OperationDeclaration(
      "query", label: "table", "Reads the items that match a key, a page of 1 MB a call.",
      takesKey: true, requiresKey: false
    ) { parameters in
      let index = parameters.optionalText("index", "The global secondary index to read.")
      let items = parameters.count("items", default: 1, in: 0...1_000_000_000, "How many match.")
      var operation = Operation(verb: .query(items: items), index: index)
      if index == nil { operation.readConsistency(&parameters) }
      remarks(&parameters)
      return operation.finished(&parameters)
    },
    OperationDeclaration(
      "scan", label: "table", "Reads the whole table, a page of 1 MB a call."
    ) { parameters in
      var operation = Operation(verb: .scan)
      operation.readConsistency(&parameters)
      remarks(&parameters)
      return operation.finished(&parameters)
    },
    write("put", .put, "Writes one item.") { operation, parameters in
      operation.bytes = size(&parameters)
    },
    write("update", .update, "Changes one item.") { operation, parameters in
      operation.bytes = size(&parameters)
      operation.bytesBefore = parameters.optionalSize(
        "size-before", in: 1...largestItem, "The item's size before; `size` if none is written.")
    },
    write("delete", .delete, "Removes one item.") { operation, parameters in
      operation.bytes = size(&parameters)
    },
    OperationDeclaration(
      "batch-get", label: "table", "Reads up to 100 items in one call.", takesKey: true
    ) { parameters in
      var operation = Operation(
        verb: .readItems(count: items(&parameters, most: 100), isTransaction: false))
      operation.readConsistency(&parameters)
      operation.readLeftovers(&parameters)
      return operation.finished(&parameters)
    },
    OperationDeclaration(
      "batch-write", label: "table", "Puts up to 25 items in one call.", takesKey: true
    ) { parameters in
      var operation = Operation(
        verb: .writeItems(count: items(&parameters, most: 25), isTransaction: false))
      operation.bytes = size(&parameters)
      operation.readIndexChange(&parameters, default: .entry)
      operation.readLeftovers(&parameters)
      return operation.finished(&parameters)
    },
    OperationDeclaration(
      "transact-get", label: "table", "Reads up to 100 items, all or none.", takesKey: true
    ) { parameters in
      var operation = Operation(
        verb: .readItems(count: items(&parameters, most: 100), isTransaction: true))
      operation.consistency = .transactional
      return operation.finished(&parameters)
    },
    OperationDeclaration(
      "transact-write", label: "table", "Puts up to 100 items, all or none.", takesKey: true
    ) { parameters in
      var operation = Operation(
        verb: .writeItems(count: items(&parameters, most: 100), isTransaction: true))
      operation.bytes = size(&parameters)
      operation.isTransactional = true
      operation.readIndexChange(&parameters, default: .entry)
      return operation.finished(&parameters)
    },
  ]

  static let largestItem = 409_600

  private static func write(
    _ verb: String, _ kind: Operation.Verb, _ summary: String,
    _ read: @escaping @Sendable (inout Operation, inout ParameterReader) -> Void
  ) -> OperationDeclaration {
    OperationDeclaration(
      verb, label: "table", summary, takesKey: true, mayMiss: true
    ) { parameters in
      var operation = Operation(verb: kind)
      read(&operation, &parameters)
      operation.isTransactional = parameters.flag(
        "transactional", default: false, "Whether it is a transaction, at twice the units.",
        source: "DDB/HowItWorks.ReadWriteCapacityMode")
      operation.readIndexChange(&parameters, default: verb == "update" ? .projected : .entry)
      operation.missChance = parameters.share(
        "condition-fails", default: 0,
        "The chance that a condition on the write is not met; the steps under `miss` follow.")
      return operation.finished(&parameters)
    }
  }

  private static func size(_ parameters: inout ParameterReader) -> Int? {
    parameters.optionalSize(
      "size", in: 1...largestItem, "The item's size; the table's item size if none is written.")
  }

  private static func items(_ parameters: inout ParameterReader, most: Int) -> Int {
    parameters.count(
      "items", default: nil, in: 1...most, "How many items, the first of which has the key.",
      source: "BC:dynamodb")
  }

  /// What has no effect on what is read and charged.
  private static func remarks(_ parameters: inout ParameterReader) {
    _ = parameters.optionalText(
      "filter", "What is filtered for: read and charged is everything all the same.")
    _ = parameters.optionalText(
      "projection", "The attributes that are returned: charged is the whole item all the same.")
  }
}

extension DynamoDBTable.Operation {
  fileprivate mutating func readConsistency(
    _ parameters: inout ParameterReader, mayBeTransactional: Bool = false
  ) {
    let isConsistent = parameters.flag(
      "consistent", default: false, "Whether the read is strongly consistent, at twice the units.",
      source: "DDB/HowItWorks.ReadWriteCapacityMode")
    consistency = isConsistent ? .strong : .eventual
    guard mayBeTransactional else { return }
    let isTransactional = parameters.flag(
      "transactional", default: false, "Whether it is a transaction, at four times the units.",
      source: "DDB/HowItWorks.ReadWriteCapacityMode")
    if isTransactional { consistency = .transactional }
  }

  fileprivate mutating func readIndexChange(
    _ parameters: inout ParameterReader, default usual: IndexChange
  ) {
    indexChange = parameters.choice(
      "index-change", default: usual,
      "What changes in each index: an entry or a projected attribute costs one write, the key two.",
      source: "DDB/GSI")
  }

  fileprivate mutating func readLeftovers(_ parameters: inout ParameterReader) {
    let policy = parameters.section(
      "unprocessed", "How the caller asks again for items that were left; the SDK does not.",
      required: false
    ) { RetryPolicy(from: &$0) }
    guard let policy else { return }
    if policy.budget != nil { parameters.report("it has no budget here", at: "unprocessed") }
    leftovers = policy
  }

  fileprivate func finished(_ parameters: inout ParameterReader) -> Self {
    var operation = self
    operation.time = parameters.optionalTimeDistribution(
      "time", "How long a call takes, of a page if there are several; else the table's time.")
    operation.clientRetry =
      parameters.choice(
        "retries", default: ClientRetries.legacy,
        "What the client's SDK does when it fails: legacy, standard, standard-2026 or none.",
        source: "BC:retries"
      ).policy
    return operation
  }
}
