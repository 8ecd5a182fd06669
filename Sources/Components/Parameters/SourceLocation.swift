/// Where a piece of text stands: a file, a line and a column, both counted from one.
///
/// Columns count Unicode scalars. Values given on the command line stand in a file called
/// `--set`, one line for each.
public struct SourceLocation: Hashable, Sendable, Comparable {
  /// The file as shown to the user.
  public var file: String
  /// The line, from 1.
  public var line: Int
  /// The column, from 1.
  public var column: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// Orders places by file, line and column.
  public static func < (left: SourceLocation, right: SourceLocation) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

extension SourceLocation: CustomStringConvertible {
  /// The place as `file:line:column`.
  public var description: String { "\(file):\(line):\(column)" }
}
