/// A table of a relational database: how many pages a query reads of it.
struct DatabaseTable: Sendable {
  /// An index beside the primary one: a tree of entries that point to rows.
  struct Index: Sendable {
    var name: String
    var entrySize: Int
  }

  /// The pages that an access reads: one after another, or each somewhere else.
  struct Pages: Equatable, Sendable {
    var sequential = 0
    var random = 0
  }

  /// How a query finds its rows.
  enum Access: Equatable, Sendable {
    /// Every row is read.
    case scan
    /// The tree in which the rows themselves are kept.
    case primary
    /// The index of that number.
    case index(Int)
  }

  /// The index that every table has.
  static let primaryIndex = "primary"
  /// The size of a key with its pointer in the inner pages of the primary tree.
  static let keySize = 16

  var name: String
  var rows: Int
  var rowSize: Int
  var indexes: [Index]

  /// Reads a table.
  init(_ name: String, from parameters: inout ParameterReader) {
    self.name = name
    rows = parameters.count(
      "rows", default: nil, in: 0...100_000_000_000, "How many rows there are.")
    rowSize = parameters.size(
      "row-size", default: 500, in: 1...1_000_000, "The size of a row.", source: "assumed")
    indexes = parameters.namedSections(
      "indexes", "The indexes beside the primary one, which every table has.", required: false
    ) { name, index in
      Index(
        name: name,
        entrySize: index.size(
          "entry-size", default: 32, in: 1...4096, "The size of an entry of the index.",
          source: "assumed"))
    }.map(\.value)
    if indexes.contains(where: { $0.name == Self.primaryIndex }) {
      parameters.report(
        "the index 'primary' is there without being declared", at: "indexes",
        help: "leave it out")
    }
  }

  /// The bytes of rows and indexes.
  var bytes: Int { rows * (rowSize + indexes.reduce(0) { $0 + $1.entrySize }) }

  /// The names by which a query can choose an index.
  var indexNames: [String] { [Self.primaryIndex] + indexes.map(\.name) }

  /// How rows are found by an index; nil if there is no such index.
  func access(by index: String?) -> Access? {
    guard let index else { return .scan }
    if index == Self.primaryIndex { return .primary }
    return indexes.firstIndex { $0.name == index }.map { .index($0) }
  }

  /// The pages that are read to examine rows.
  ///
  /// A scan and the primary tree find neighbours on the same page; the entries of another index
  /// are neighbours too, but the row that each points to is on a page of its own.
  func pages(examining rows: Int, by access: Access, pageSize: Int) -> Pages {
    switch access {
    case .scan:
      return Pages(sequential: Self.pages(of: rows, of: rowSize, pageSize))
    case .primary:
      let leaves = max(1, Self.pages(of: rows, of: rowSize, pageSize))
      return Pages(random: depth(rowSize, Self.keySize, pageSize) - 1 + leaves)
    case .index(let number):
      let entry = indexes[number].entrySize
      let leaves = max(1, Self.pages(of: rows, of: entry, pageSize))
      return Pages(random: depth(entry, entry, pageSize) - 1 + leaves + rows)
    }
  }

  /// How many pages lie on the way from the root to a leaf, both included.
  private func depth(_ leafEntry: Int, _ innerEntry: Int, _ pageSize: Int) -> Int {
    let fanOut = max(2, pageSize / innerEntry)
    var width = Self.pages(of: rows, of: leafEntry, pageSize)
    var depth = 1
    while width > 1 {
      width = (width + fanOut - 1) / fanOut
      depth += 1
    }
    return depth
  }

  private static func pages(of count: Int, of size: Int, _ pageSize: Int) -> Int {
    let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: size)
    return isTooMuch ? Int.max / pageSize : (bytes + pageSize - 1) / pageSize
  }
}
