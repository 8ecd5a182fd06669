public import Components

/// Works out what arms inherit: `extends` merges maps deeply, replaces lists, and `null` deletes.
///
/// Every inherited value keeps the place where it is written, so that problems point there.
public struct Extension {
  private let arms: [Setting.Entry]
  private let diagnostics: DiagnosticCollector

  /// The arms of an experiment as written.
  public init(arms: [Setting.Entry], diagnostics: DiagnosticCollector) {
    self.arms = arms
    self.diagnostics = diagnostics
  }

  /// The arms in their order, each with what it inherits and without `extends`.
  ///
  /// An arm that extends itself through others, or one that does not exist, is reported and taken
  /// as it is written.
  public func resolved() -> [Setting.Entry] {
    arms.map { arm in
      var arm = arm
      arm.value = resolved(arm, heirs: [])
      return arm
    }
  }

  private func resolved(_ arm: Setting.Entry, heirs: [String]) -> Setting {
    guard var entries = arm.value.map,
      let index = entries.firstIndex(where: { $0.key == "extends" })
    else { return arm.value }
    let parent = entries.remove(at: index).value
    let own = Setting(.map(entries), at: arm.value.location)
    guard let base = base(parent, of: arm, heirs: heirs) else { return own }
    return merged(resolved(base, heirs: heirs + [arm.key]), own, base.key)
  }

  /// The arm that another extends; nil if there is none, which is then reported.
  private func base(
    _ parent: Setting, of arm: Setting.Entry, heirs: [String]
  ) -> Setting.Entry? {
    func fail(_ message: String, _ help: String?) -> Setting.Entry? {
      diagnostics.append(
        Diagnostic(at: parent.location, length: parent.underline, message, help: help))
      return nil
    }
    guard let name = parent.text else {
      return fail("'extends' takes the name of an arm, not \(parent.form)", nil)
    }
    if name == arm.key { return fail("the arm '\(name)' extends itself", "name another arm") }
    if heirs.contains(name) {
      // Reported once, at the arm that comes first in the file.
      let circle = heirs.drop { $0 != name } + [arm.key]
      let first = arms.first { circle.contains($0.key) }?.key
      guard first == name else { return nil }
      let path = (circle + [name]).map { "'\($0)'" }.joined(separator: " extends ")
      return fail("arms extend one another in a circle: \(path)", "let one of them stand alone")
    }
    guard let base = arms.first(where: { $0.key == name }) else {
      let others = arms.map(\.key).filter { $0 != arm.key }
      return fail(
        "there is no arm '\(name)' to extend", Spelling.help(for: name, among: others))
    }
    return base
  }

  /// A map with the entries of another in their stead, beside them, or deleted by `null`.
  private func merged(_ base: Setting, _ own: Setting, _ path: String) -> Setting {
    guard var entries = base.map, let ownEntries = own.map else { return own }
    for entry in ownEntries {
      let index = entries.firstIndex { $0.key == entry.key }
      switch (index, entry.value.isNull) {
      case (let index?, true): entries.remove(at: index)
      case (nil, true): reportNothing(toDelete: entry, path, base.map?.map(\.key) ?? [])
      case (let index?, false):
        entries[index] = Setting.Entry(
          key: entry.key, keyLocation: entry.keyLocation,
          value: merged(entries[index].value, entry.value, "\(path).\(entry.key)"))
      case (nil, false): entries.append(entry)
      }
    }
    return Setting(.map(entries), at: own.location)
  }

  private func reportNothing(toDelete entry: Setting.Entry, _ path: String, _ names: [String]) {
    let nearest = Spelling.nearest(to: entry.key, among: names)
    diagnostics.append(
      Diagnostic(
        at: entry.keyLocation, length: entry.key.unicodeScalars.count,
        "'\(entry.key)' has no value, and '\(path)' has no '\(entry.key)' to delete",
        help: nearest.map { "did you mean '\($0)'?" } ?? "write a value, or leave out the key"))
  }
}
