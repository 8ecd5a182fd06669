public import Kernel

extension ParameterReader {
  /// Reads a random time in seconds: `5ms`, `exponential 5ms`, `{lognormal: {mean: 5ms, cv: 80%}}`.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - defaultValue: The distribution if none is written; nil if one must be.
  ///   - summary: What it means, in a line.
  ///   - source: The documentation page of the default, or "assumed" or "definition".
  /// - Returns: The distribution; the default or zero if what is written is wrong.
  public mutating func timeDistribution(
    _ name: String, default defaultValue: Distribution?, _ summary: String,
    source: String = "definition"
  ) -> Distribution {
    let harmless = defaultValue ?? .constant(0)
    let description = timeDescription(
      name, defaultValue.map(Units.format(time:)), isRequired: defaultValue == nil, summary, source)
    guard let setting = entry(description)?.value else { return harmless }
    return timeDistribution(setting, "'\(name)'") ?? harmless
  }

  /// Reads a random time that may be left out; see `timeDistribution`.
  public mutating func optionalTimeDistribution(
    _ name: String, _ summary: String, source: String = "definition"
  ) -> Distribution? {
    let description = timeDescription(name, nil, isRequired: false, summary, source)
    guard let setting = entry(description)?.value else { return nil }
    return timeDistribution(setting, "'\(name)'") ?? .constant(0)
  }

  /// Reads a random time from a value inside of this map.
  ///
  /// - Parameters:
  ///   - setting: What is written.
  ///   - owner: What the value is called in messages.
  /// - Returns: nil if it is wrong, which is then reported.
  public func timeDistribution(_ setting: Setting, _ owner: String) -> Distribution? {
    switch setting.content {
    case .text(let text, _):
      do {
        return try shortForm(text)
      } catch {
        report("\(owner): \(error.message)", at: setting, help: error.help)
        return nil
      }
    case .map(let entries):
      guard entries.count == 1 else {
        report(
          "\(owner) takes one distribution, not a map of \(entries.count) keys", at: setting,
          help: "write '{exponential: 5ms}' or '{lognormal: {mean: 5ms, cv: 80%}}'")
        return nil
      }
      var reader = TimeDistributionReader(reading: setting, context: context, owner: owner)
      return reader.read()
    case .list, .null:
      report(
        "\(owner) takes a time, not \(setting.form)", at: setting,
        help: "write '5ms', 'exponential 5ms' or a map that names a distribution")
      return nil
    }
  }

  private func timeDescription(
    _ name: String, _ defaultText: String?, isRequired: Bool, _ summary: String, _ source: String
  ) -> ParameterDescription {
    ParameterDescription(
      name: name, type: .timeDistribution, unit: "s", defaultValue: defaultText,
      isRequired: isRequired, range: "at least 0s", summary: summary, source: source)
  }

  /// Reads `5ms` or `exponential 5ms`.
  private func shortForm(_ text: String) throws(UnitProblem) -> Distribution {
    let time = Quantity.seconds(0...Nanoseconds.longest.inSeconds)
    let word = text.prefix { $0.isLetter }
    guard !word.isEmpty else { return .constant(try time.read(text)) }
    let rest = String(Units.trimmed(text[word.endIndex...]))
    switch word {
    case "constant": return .constant(try time.read(rest))
    case "exponential":
      let mean = try time.read(rest)
      return mean > 0 ? .exponential(mean: mean) : .constant(0)
    default:
      let names = TimeDistributionReader.names
      guard !names.contains(String(word)) else {
        throw UnitProblem(
          "'\(text)' lacks the parameters of its distribution",
          help: "write a map such as '{\(TimeDistributionReader.example(of: String(word)))}'")
      }
      throw UnitProblem(
        "'\(text)' is neither a duration nor a distribution",
        help: Spelling.nearest(to: String(word), among: names).map { "did you mean '\($0)'?" }
          ?? "write '5ms' or 'exponential 5ms'")
    }
  }
}
