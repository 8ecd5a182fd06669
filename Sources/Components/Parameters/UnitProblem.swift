/// Why a text is not the quantity it should be.
public struct UnitProblem: Error, Hashable, Sendable {
  /// What is wrong, a sentence without its full stop.
  public var message: String
  /// What would be right.
  public var help: String?

  /// A problem in words.
  public init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}
