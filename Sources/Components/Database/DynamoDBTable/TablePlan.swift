import Kernel

/// What one operation of a table takes, worked out beforehand.
struct TablePlan: BitwiseCopyable {
  enum Form: UInt8, BitwiseCopyable {
    /// One item, or pages of several.
    case read
    case write
    /// Several items, each by itself.
    case batchRead
    case batchWrite
    /// Several items, all or none.
    case transactRead
    case transactWrite
  }

  var form = Form.read
  /// Calls that it takes, one for each page, and the bytes of the last.
  var pages = 1
  var lastPage = 0
  /// Units of each page but the last, and of the last; of each item, if there are several.
  var pageUnits = 0.0
  var units = 0.0
  /// Items of a batch or a transaction, and the bytes of each.
  var items = 1
  var itemBytes = 0
  /// The number of the throughput that is used.
  var throughput = 0
  /// Writes to each index.
  var indexWrites = 0
  /// The chance that the item is missing or the condition not met, and the units then.
  var missChance = 0.0
  var missUnits = 0.0
  /// The number of the sampler of its time.
  var sampler = 0
  /// The number of the policy for items left over.
  var leftovers = 0
  var isScan = false
}

extension TablePlan {
  /// The plan of an operation on a table.
  init(
    _ operation: DynamoDBTable.Operation, of table: DynamoDBTable, index: Int?
  ) {
    let consistency = operation.consistency
    let bytes = operation.bytes ?? table.itemSize
    let isTransactional = operation.isTransactional
    switch operation.verb {
    case .get:
      self = .reading(table.itemSize, consistency)
      missChance = operation.missChance
      missUnits = CapacityUnits.reading(0, consistency)
    case .scan:
      self = .reading(table.items * table.itemSize, consistency)
      isScan = true
    case .query(let items):
      let size = index.map { table.indexes[$0].value.itemSize } ?? table.itemSize
      self = .reading(items * size, consistency)
    case .put, .delete:
      form = .write
      units = CapacityUnits.writing(bytes, isTransactional: isTransactional)
    case .update:
      form = .write
      let larger = max(bytes, operation.bytesBefore ?? bytes)
      units = CapacityUnits.writing(larger, isTransactional: isTransactional)
    case .readItems(let count, let isTransaction):
      form = isTransaction ? .transactRead : .batchRead
      units = CapacityUnits.reading(table.itemSize, consistency)
      items = count
      itemBytes = table.itemSize
    case .writeItems(let count, let isTransaction):
      form = isTransaction ? .transactWrite : .batchWrite
      units = CapacityUnits.writing(bytes, isTransactional: isTransaction)
      items = count
      itemBytes = bytes
    }
    if isWrite {
      missChance = operation.missChance
      missUnits = units
      indexWrites = operation.indexChange.writes
    }
  }

  /// A read of so many bytes, in pages.
  private static func reading(_ bytes: Int, _ consistency: ReadConsistency) -> TablePlan {
    var plan = TablePlan()
    plan.pages = max(1, (bytes + CapacityUnits.page - 1) / CapacityUnits.page)
    plan.lastPage = bytes - (plan.pages - 1) * CapacityUnits.page
    plan.pageUnits = CapacityUnits.reading(CapacityUnits.page, consistency)
    plan.units = CapacityUnits.reading(plan.lastPage, consistency)
    return plan
  }

  var isWrite: Bool { form == .write || form == .batchWrite || form == .transactWrite }
}
