extension ParameterReader {
  /// Reads `true` or `false`; nothing else is a flag.
  public mutating func flag(
    _ name: String, default defaultValue: Bool, _ summary: String, source: String = "definition"
  ) -> Bool {
    let description = ParameterDescription(
      name: name, type: .flag, defaultValue: "\(defaultValue)", isRequired: false,
      choices: ["false", "true"], summary: summary, source: source)
    let value = scalar(description, fallback: defaultValue) { (text) throws(UnitProblem) in
      switch text {
      case "true": return true
      case "false": return false
      default: throw UnitProblem("'\(text)' is not a flag", help: "write 'true' or 'false'")
      }
    }
    return value ?? defaultValue
  }

  /// Reads a text; nil as default means that one must be written.
  public mutating func text(
    _ name: String, default defaultValue: String?, _ summary: String,
    source: String = "definition"
  ) -> String {
    let description = ParameterDescription(
      name: name, type: .text, defaultValue: defaultValue, isRequired: defaultValue == nil,
      summary: summary, source: source)
    let harmless = defaultValue ?? ""
    return scalar(description, fallback: harmless) { (text) throws(UnitProblem) in text }
      ?? harmless
  }

  /// Reads a text that may be left out.
  public mutating func optionalText(
    _ name: String, _ summary: String, source: String = "definition"
  ) -> String? {
    let description = ParameterDescription(
      name: name, type: .text, isRequired: false, summary: summary, source: source)
    return scalar(description, fallback: "") { (text) throws(UnitProblem) in text }
  }

  /// Reads texts whose keys are names from elsewhere, such as those of arms.
  ///
  /// - Parameters:
  ///   - names: The keys that may be written.
  ///   - placeholder: What the reference calls such a key, in angle brackets.
  ///   - summary: What a text means, in a line.
  /// - Returns: The texts that are written, in the order of the names.
  public mutating func texts(
    named names: [String], as placeholder: String, _ summary: String
  ) -> [(name: String, text: String)] {
    let keys = isDescribing ? [placeholder] : names.filter(has)
    return keys.compactMap { key in optionalText(key, summary).map { (key, $0) } }
  }

  /// Reads one name or a list of names; none if it is not written.
  public mutating func names(_ name: String, _ summary: String) -> [String] {
    guard let setting = setting(name, summary, required: false) else { return [] }
    return (setting.list ?? [setting]).compactMap { element in
      if element.text == nil {
        report("a name is expected here, not \(element.form)", at: element)
      }
      return element.text
    }
  }

  /// Reads one of the words of an enumeration; nil as default means that one must be written.
  ///
  /// - Precondition: The enumeration has a case.
  public mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, default defaultValue: Choice?, _ summary: String,
    source: String = "definition"
  ) -> Choice where Choice.RawValue == String {
    guard let first = Choice.allCases.first else {
      preconditionFailure("the choice '\(name)' has nothing to choose from")
    }
    let harmless = defaultValue ?? first
    let description = choiceDescription(
      name, Choice.self, defaultValue?.rawValue, isRequired: defaultValue == nil, summary, source)
    return scalar(description, fallback: harmless, parse: chosen) ?? harmless
  }

  private func choiceDescription<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type, _ defaultValue: String?, isRequired: Bool,
    _ summary: String, _ source: String
  ) -> ParameterDescription where Choice.RawValue == String {
    ParameterDescription(
      name: name, type: .choice, defaultValue: defaultValue, isRequired: isRequired,
      choices: Choice.allCases.map(\.rawValue), summary: summary, source: source)
  }
}

/// The case that a word names.
private func chosen<Choice: RawRepresentable & CaseIterable>(
  _ text: String
) throws(UnitProblem) -> Choice where Choice.RawValue == String {
  if let choice = Choice(rawValue: text) { return choice }
  throw UnitProblem(
    "there is no choice '\(text)'",
    help: Spelling.help(for: text, among: Choice.allCases.map(\.rawValue)))
}
