/// How far the run of one arm has come: `before  ████░░░░░░ 40% 4/10 replications`.
public struct ProgressLine: Sendable {
  /// What is being run.
  public var label: String
  /// The share that is done, from 0 to 1; it may count parts of a replication.
  public var share: Double
  /// How many things are finished.
  public var finished: Int
  /// How many things there are.
  public var total: Int
  /// What the things are called.
  public var things: String

  /// Creates the line of a moment.
  ///
  /// - Parameters:
  ///   - label: What is being run.
  ///   - finished: How many things are finished.
  ///   - total: How many things there are.
  ///   - share: The share that is done, or nil to take the finished things.
  ///   - things: What the things are called.
  public init(
    label: String, finished: Int, total: Int, share: Double? = nil,
    things: String = "replications"
  ) {
    self.label = label
    self.finished = finished
    self.total = total
    self.share = share ?? (total > 0 ? Double(finished) / Double(total) : 0)
    self.things = things
  }

  /// The line, no wider than the terminal; the caller returns the cursor and clears the rest.
  public func text(width: Int) -> String {
    let done = share.isFinite ? min(max(share, 0), 1) : 0
    let numbers = " \(Int(done * 100))% \(finished)/\(total) \(things)"
    let name = TerminalText.truncated(TerminalText.visible(label), to: max(8, width / 3))
    let room = width - TerminalText.width(name) - 2 - numbers.count
    guard room >= 5 else {
      return TerminalText.truncated(name + " " + numbers, to: width)
    }
    let cells = min(room, 30)
    let full = Int(done * Double(cells))
    let bar =
      String(repeating: "█", count: full) + String(repeating: "░", count: cells - full)
    return name + "  " + bar + numbers
  }
}
