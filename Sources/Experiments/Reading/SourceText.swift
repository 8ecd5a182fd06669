public import Components

/// The text of a file, checked to be one: not too long, valid UTF-8, no control characters.
public struct SourceText: Sendable {
  /// The most bytes that a file may hold.
  public static let limit = 1 << 20

  /// The file as shown to the user.
  public let file: String
  /// The text, without a byte-order mark.
  public let text: String

  /// The text of a file.
  public init(file: String, text: String) {
    self.file = file
    self.text = text
  }

  /// Checks the bytes of a file; gives nil if they are no text, which is then reported.
  ///
  /// - Parameters:
  ///   - bytes: What the file holds.
  ///   - file: The file as shown to the user.
  ///   - limit: The most bytes that it may hold.
  ///   - diagnostics: Where problems go.
  public init?(
    checking bytes: [UInt8], file: String, limit: Int = limit, diagnostics: DiagnosticCollector
  ) {
    func fail(_ offset: Int, _ message: String, help: String?) {
      let before = bytes[..<offset]
      let lineStart = before.lastIndex(of: 10).map { $0 + 1 } ?? 0
      let line = before.count { $0 == 10 } + 1
      let column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
      diagnostics.append(
        Diagnostic(
          at: SourceLocation(file: file, line: line, column: column), message, help: help))
    }
    guard bytes.count <= limit else {
      fail(
        0, "the file holds more than the \(limit) bytes that are read",
        help: "long lists belong in a CSV file beside the experiment")
      return nil
    }
    if let zero = bytes.firstIndex(of: 0) {
      fail(zero, "this is a binary file, not text", help: "name an experiment file in YAML")
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      fail(
        Self.invalidOffset(bytes), "this is not text in UTF-8",
        help: "name an experiment file in YAML, saved as UTF-8")
      return nil
    }
    if let (offset, scalar) = Self.forbidden(in: text) {
      let code = String(scalar.value, radix: 16, uppercase: true)
      let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
      fail(
        offset, "the character U+\(padded) does not belong in a text file",
        help: "remove it, or write it as an escape in double quotes")
      return nil
    }
    self.file = file
    self.text = text.first == "\u{FEFF}" ? String(text.dropFirst()) : text
  }

  /// Where the first bytes stand that are not UTF-8.
  private static func invalidOffset(_ bytes: [UInt8]) -> Int {
    var offset = 0
    var decoder = UTF8()
    var rest = bytes.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&rest) {
      offset += UTF8.width(scalar)
    }
    return min(offset, bytes.count)
  }

  /// The first control character or unusual line break, which YAML does not allow or would count.
  private static func forbidden(in text: String) -> (offset: Int, scalar: Unicode.Scalar)? {
    var offset = 0
    for scalar in text.unicodeScalars {
      let isForbidden =
        switch scalar.value {
        case 9, 10, 13: false
        case 0..<32, 0x7F..<0xA0, 0x2028, 0x2029, 0xFFFE, 0xFFFF: true
        case 0xFEFF: offset > 0
        default: false
        }
      if isForbidden { return (offset, scalar) }
      offset += UTF8.width(scalar)
    }
    return nil
  }
}
