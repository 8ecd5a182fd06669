public import Components

/// The changes that `--set PATH=VALUE` makes to an experiment as it is written.
///
/// A path is made of keys with dots between them; `*` stands for every key of one level, an
/// element of a list is named by its index from 0, and a step by its name. The last key may be
/// new. Overrides are applied before arms extend one another, so that heirs inherit them.
public struct Overrides {
  /// The name of the file that the arguments are said to stand in, one on each line.
  public static let file = "--set"

  private let arguments: [String]
  private let diagnostics: DiagnosticCollector

  /// Overrides as given on the command line, without `--set`.
  public init(_ arguments: [String], diagnostics: DiagnosticCollector) {
    self.arguments = arguments
    self.diagnostics = diagnostics
  }

  /// The arguments as a text that problems can point into.
  public var source: SourceText {
    let lines = arguments.map { String($0.map { $0.isNewline ? " " : $0 }) }
    return SourceText(file: Self.file, text: lines.joined(separator: "\n"))
  }

  /// The experiment with all overrides; those that cannot be applied are reported and left out.
  public func apply(to experiment: Setting) -> Setting {
    var experiment = experiment
    for (index, argument) in arguments.enumerated() {
      guard let (path, value) = parse(argument, line: index + 1) else { continue }
      do throws(Failure) {
        experiment = try Self.replacing(path[...], in: experiment, by: value, below: "")
      } catch {
        diagnostics.append(
          Diagnostic(
            at: error.key.location, length: error.key.text.unicodeScalars.count, error.message,
            help: error.help))
      }
    }
    return experiment
  }

  private struct Key {
    var text: String
    var location: SourceLocation
  }

  private struct Failure: Error {
    var key: Key
    var message: String
    var help: String?
  }

  /// Splits `a.b=value`; the value is read as YAML of one line.
  private func parse(_ argument: String, line: Int) -> (path: [Key], value: Setting)? {
    func place(_ index: String.Index) -> SourceLocation {
      let column = argument.unicodeScalars.distance(from: argument.startIndex, to: index) + 1
      return SourceLocation(file: Self.file, line: line, column: column)
    }
    func fail(_ index: String.Index, _ message: String, _ length: Int) {
      diagnostics.append(
        Diagnostic(
          at: place(index), length: length, message,
          help: "write 'arms.before.components.app.min=4'"))
    }
    guard let equals = argument.firstIndex(of: "=") else {
      fail(argument.startIndex, "'--set' needs a path and a value", argument.unicodeScalars.count)
      return nil
    }
    var keys: [Key] = []
    for part in argument[..<equals].split(separator: ".", omittingEmptySubsequences: false) {
      guard !part.isEmpty else {
        fail(part.startIndex, "the path has an empty part", 1)
        return nil
      }
      keys.append(Key(text: String(part), location: place(part.startIndex)))
    }
    let text = String(argument[argument.index(after: equals)...])
    let start = place(argument.index(after: equals))
    return value(text, at: start).map { (keys, $0) }
  }

  private func value(_ text: String, at start: SourceLocation) -> Setting? {
    guard !text.isEmpty else { return Setting(.null, at: start) }
    let own = DiagnosticCollector()
    let checked = SourceText(
      checking: Array(text.utf8), file: Self.file, diagnostics: own)
    if text == "~" || text == "null" { return Setting(.null, at: start) }
    let setting = checked.flatMap { YAMLReader().read($0, diagnostics: own) }
    for var problem in own.all {
      problem.location = Self.moved(problem.location, start)
      diagnostics.append(problem)
    }
    return setting.map { Self.moved($0, start) }
  }

  private static func moved(_ place: SourceLocation, _ start: SourceLocation) -> SourceLocation {
    SourceLocation(
      file: start.file, line: start.line, column: place.column + start.column - 1)
  }

  private static func moved(_ setting: Setting, _ start: SourceLocation) -> Setting {
    let location = moved(setting.location, start)
    switch setting.content {
    case .text, .null: return Setting(setting.content, at: location)
    case .list(let elements): return Setting(.list(elements.map { moved($0, start) }), at: location)
    case .map(let entries):
      let entries = entries.map { entry in
        Setting.Entry(
          key: entry.key, keyLocation: moved(entry.keyLocation, start),
          value: moved(entry.value, start))
      }
      return Setting(.map(entries), at: location)
    }
  }
}

extension Overrides {
  /// The setting with what a path leads to replaced.
  private static func replacing(
    _ path: ArraySlice<Key>, in setting: Setting, by value: Setting, below parent: String
  ) throws(Failure) -> Setting {
    guard let key = path.first else { return value }
    let rest = path.dropFirst()
    let here = parent.isEmpty ? key.text : "\(parent).\(key.text)"
    switch setting.content {
    case .map(var entries):
      let matching = entries.indices.filter { key.text == "*" || entries[$0].key == key.text }
      if matching.isEmpty {
        guard rest.isEmpty, key.text != "*" else { throw unknown(key, entries.map(\.key), parent) }
        entries.append(Setting.Entry(key: key.text, keyLocation: key.location, value: value))
      }
      for index in matching {
        let name = parent.isEmpty ? entries[index].key : "\(parent).\(entries[index].key)"
        entries[index].value = try replacing(rest, in: entries[index].value, by: value, below: name)
      }
      return Setting(.map(entries), at: setting.location)
    case .list(var elements):
      let matching = elements.indices.filter { matches(key.text, elements[$0], $0) }
      guard !matching.isEmpty else {
        let names = elements.enumerated().map { name(of: $1) ?? "\($0)" }
        throw unknown(key, names, parent)
      }
      for index in matching {
        elements[index] = try replacing(
          inElement: elements[index], key.text, rest, by: value, below: here)
      }
      return Setting(.list(elements), at: setting.location)
    case .text, .null:
      throw Failure(
        key: key, message: "'\(parent)' is \(setting.form) and has no '\(key.text)'",
        help: "the nearest path that exists is '\(parent)'")
    }
  }

  /// An element that is a step and is called by its name stands for what is below its verb.
  private static func replacing(
    inElement element: Setting, _ key: String, _ rest: ArraySlice<Key>, by value: Setting,
    below here: String
  ) throws(Failure) -> Setting {
    guard name(of: element) == key, !rest.isEmpty, let entries = element.map,
      rest.first?.text != entries[0].key
    else { return try replacing(rest, in: element, by: value, below: here) }
    var entry = entries[0]
    entry.value = try replacing(rest, in: entry.value, by: value, below: here)
    return Setting(.map([entry]), at: element.location)
  }

  private static func matches(_ key: String, _ element: Setting, _ index: Int) -> Bool {
    key == "*" || key == "\(index)" || name(of: element) == key
  }

  /// The name of a step: a map of one key, its verb, whose value holds `name`.
  private static func name(of element: Setting) -> String? {
    guard let entries = element.map, entries.count == 1 else { return nil }
    return entries[0].value["name"]?.text
  }

  private static func unknown(_ key: Key, _ names: [String], _ parent: String) -> Failure {
    let place = parent.isEmpty ? "the experiment" : "'\(parent)'"
    let nearest = Spelling.help(for: key.text, among: names).map { "; \($0)" } ?? ""
    return Failure(
      key: key,
      message: key.text == "*" ? "\(place) is empty" : "\(place) has no '\(key.text)'",
      help: parent.isEmpty
        ? String(nearest.dropFirst(2)) : "the nearest path that exists is '\(parent)'\(nearest)")
  }
}
