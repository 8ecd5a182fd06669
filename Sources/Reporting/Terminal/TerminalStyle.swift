/// How text stands out on a terminal; plain unless colours are asked for.
public struct TerminalStyle: Sendable {
  /// Whether escape sequences for colours are written.
  public var usesColor: Bool

  /// Creates a style.
  public init(usesColor: Bool) { self.usesColor = usesColor }

  /// The ways in which text stands out.
  public enum Emphasis: String, Sendable {
    /// As everything else.
    case none = ""
    /// A heading, a name.
    case bold = "1"
    /// What is of lesser weight.
    case dim = "2"
    /// What is good.
    case good = "32"
    /// What is bad.
    case bad = "31"
    /// What needs a look.
    case warning = "33"
  }

  /// The text with an emphasis, if colours are asked for.
  public func apply(_ emphasis: Emphasis, to text: String) -> String {
    guard usesColor, emphasis != .none, !text.isEmpty else { return text }
    return "\u{1b}[\(emphasis.rawValue)m\(text)\u{1b}[0m"
  }
}
