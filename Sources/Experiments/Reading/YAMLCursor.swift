/// A place in a text, with its line and column from zero; a column is a Unicode scalar.
struct YAMLCursor {
  private let scalars: [Unicode.Scalar]
  private(set) var index = 0
  private(set) var line = 0
  private(set) var column = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  var isAtEnd: Bool { index >= scalars.count }

  /// The character here; a line break at the end of the text.
  var current: Unicode.Scalar { index < scalars.count ? scalars[index] : "\n" }

  /// The character some places further on, nil beyond the end.
  func peek(_ offset: Int) -> Unicode.Scalar? {
    let place = index + offset
    return place < scalars.count ? scalars[place] : nil
  }

  func isBreak(_ offset: Int) -> Bool {
    let place = index + offset
    return place < scalars.count && (scalars[place] == "\n" || scalars[place] == "\r")
  }

  /// Whether there is a space, tab, line break or the end of the text.
  func isBlank(_ offset: Int) -> Bool {
    let place = index + offset
    guard place < scalars.count else { return true }
    return scalars[place] == " " || scalars[place] == "\t" || isBreak(offset)
  }

  /// Whether `---` or `...` stands here, followed by a blank.
  var isDocumentMark: Bool {
    guard let first = peek(0), first == "-" || first == "." else { return false }
    return peek(1) == first && peek(2) == first && isBlank(3)
  }

  /// The number of characters up to the next blank or comma, at least one.
  var wordLength: Int {
    var length = 1
    while !isBlank(length), let next = peek(length), !",[]{}".unicodeScalars.contains(next) {
      length += 1
    }
    return length
  }

  func text(from start: Int, to end: Int) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<max(start, end)])
    return String(text)
  }

  /// Moves on; a line break counts as one character and begins a line.
  mutating func advance(_ count: Int) {
    for _ in 0..<count {
      if isBreak(0) { skipBreak() } else { index += 1; column += 1 }
    }
  }

  mutating func skipBreak() {
    guard isBreak(0) else { return }
    index += scalars[index] == "\r" && peek(1) == "\n" ? 2 : 1
    line += 1
    column = 0
  }

  mutating func skipToLineEnd() {
    while !isAtEnd, !isBreak(0) { advance(1) }
  }

  /// Moves to the next character that is no space, comment or line break.
  ///
  /// - Parameters:
  ///   - acrossTabs: Whether tabs are spaces before the first line break.
  ///   - acrossLaterTabs: Whether they are behind it.
  /// - Returns: Whether there was a line break.
  mutating func skipToToken(acrossTabs: Bool, acrossLaterTabs: Bool) -> Bool {
    var acrossTabs = acrossTabs
    var hasBroken = false
    while true {
      while peek(0) == " " || (acrossTabs && peek(0) == "\t") { advance(1) }
      if peek(0) == "#" { skipToLineEnd() }
      guard isBreak(0) else { return hasBroken }
      skipBreak()
      hasBroken = true
      acrossTabs = acrossLaterTabs
    }
  }
}
