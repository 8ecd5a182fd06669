/// What the reference says about one parameter; collected by the same code that reads it.
public struct ParameterDescription: Sendable, Hashable {
  /// What a parameter takes.
  public enum ValueType: String, Sendable, Hashable {
    /// A length of time such as `5ms`.
    case duration
    /// A length of time, or the name of a distribution with its parameters.
    case timeDistribution = "time distribution"
    /// A part of a whole, such as `20%` or `0.2`.
    case share
    /// A whole number.
    case count
    /// A number.
    case number
    /// A number per time, such as `200/s`.
    case rate
    /// A number of bytes, such as `1KiB`.
    case size
    /// An amount of US dollars, such as `10USD`.
    case money
    /// `true` or `false`.
    case flag
    /// Any text.
    case text
    /// One of a few words.
    case choice
    /// The name of a component.
    case component
    /// The name of a component, or a list of names.
    case components
    /// A map of further parameters.
    case section
    /// A list of maps.
    case sections = "list of sections"
    /// A map from names to maps.
    case namedSections = "named sections"
    /// A value whose form is described elsewhere.
    case setting
  }

  /// The parameter's name.
  public var name: String
  /// What it takes.
  public var type: ValueType
  /// The unit it must carry, nil if none.
  public var unit: String?
  /// The default as it would be written, nil if there is none.
  public var defaultValue: String?
  /// Whether it must be written.
  public var isRequired: Bool
  /// The allowed values in words, nil if all are.
  public var range: String?
  /// The allowed words of a choice.
  public var choices: [String] = []
  /// What it means, in a line.
  public var summary: String
  /// The documentation page that the default comes from, or "assumed" or "definition".
  public var source: String
  /// The parameters of a section.
  public var nested: [ParameterDescription] = []
}
