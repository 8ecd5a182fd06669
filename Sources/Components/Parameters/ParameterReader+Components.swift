extension ParameterReader {
  /// Reads the name of a component that must answer an operation.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - operation: What the component is asked to do, such as `get`.
  ///   - summary: What it means, in a line.
  ///   - source: The documentation page, or "definition".
  /// - Returns: The component; one without a name if what is written is wrong or missing.
  public mutating func component(
    _ name: String, answering operation: String, _ summary: String, source: String = "definition"
  ) -> ComponentReference {
    read(name, operation, isRequired: true, summary, source)
      ?? ComponentReference(name: "", kind: "", location: location)
  }

  /// Reads the name of a component, which may be left out; nil also if there is no such component.
  public mutating func optionalComponent(
    _ name: String, answering operation: String, _ summary: String, source: String = "definition"
  ) -> ComponentReference? {
    read(name, operation, isRequired: false, summary, source)
  }

  /// Reads one name of a component, or a list of at least one name without repetition.
  public mutating func components(
    _ name: String, answering operation: String, _ summary: String, source: String = "definition"
  ) -> [ComponentReference] {
    let description = ParameterDescription(
      name: name, type: .components, isRequired: true, range: "answers '\(operation)'",
      summary: summary, source: source)
    guard let setting = entry(description)?.value else { return [] }
    guard let elements = setting.list else {
      return [reference(setting, answering: operation)].compactMap { $0 }
    }
    if elements.isEmpty { report("'\(name)' names no component", at: setting) }
    var references: [ComponentReference] = []
    for element in elements {
      guard let reference = reference(element, answering: operation) else { continue }
      if references.contains(where: { $0.name == reference.name }) {
        report("'\(reference.name)' is named twice", at: element)
      } else {
        references.append(reference)
      }
    }
    return references
  }

  /// Checks that a setting names a component that answers an operation, and reports if not.
  public func reference(_ setting: Setting, answering operation: String) -> ComponentReference? {
    guard let name = setting.text else {
      report("the name of a component is expected here, not \(setting.form)", at: setting)
      return nil
    }
    guard let kind = context.componentKinds.first(where: { $0.name == name })?.kind else {
      let able = context.componentKinds.map(\.name).filter { answers($0, operation) }
      let near = Spelling.nearest(to: name, among: context.componentKinds.map(\.name))
      report(
        "there is no component '\(name)'", at: setting,
        help: near.map { "did you mean '\($0)'?" } ?? Spelling.help(for: name, among: able))
      return nil
    }
    let operations = context.operations(ofKind: kind)
    guard operations.contains(operation) else {
      reportUnable(name, kind, operations, operation, setting)
      return nil
    }
    return ComponentReference(name: name, kind: kind, location: setting.location)
  }

  private func answers(_ component: String, _ operation: String) -> Bool {
    context.componentKinds.contains {
      $0.name == component && context.operations(ofKind: $0.kind).contains(operation)
    }
  }

  private func reportUnable(
    _ name: String, _ kind: String, _ operations: [String], _ operation: String, _ setting: Setting
  ) {
    let able = context.componentKinds.map(\.name).filter { answers($0, operation) }
    let answered =
      operations.isEmpty ? "answers nothing" : "answers \(operations.joined(separator: ", "))"
    report(
      "'\(name)' is a \(kind), which does not answer '\(operation)'", at: setting,
      help: "it \(answered); "
        + (able.isEmpty
          ? "no component here answers '\(operation)'"
          : "'\(operation)' is answered by \(able.joined(separator: ", "))"))
  }

  private mutating func read(
    _ name: String, _ operation: String, isRequired: Bool, _ summary: String, _ source: String
  ) -> ComponentReference? {
    let description = ParameterDescription(
      name: name, type: .component, isRequired: isRequired, range: "answers '\(operation)'",
      summary: summary, source: source)
    guard let setting = entry(description)?.value else { return nil }
    return reference(setting, answering: operation)
  }
}
