/// One thing that is wrong with an experiment, with its place and what would be right.
public struct Diagnostic: Sendable, Hashable {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable {
    /// The experiment cannot be run.
    case error
    /// The experiment runs, but perhaps not as meant.
    case warning
  }

  /// How bad it is.
  public var severity: Severity
  /// Where it stands.
  public var location: SourceLocation
  /// The number of characters to underline, at least one.
  public var length: Int
  /// What is wrong: one sentence without its full stop.
  public var message: String
  /// What would be right.
  public var help: String?

  /// Describes a problem.
  public init(
    _ severity: Severity = .error, at location: SourceLocation, length: Int = 1,
    _ message: String, help: String? = nil
  ) {
    self.severity = severity
    self.location = location
    self.length = max(1, length)
    self.message = message
    self.help = help
  }
}
