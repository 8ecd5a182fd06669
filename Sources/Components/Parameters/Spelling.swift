/// Finds what a misspelt name was probably meant to be.
public enum Spelling {
  /// The candidate nearest to a word, nil if none is near; the first of equals.
  ///
  /// Near means at most one edit for every three letters, and at least one.
  public static func nearest(to word: String, among candidates: [String]) -> String? {
    let word = word.lowercased()
    var best: (name: String, edits: Int)?
    for candidate in candidates {
      let limit = max(1, min(word.count, candidate.count) / 3)
      let edits = distance(from: word, to: candidate.lowercased())
      guard edits <= limit, edits < best?.edits ?? .max else { continue }
      best = (candidate, edits)
    }
    return best?.name
  }

  /// The help for a name that does not exist: the nearest candidate, or all of them.
  ///
  /// - Returns: nil if there are no candidates.
  public static func help(for word: String, among candidates: [String]) -> String? {
    if let name = nearest(to: word, among: candidates) { return "did you mean '\(name)'?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
    let more = candidates.count > 20 ? " and \(candidates.count - 20) more" : ""
    return candidates.count == 1 ? "there is \(shown)" : "there are \(shown)\(more)"
  }

  /// The least number of letters inserted, removed, replaced or swapped with a neighbour.
  static func distance(from left: String, to right: String) -> Int {
    let left = Array(left.unicodeScalars.prefix(100))
    let right = Array(right.unicodeScalars.prefix(100))
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for row in 1...left.count {
      var current = [row] + [Int](repeating: 0, count: right.count)
      for column in 1...right.count {
        let replaced = left[row - 1] == right[column - 1] ? 0 : 1
        var least = min(
          last[column] + 1, current[column - 1] + 1, last[column - 1] + replaced)
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          least = min(least, beforeLast[column - 2] + 1)
        }
        current[column] = least
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
