/// Reads one map of an experiment into typed parameters, or describes the parameters it would read.
///
/// The same code serves both, so that each parameter is declared once. With a map
/// (``init(reading:context:owner:at:)``) every call returns the written value or the default. What
/// is wrong is collected, and a harmless value within the range is returned in its stead, so that
/// one pass finds every problem. Without a map (``init(describing:)``) every call returns its
/// default or a harmless value and adds to ``descriptions``.
///
/// Whoever creates a reader calls ``finish()`` when all parameters are read; sections do it by
/// themselves.
public struct ParameterReader {
  /// What is known about the rest of the experiment.
  public var context: ReadingContext
  /// Whether parameters are described and not read.
  public let isDescribing: Bool
  /// Where the map stands: its name if it has one, else its beginning.
  public let location: SourceLocation
  /// What the map is called in messages, such as "component 'app'".
  public let owner: String
  /// The parameters declared so far.
  public private(set) var descriptions: [ParameterDescription] = []

  private let entries: [Setting.Entry]
  private let underline: Int
  private let isBroken: Bool
  private var missing: [ParameterDescription] = []
  private var ignoresRest = false

  /// Reads a map.
  ///
  /// A setting that is not a map is reported at once, and then read as if it were empty.
  ///
  /// - Parameters:
  ///   - setting: The map.
  ///   - context: What is known about the rest of the experiment.
  ///   - owner: What the map is called in messages.
  ///   - entry: The entry whose value the map is, if it has a name: missing parameters are
  ///     reported there.
  public init(
    reading setting: Setting, context: ReadingContext, owner: String, at entry: Setting.Entry? = nil
  ) {
    self.context = context
    self.isDescribing = false
    self.location = entry?.keyLocation ?? setting.location
    self.underline = entry.map { Setting.underline($0.key) } ?? setting.underline
    self.owner = owner
    self.entries = setting.map ?? []
    self.isBroken = setting.map == nil
    if isBroken {
      context.diagnostics.append(
        Diagnostic(
          at: setting.isNull ? location : setting.location,
          length: setting.isNull ? underline : setting.underline,
          "\(owner) takes a map of parameters, not \(setting.form)",
          help: "write 'name: value' lines, indented below"))
    }
  }

  /// Describes the parameters.
  public init(describing context: ReadingContext) {
    self.context = context
    self.isDescribing = true
    self.location = SourceLocation(file: "", line: 1, column: 1)
    self.underline = 1
    self.owner = ""
    self.entries = []
    self.isBroken = false
  }

  /// The catalogue of instance types, prices and times.
  public var catalogue: Catalogue { context.catalogue }

  /// The names of the keys as written, in the order of the file; none when describing.
  public var keys: [String] { entries.map(\.key) }

  /// Whether a key was written, even without a value.
  public func has(_ name: String) -> Bool { entries.contains { $0.key == name } }

  /// Adds an issue at a parameter's value, such as "min is above max".
  ///
  /// - Parameters:
  ///   - message: What is wrong, a sentence without its full stop.
  ///   - name: The parameter; nil, or one that is not written, points at the map itself.
  ///   - help: What would be right.
  public func report(_ message: String, at name: String?, help: String? = nil) {
    guard !isDescribing else { return }
    if let entry = entries.first(where: { $0.key == name }) {
      report(message, at: entry.value, help: help)
    } else {
      context.diagnostics.append(
        Diagnostic(at: location, length: underline, message, help: help))
    }
  }

  /// Adds an issue at a value inside of this map.
  public func report(_ message: String, at setting: Setting, help: String? = nil) {
    guard !isDescribing else { return }
    context.diagnostics.append(
      Diagnostic(at: setting.location, length: setting.underline, message, help: help))
  }

  /// Leaves keys that nothing read unreported, for maps whose form is not known.
  public mutating func ignoreRest() { ignoresRest = true }

  /// Reports what was required and is missing, and every key that nothing read.
  public mutating func finish() {
    guard !isDescribing, !isBroken, !ignoresRest else { return }
    let names = descriptions.map(\.name)
    var explained: [String] = []
    for entry in entries where !names.contains(entry.key) {
      let unwritten = names.filter { !has($0) }
      let meant = Spelling.nearest(to: entry.key, among: unwritten)
      if let meant { explained.append(meant) }
      context.diagnostics.append(
        Diagnostic(
          at: entry.keyLocation, length: Setting.underline(entry.key),
          "unknown key '\(entry.key)' in \(owner)",
          help: meant.map { "did you mean '\($0)'?" }
            ?? Spelling.help(for: entry.key, among: names)))
    }
    for parameter in missing where !explained.contains(parameter.name) {
      report(
        "\(owner) lacks '\(parameter.name)'", at: nil,
        help: "add '\(parameter.name)': \(parameter.summary)")
    }
    missing = []
  }
}

extension ParameterReader {
  /// Declares a parameter and returns its entry, nil if it is not written or has no value.
  mutating func entry(_ description: ParameterDescription) -> Setting.Entry? {
    if !descriptions.contains(where: { $0.name == description.name }) {
      descriptions.append(description)
    }
    guard let entry = entries.first(where: { $0.key == description.name }) else {
      if description.isRequired { missing.append(description) }
      return nil
    }
    guard entry.value.isNull else { return entry }
    context.diagnostics.append(
      Diagnostic(
        at: entry.keyLocation, length: Setting.underline(entry.key),
        "'\(entry.key)' has no value",
        help: description.isRequired
          ? "write \(description.form)" : "write it, or leave out the key"))
    return nil
  }

  /// Replaces what the reference says is inside of a section.
  mutating func describe(_ name: String, nested: [ParameterDescription]) {
    guard let index = descriptions.firstIndex(where: { $0.name == name }) else { return }
    if descriptions[index].nested.isEmpty { descriptions[index].nested = nested }
  }

  /// Reads a value that is written as one text.
  ///
  /// - Returns: nil if it is not written; `fallback` if what is written is wrong.
  mutating func scalar<Value>(
    _ description: ParameterDescription, fallback: Value,
    parse: (String) throws(UnitProblem) -> Value
  ) -> Value? {
    guard let setting = entry(description)?.value else { return nil }
    guard let text = setting.text else {
      report(
        "'\(description.name)' takes \(description.form), not \(setting.form)", at: setting)
      return fallback
    }
    do {
      return try parse(text)
    } catch {
      report("'\(description.name)': \(error.message)", at: setting, help: error.help)
      return fallback
    }
  }
}

extension Setting {
  /// The number of characters to underline below a key.
  static func underline(_ key: String) -> Int { max(1, key.unicodeScalars.count) }
}

extension ParameterDescription {
  /// What the parameter takes, for messages: "a duration".
  var form: String {
    switch type {
    case .duration: "a duration such as '5ms'"
    case .timeDistribution: "a time such as '5ms' or 'exponential 5ms'"
    case .share: "a share such as '20%'"
    case .count: "a whole number"
    case .number: "a number"
    case .rate: "a rate such as '200/s'"
    case .size: "a size such as '1KiB'"
    case .money: "an amount such as '10USD'"
    case .flag: "'true' or 'false'"
    case .text: "a text"
    case .choice: "one of \(choices.joined(separator: ", "))"
    case .component: "the name of a component"
    case .components: "the name of a component or a list of names"
    case .section: "a map of parameters"
    case .sections: "a list of maps"
    case .namedSections: "a map from names to maps"
    case .setting: "a value"
    }
  }
}
