/// Walks over a YAML text before the parser sees it, and refuses what could exhaust the parser.
///
/// Anchors, aliases, tags, merge keys, directives and further documents are refused, as are deep
/// nesting and too many values. The walk follows the rules of libyaml's scanner, so that an `&`
/// within a text or comment is no anchor here, exactly when it is none there. What libyaml would
/// not understand is refused too: the two must never get out of step.
struct YAMLGuard {
  /// How deep and how large a document may be.
  struct Limits {
    /// The most levels of maps and lists.
    var depth = 64
    /// The most texts, maps and lists.
    var nodes = 10_000
  }

  /// A key of a map, as written.
  struct Key {
    var line: Int
    var column: Int
    var text: String
  }

  /// What is refused, and where; line and column count from zero.
  struct Refusal: Error {
    var line: Int
    var column: Int
    var length: Int
    var message: String
    var help: String?
  }

  /// Where a token began that a `:` may turn into a key.
  struct Candidate {
    var line: Int
    var column: Int
    var start: Int
    var end: Int
  }

  var cursor: YAMLCursor
  let limits: Limits
  /// The keys met so far, in the order of the text.
  private(set) var keys: [Key] = []

  var indent = -1
  var indents: [Int] = []
  var candidates: [Candidate?] = [nil]
  var mayBeKey = true
  private var nodes = 0
  private var hasBegun = false
  private var hasEnded = false

  init(_ text: String, limits: Limits = Limits()) {
    self.cursor = YAMLCursor(text)
    self.limits = limits
  }

  var isFlow: Bool { candidates.count > 1 }

  /// Walks over the whole text.
  mutating func walk() throws(Refusal) {
    while true {
      let hasBroken = cursor.skipToToken(
        acrossTabs: isFlow || !mayBeKey, acrossLaterTabs: isFlow)
      if hasBroken, !isFlow { mayBeKey = true }
      dropStaleCandidates()
      unroll(to: cursor.column)
      if cursor.isAtEnd { return }
      if try document() { continue }
      hasBegun = true
      if hasEnded { throw refusal("a second document begins here", "keep one in each file") }
      try token()
    }
  }

  /// Takes `---` or `...` at the beginning of a line.
  private mutating func document() throws(Refusal) -> Bool {
    guard cursor.column == 0 else { return false }
    if cursor.isDocumentMark {
      if cursor.current == "-" {
        guard !hasBegun, !hasEnded else {
          throw refusal("a second document begins here", "keep one in each file", length: 3)
        }
        hasBegun = true
      } else {
        hasEnded = true
      }
      unroll(to: -1)
      candidates = [nil]
      mayBeKey = false
      cursor.advance(3)
      return true
    }
    if cursor.current == "%" {
      throw refusal("a line cannot begin with '%'", "put quotes around the text")
    }
    return false
  }

  private mutating func token() throws(Refusal) {
    let next = cursor.isBlank(1)
    switch cursor.current {
    case "[", "{": try openFlow()
    case "]", "}": closeFlow()
    case ",":
      candidates[candidates.count - 1] = nil
      mayBeKey = true
      cursor.advance(1)
    case "-" where next: try element()
    case "?" where next || isFlow:
      throw refusal("'?' begins no key here", "put quotes around the text")
    case ":" where next || isFlow: try value()
    case "&":
      throw refusal(
        "anchors are not allowed", "repeat the values, or let an arm extend another",
        length: cursor.wordLength)
    case "*":
      throw refusal(
        "aliases are not allowed",
        "repeat the values, or put quotes around a text that begins with '*'",
        length: cursor.wordLength)
    case "!":
      throw refusal(
        "tags are not allowed", "leave it out, or put quotes around the text",
        length: cursor.wordLength)
    case "|" where !isFlow, ">" where !isFlow: try blockText()
    case "'", "\"": try quotedText()
    case "\t": throw refusal("a tab cannot indent", "use spaces")
    case "%", "@", "`", "|", ">":
      throw refusal("a text cannot begin with '\(cursor.current)'", "put quotes around the text")
    default: try plainText()
    }
  }

  func refusal(
    _ message: String, _ help: String?, length: Int = 1, at place: (Int, Int)? = nil
  ) -> Refusal {
    Refusal(
      line: place?.0 ?? cursor.line, column: place?.1 ?? cursor.column, length: length,
      message: message, help: help)
  }

  /// Counts a value.
  mutating func count() throws(Refusal) {
    nodes += 1
    if nodes > limits.nodes {
      throw refusal(
        "the file holds more than \(limits.nodes) values",
        "long lists belong in a CSV file beside the experiment")
    }
  }

  /// Takes a key: the token before a `:`.
  mutating func takeKey(_ candidate: Candidate) throws(Refusal) {
    let text = cursor.text(from: candidate.start, to: candidate.end)
    if text == "<<" {
      throw refusal(
        "merge keys are not allowed", "repeat the values, or let an arm extend another",
        length: 2, at: (candidate.line, candidate.column))
    }
    keys.append(Key(line: candidate.line, column: candidate.column, text: text))
  }
}
