import Kernel

/// What one operation takes, worked out beforehand.
struct DatabasePlan: BitwiseCopyable {
  var isWrite: Bool
  var readsReplica: Bool
  var opensConnection: Bool
  var table: Int
  var rowsExamined: Int
  var pages: Int
  /// Whether the pages lie one after another, so that many are read at once.
  var isSequential: Bool
  /// What its rows compute.
  var rowDemand: Nanoseconds
  /// What a replica computes to change the same rows.
  var applyDemand: Nanoseconds
  /// Pages that are written some time after the commit.
  var pagesWritten: Int

  init(_ operation: DatabaseOperation, of database: RDSDatabase) {
    let table = operation.table(among: database.tables) ?? 0
    let target = database.tables[table]
    let access = target.access(by: operation.index) ?? .scan
    let examined = operation.rowsExamined ?? (access == .scan ? target.rows : operation.rows)
    let pages = target.pages(
      examining: examined, by: access, pageSize: database.engine.pageSize)
    isWrite = operation.isWrite
    readsReplica = operation.server == .replica
    opensConnection = operation.connection == .new
    self.table = table
    rowsExamined = examined
    self.pages = pages.random + pages.sequential
    isSequential = pages.random == 0
    // A row that is written is written to each index too.
    pagesWritten = operation.isWrite ? operation.rows * (1 + target.indexes.count) : 0
    applyDemand = Self.time(pagesWritten, database.rowCPU)
    rowDemand = Self.time(examined, database.rowCPU) + applyDemand
  }

  /// A time that many times, but none that would not fit.
  private static func time(_ count: Int, _ each: Nanoseconds) -> Nanoseconds {
    let (time, isTooMuch) = each.multipliedReportingOverflow(by: Nanoseconds(count))
    return isTooMuch ? .longest / 4 : min(time, .longest / 4)
  }
}
