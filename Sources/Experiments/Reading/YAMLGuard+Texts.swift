/// Texts: in quotes, in blocks, and plain.
extension YAMLGuard {
  mutating func quotedText() throws(Refusal) {
    try count()
    saveCandidate()
    mayBeKey = false
    let quote = cursor.current
    let start = (cursor.line, cursor.column)
    cursor.advance(1)
    while true {
      if cursor.isAtEnd || (cursor.column == 0 && cursor.isDocumentMark) {
        throw refusal("this quote is never closed", "add the closing quote", at: start)
      }
      if quote == "\"", cursor.current == "\\" {
        cursor.advance(1)
        if !cursor.isAtEnd { cursor.advance(1) }
      } else if cursor.current != quote {
        cursor.advance(1)
      } else if quote == "'", cursor.peek(1) == "'" {
        cursor.advance(2)
      } else {
        break
      }
    }
    cursor.advance(1)
    candidates[candidates.count - 1]?.end = cursor.index
  }

  /// A text introduced by `|` or `>`.
  mutating func blockText() throws(Refusal) {
    try count()
    candidates[candidates.count - 1] = nil
    mayBeKey = true
    cursor.advance(1)
    var increment = 0
    for _ in 0..<2 {
      if let digit = cursor.peek(0).flatMap({ Int(String($0)) }), increment == 0 {
        guard digit > 0 else { throw refusal("an indentation of 0 is not allowed", nil) }
        increment = digit
        cursor.advance(1)
      } else if cursor.peek(0) == "+" || cursor.peek(0) == "-" {
        cursor.advance(1)
      }
    }
    while cursor.peek(0) == " " || cursor.peek(0) == "\t" { cursor.advance(1) }
    if cursor.peek(0) == "#" { cursor.skipToLineEnd() }
    guard cursor.isAtEnd || cursor.isBreak(0) else {
      throw refusal("a block of text begins on the next line", "or put quotes around the text")
    }
    cursor.skipBreak()
    try blockLines(increment == 0 ? 0 : max(indent, 0) + increment)
  }

  /// The lines of a block, indented by `width`; zero means as much as the first line is.
  private mutating func blockLines(_ width: Int) throws(Refusal) {
    var width = width
    try blockIndentation(&width)
    while cursor.column == width, !cursor.isAtEnd {
      cursor.skipToLineEnd()
      cursor.skipBreak()
      try blockIndentation(&width)
    }
  }

  private mutating func blockIndentation(_ width: inout Int) throws(Refusal) {
    var widest = 0
    while true {
      while width == 0 || cursor.column < width, cursor.peek(0) == " " { cursor.advance(1) }
      widest = max(widest, cursor.column)
      if width == 0 || cursor.column < width, cursor.peek(0) == "\t" {
        throw refusal("a tab cannot indent", "use spaces")
      }
      guard cursor.isBreak(0) else { break }
      cursor.skipBreak()
    }
    if width == 0 { width = max(widest, indent + 1, 1) }
  }

  /// A text without quotes, which may go on in further lines that are indented.
  mutating func plainText() throws(Refusal) {
    try count()
    saveCandidate()
    mayBeKey = false
    let least = indent + 1
    var hasBroken = false
    var end = cursor.index
    while !(cursor.column == 0 && cursor.isDocumentMark), cursor.peek(0) != "#" {
      while !cursor.isBlank(0), !endsPlainText {
        if isFlow, cursor.current == ":", let next = cursor.peek(1),
          ",?[]{}".unicodeScalars.contains(next)
        {
          throw refusal("a ':' cannot stand here", "put a space behind it, or use quotes")
        }
        cursor.advance(1)
        end = cursor.index
      }
      guard cursor.isBlank(0), !cursor.isAtEnd else { break }
      while cursor.isBlank(0), !cursor.isAtEnd {
        if cursor.isBreak(0) {
          cursor.skipBreak()
          hasBroken = true
        } else {
          if hasBroken, cursor.column < least, cursor.current == "\t" {
            throw refusal("a tab cannot indent", "use spaces")
          }
          cursor.advance(1)
        }
      }
      if !isFlow, cursor.column < least { break }
    }
    candidates[candidates.count - 1]?.end = end
    if hasBroken { mayBeKey = true }
  }

  private var endsPlainText: Bool {
    if cursor.current == ":", cursor.isBlank(1) { return true }
    return isFlow && ",[]{}".unicodeScalars.contains(cursor.current)
  }
}
