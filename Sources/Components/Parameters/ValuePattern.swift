extension ParameterDescription.ValueType {
  /// How such a value is written as a text, as a regular expression; nil if any text may be one.
  ///
  /// What it says is what ``Units`` reads, but for ranges and for the order of units.
  public var pattern: String? {
    let number = #"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?"#
    let times = Units.times.map(\.name).joined(separator: "|")
    let duration = "\(number) *(\(times))( *\(number) *(\(times)))*"
    switch self {
    case .duration: return "^(\(duration)|0)$"
    case .timeDistribution: return "^((constant|exponential) *)?(\(duration)|0)$"
    case .share: return "^\(number) *%?$"
    case .count, .number: return "^\(number)$"
    case .rate: return "^(\(number) */ *(\(times))|0)$"
    case .size:
      return "^(\(number) *(\(Units.sizes.map(\.name).joined(separator: "|")))|0)$"
    case .money: return #"^(\$\#(number)|\#(number) *USD|0)$"#
    case .flag, .text, .choice, .component, .components, .section, .sections, .namedSections,
      .setting:
      return nil
    }
  }

  /// The names of the distributions that a time may have.
  public static var distributionNames: [String] { TimeDistributionReader.names }
}
