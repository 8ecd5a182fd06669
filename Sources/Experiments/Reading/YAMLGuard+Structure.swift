/// Maps and lists: what opens, closes and separates them.
extension YAMLGuard {
  mutating func openFlow() throws(Refusal) {
    try count()
    saveCandidate()
    candidates.append(nil)
    try checkDepth()
    mayBeKey = true
    cursor.advance(1)
  }

  mutating func closeFlow() {
    if isFlow { candidates.removeLast() }
    candidates[candidates.count - 1]?.end = cursor.index + 1
    mayBeKey = false
    cursor.advance(1)
  }

  /// The `-` before an element.
  mutating func element() throws(Refusal) {
    guard !isFlow, mayBeKey else {
      throw refusal(
        "an element of a list cannot begin here",
        isFlow ? "separate elements in brackets by commas" : "begin it on a line of its own")
    }
    try count()
    try roll(to: cursor.column)
    candidates[candidates.count - 1] = nil
    mayBeKey = true
    cursor.advance(1)
  }

  /// The `:` between a key and its value.
  mutating func value() throws(Refusal) {
    if let key = candidates[candidates.count - 1] {
      try takeKey(key)
      try roll(to: key.column)
      candidates[candidates.count - 1] = nil
      mayBeKey = false
    } else {
      guard isFlow else {
        throw refusal(
          "a ':' cannot stand here",
          "put quotes around a text that contains ': ', or begin a new line for a new key")
      }
      mayBeKey = false
    }
    cursor.advance(1)
  }

  /// Remembers that the token that begins here may be a key.
  mutating func saveCandidate() {
    guard mayBeKey else { return }
    candidates[candidates.count - 1] = Candidate(
      line: cursor.line, column: cursor.column, start: cursor.index, end: cursor.index)
  }

  /// A key must be followed by its `:` on the same line, within 1,024 characters.
  mutating func dropStaleCandidates() {
    for level in candidates.indices {
      guard let candidate = candidates[level] else { continue }
      if candidate.line < cursor.line || candidate.start + 1_024 < cursor.index {
        candidates[level] = nil
      }
    }
  }

  /// Begins a map or list at a column further right.
  mutating func roll(to column: Int) throws(Refusal) {
    guard !isFlow, indent < column else { return }
    try count()
    indents.append(indent)
    indent = column
    try checkDepth()
  }

  /// Ends the maps and lists further right than a column.
  mutating func unroll(to column: Int) {
    guard !isFlow else { return }
    while indent > column { indent = indents.popLast() ?? -1 }
  }

  private func checkDepth() throws(Refusal) {
    guard indents.count + candidates.count - 1 > limits.depth else { return }
    throw refusal(
      "maps and lists are nested more than \(limits.depth) deep", "an experiment needs far fewer")
  }
}
