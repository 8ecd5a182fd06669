extension ParameterReader {
  /// Reads a map of further parameters.
  ///
  /// - Returns: nil if it is not written; then `read` is not called, unless this reader describes.
  public mutating func section<Value>(
    _ name: String, _ summary: String, required: Bool, read: (inout ParameterReader) -> Value
  ) -> Value? {
    let entry = entry(sectionDescription(name, .section, summary, required))
    if isDescribing { return described(name, read) }
    guard let entry else { return nil }
    return value(of: entry.value, "'\(name)'", at: entry, read)
  }

  /// Reads a map of further parameters that all have defaults, which hold if it is not written.
  public mutating func section<Value>(
    _ name: String, _ summary: String, read: (inout ParameterReader) -> Value
  ) -> Value {
    if let value = section(name, summary, required: false, read: read) { return value }
    var defaults = ParameterReader(describing: context)
    return read(&defaults)
  }

  /// Reads a list of maps; empty if it is not written.
  public mutating func sections<Value>(
    _ name: String, _ summary: String, read: (inout ParameterReader) -> Value
  ) -> [Value] {
    let entry = entry(sectionDescription(name, .sections, summary, false))
    if isDescribing { return [described(name, read)] }
    guard let setting = entry?.value else { return [] }
    guard let elements = setting.list else {
      report(
        "'\(name)' takes a list of maps, not \(setting.form)", at: setting,
        help: "begin each element with '- '")
      return []
    }
    return elements.enumerated().map { index, element in
      value(of: element, "element \(index + 1) of '\(name)'", at: nil, read)
    }
  }

  /// Reads a map from names to maps, in the order of the file; empty if it is not written.
  ///
  /// When describing, `read` is called once, with `<name>` as name.
  public mutating func namedSections<Value>(
    _ name: String, _ summary: String, required: Bool,
    read: (String, inout ParameterReader) -> Value
  ) -> [(name: String, value: Value)] {
    let entry = entry(sectionDescription(name, .namedSections, summary, required))
    if isDescribing { return [("<name>", described(name) { read("<name>", &$0) })] }
    guard let setting = entry?.value else { return [] }
    guard let entries = setting.map else {
      report("'\(name)' takes a map from names to maps, not \(setting.form)", at: setting)
      return []
    }
    if required, entries.isEmpty { report("'\(name)' is empty", at: setting) }
    return entries.map { entry in
      let value = value(of: entry.value, "'\(entry.key)'", at: entry) { read(entry.key, &$0) }
      return (entry.key, value)
    }
  }

  /// Takes a value as it is written, for forms that are read elsewhere, such as steps.
  public mutating func setting(_ name: String, _ summary: String, required: Bool) -> Setting? {
    entry(sectionDescription(name, .setting, summary, required))?.value
  }

  private func sectionDescription(
    _ name: String, _ type: ParameterDescription.ValueType, _ summary: String, _ required: Bool
  ) -> ParameterDescription {
    ParameterDescription(
      name: name, type: type, isRequired: required, summary: summary, source: "definition")
  }

  private mutating func described<Value>(
    _ name: String, _ read: (inout ParameterReader) -> Value
  ) -> Value {
    var reader = ParameterReader(describing: context)
    let value = read(&reader)
    describe(name, nested: reader.descriptions)
    return value
  }

  private func value<Value>(
    of setting: Setting, _ owner: String, at entry: Setting.Entry?,
    _ read: (inout ParameterReader) -> Value
  ) -> Value {
    var reader = ParameterReader(reading: setting, context: context, owner: owner, at: entry)
    let value = read(&reader)
    reader.finish()
    return value
  }
}
