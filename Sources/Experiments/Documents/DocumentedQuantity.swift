/// What a documented figure is about: a name of a closed list, perhaps with what it is of.
///
/// `response.p95(courses)` is the 95th percentile of the response time of an endpoint.
public struct DocumentedQuantity: Sendable, Hashable {
  /// The name without arguments, such as "response.p95".
  public var name: String
  /// What it is of, such as an endpoint.
  public var arguments: [String]

  /// A quantity.
  public init(_ name: String, _ arguments: String...) {
    self.name = name
    self.arguments = arguments
  }

  init(name: String, arguments: [String]) {
    self.name = name
    self.arguments = arguments
  }

  /// As written: `response.p95(courses)`.
  public var text: String {
    arguments.isEmpty ? name : "\(name)(\(arguments.joined(separator: ", ")))"
  }

  /// What it counts.
  public var form: Form { Self.kind(of: name)?.form ?? .word }

  /// The share of `response.p95`, 0.95; nil if it is no percentile.
  public var percentile: Double? { Self.percentile(of: name) }

  /// What a value of a quantity looks like.
  public enum Form: String, Sendable, Hashable {
    /// A length of time, kept in seconds.
    case duration
    /// A moment of the run, kept in seconds from its beginning.
    case moment
    /// A number of things.
    case count
    /// A number that may have a fraction.
    case number
    /// A number per second.
    case rate
    /// A part of a whole.
    case share
    /// Bytes.
    case size
    /// Bytes per second.
    case dataRate = "data rate"
    /// US dollars.
    case money
    /// Yes or no.
    case flag
    /// A word, such as a type of instance.
    case word
  }

  /// What an argument names.
  public enum Argument: Sendable, Hashable {
    /// An endpoint of the workload.
    case endpoint
    /// Anything that the document names: a step, a line of a bill, a phase.
    case name
  }

  /// One name of the list.
  public struct Kind: Sendable {
    /// The name.
    public var name: String
    /// What a value looks like.
    public var form: Form
    /// What a document usually does with it.
    public var role: DocumentedFigure.Role
    /// The arguments; those of `optional` may be left out.
    public var arguments: [Argument]
    /// Whether the arguments may be left out.
    public var argumentsAreOptional: Bool
    /// What it means, in a line.
    public var summary: String

    init(
      _ name: String, _ form: Form, _ role: DocumentedFigure.Role, of arguments: [Argument] = [],
      orAll: Bool = false, _ summary: String
    ) {
      self.name = name
      self.form = form
      self.role = role
      self.arguments = arguments
      self.argumentsAreOptional = orAll
      self.summary = summary
    }
  }

  /// The kind of a name, nil if there is none such.
  public static func kind(of name: String) -> Kind? {
    if percentile(of: name) != nil {
      let family = name.prefix { $0 != "." }
      return kinds.first { $0.name == "\(family).p99" }
    }
    return kinds.first { $0.name == name }
  }

  private static func percentile(of name: String) -> Double? {
    for family in ["response.p", "target_response.p"] where name.hasPrefix(family) {
      let digits = name.dropFirst(family.count)
      guard let percent = Double(digits), percent > 0, percent < 100,
        digits.allSatisfy({ $0.isNumber || $0 == "." })
      else { return nil }
      return percent / 100
    }
    return nil
  }
}
