public import Components

/// A problem as the JSON of `check --json` shows it; keys are written in the order of the alphabet.
public struct EncodedDiagnostic: Encodable, Sendable {
  /// The file as shown to the user.
  public let file: String
  /// The line, from 1.
  public let line: Int
  /// The column, from 1, in Unicode scalars.
  public let column: Int
  /// How many characters the problem spans.
  public let length: Int
  /// "error" or "warning".
  public let severity: String
  /// What is wrong.
  public let message: String
  /// What would be right, or null.
  public let help: String?

  /// A problem to be encoded.
  public init(_ diagnostic: Diagnostic) {
    file = diagnostic.location.file
    line = diagnostic.location.line
    column = diagnostic.location.column
    length = diagnostic.length
    severity = diagnostic.severity.rawValue
    message = diagnostic.message
    help = diagnostic.help
  }

  /// Encodes every key, help as null if there is none.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(file, forKey: .file)
    try values.encode(line, forKey: .line)
    try values.encode(column, forKey: .column)
    try values.encode(length, forKey: .length)
    try values.encode(severity, forKey: .severity)
    try values.encode(message, forKey: .message)
    try values.encode(help, forKey: .help)
  }

  private enum CodingKeys: String, CodingKey {
    case file, line, column, length, severity, message, help
  }
}
