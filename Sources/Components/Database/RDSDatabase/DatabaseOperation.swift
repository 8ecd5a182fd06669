import Kernel

/// What a database can be asked: a statement that reads or changes rows of one table.
struct DatabaseOperation: OperationSpecification {
  /// Which server answers.
  enum Server: String, CaseIterable { case primary, replica }
  /// Whether the statement finds a connection open.
  enum Connection: String, CaseIterable { case kept, new }

  var isWrite: Bool
  var table: String?
  var index: String?
  var rows: Int
  var rowsExamined: Int?
  var server: Server
  var connection: Connection

  static let query = OperationDeclaration(
    "query", label: "database", "Reads rows of a table, by an index or by a scan of the table.",
    takesKey: true, requiresKey: false
  ) { parameters in
    DatabaseOperation(
      isWrite: false,
      table: parameters.optionalText("from", "The table; needed if there are several."),
      index: parameters.optionalText(
        "index", "The index by which rows are found, or 'primary'; without one all are read."),
      rows: parameters.count("rows", default: 1, in: 0...1_000_000_000, "How many rows match."),
      rowsExamined: examined(&parameters),
      server: parameters.choice(
        "read-from", default: .primary, "The server that answers; of several replicas the next."),
      connection: connection(&parameters))
  }

  static let write = OperationDeclaration(
    "write", label: "database", "Changes rows of a table and commits.", takesKey: true,
    requiresKey: false
  ) { parameters in
    DatabaseOperation(
      isWrite: true,
      table: parameters.optionalText("into", "The table; needed if there are several."),
      index: parameters.text(
        "index", default: DatabaseTable.primaryIndex, "The index by which rows are found."),
      rows: parameters.count("rows", default: 1, in: 1...1_000_000, "How many rows are changed."),
      rowsExamined: examined(&parameters), server: .primary, connection: connection(&parameters))
  }

  private static func examined(_ parameters: inout ParameterReader) -> Int? {
    parameters.optionalCount(
      "rows-examined", in: 0...100_000_000_000,
      "How many rows are looked at; by default those that match, or with a scan all of the table.")
  }

  private static func connection(_ parameters: inout ParameterReader) -> Connection {
    parameters.choice(
      "connection", default: .kept,
      "kept: the caller has a connection open; new: it opens one and closes it afterwards.")
  }

  /// The number of the table that is meant among some; nil if that is not clear.
  func table(among tables: [DatabaseTable]) -> Int? {
    guard let table else { return tables.count == 1 ? 0 : nil }
    return tables.firstIndex { $0.name == table }
  }

  /// What is wrong with it for a database with these tables.
  func problem(
    with tables: [DatabaseTable], hasReplicas: Bool
  ) -> (message: String, help: String?)? {
    let names = tables.map(\.name)
    guard let number = self.table(among: tables) else {
      guard let table else {
        return (
          "there are several tables and none is named",
          "write '\(isWrite ? "into" : "from")', one of \(names.joined(separator: ", "))"
        )
      }
      return ("there is no table '\(table)'", Spelling.help(for: table, among: names))
    }
    if let index, tables[number].access(by: index) == nil {
      return (
        "there is no index '\(index)' of '\(names[number])'",
        Spelling.help(for: index, among: tables[number].indexNames)
      )
    }
    if server == .replica, !hasReplicas {
      return ("there are no replicas", "add 'replicas: {count: 1}', or read from the primary")
    }
    return nil
  }
}
