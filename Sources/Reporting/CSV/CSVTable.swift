/// Rows of fields in the form of RFC 4180: commas, quotes where needed, lines ended by CR LF.
struct CSVTable {
  /// One field of a row.
  enum Field {
    /// A text; made harmless to spreadsheets.
    case text(String)
    /// A number; empty if it is undefined.
    case number(Double?)
  }

  private(set) var text = ""

  /// Starts a table with the names of its columns.
  init(columns: [String]) {
    append(columns.map { .text($0) })
  }

  /// Adds a row.
  mutating func append(_ fields: [Field]) {
    text += fields.map(CSVTable.encoded).joined(separator: ",") + "\r\n"
  }

  private static func encoded(_ field: Field) -> String {
    switch field {
    case .number(let number): number.map { JSONValue.number($0).finiteText } ?? ""
    case .text(let text): quoted(harmless(text))
    }
  }

  /// The text with an apostrophe before what a spreadsheet would take for a formula.
  ///
  /// Spreadsheets look past leading blanks, and some take full-width signs for the plain ones.
  private static func harmless(_ text: String) -> String {
    let start = text.unicodeScalars.first { !$0.properties.isWhitespace }
    let begins = text.unicodeScalars.first
    let isDangerous =
      start.map { "=+-@＝＋－＠".unicodeScalars.contains($0) } ?? false
      || begins.map { "\t\r\n".unicodeScalars.contains($0) } ?? false
    return isDangerous ? "'" + text : text
  }

  private static func quoted(_ text: String) -> String {
    let needsQuotes = text.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    let hasOuterBlank = text.first?.isWhitespace ?? false || text.last?.isWhitespace ?? false
    guard needsQuotes || hasOuterBlank else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted += "\"" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

extension JSONValue {
  /// The number as JSON writes it, or nothing if it is not finite.
  fileprivate var finiteText: String {
    let text = compact
    return text == "null" ? "" : text
  }
}
