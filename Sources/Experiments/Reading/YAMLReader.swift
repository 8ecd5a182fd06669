public import Components
import Yams

/// Reads the YAML of a file into a tree of settings, every text as it was written.
///
/// Only plain YAML is read: maps, lists and texts. Whatever could exhaust memory or time is refused
/// before the parser sees it; see ``YAMLGuard``.
public struct YAMLReader {
  private let limits: YAMLGuard.Limits

  /// A reader.
  ///
  /// - Parameter nodes: The most texts, maps and lists that a file may hold.
  public init(nodes: Int = 10_000) { limits = YAMLGuard.Limits(nodes: nodes) }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - source: The text of the file.
  ///   - diagnostics: Where problems go.
  /// - Returns: nil if the text cannot be read, which is then reported.
  public func read(_ source: SourceText, diagnostics: DiagnosticCollector) -> Setting? {
    var yamlGuard = YAMLGuard(source.text, limits: limits)
    do throws(YAMLGuard.Refusal) {
      try yamlGuard.walk()
    } catch {
      diagnostics.append(
        Diagnostic(
          at: place(source, error.line + 1, error.column + 1), length: error.length,
          error.message, help: error.help))
      return nil
    }
    do {
      // The scalars are taken as text whatever Yams resolves them to, so nothing is resolved.
      let node = try compose(yaml: source.text, .basic)
      guard let node, !isNothing(node) else {
        diagnostics.append(
          Diagnostic(
            at: place(source, 1, 1), "the file is empty",
            help: "begin with 'windtunnel: 1' and 'title: …'"))
        return nil
      }
      return setting(node, source)
    } catch {
      diagnostics.append(diagnostic(error, yamlGuard.keys, source))
      return nil
    }
  }

  private func place(_ source: SourceText, _ line: Int, _ column: Int) -> SourceLocation {
    SourceLocation(file: source.file, line: max(1, line), column: max(1, column))
  }

  private func place(_ source: SourceText, _ mark: Mark?) -> SourceLocation {
    place(source, mark?.line ?? 1, mark?.column ?? 1)
  }

  private func isNothing(_ node: Node) -> Bool {
    if case .scalar(let scalar) = node { isNull(scalar) } else { false }
  }

  private func isNull(_ scalar: Node.Scalar) -> Bool {
    let words = ["", "~", "null", "Null", "NULL"]
    return isPlain(scalar) && words.contains(scalar.string)
  }

  private func isPlain(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain || scalar.style == .any
  }

  private func setting(_ node: Node, _ source: SourceText) -> Setting {
    let location = place(source, node.mark)
    switch node {
    case .scalar(let scalar):
      guard !isNull(scalar) else { return Setting(.null, at: location) }
      return Setting(.text(scalar.string, quoted: !isPlain(scalar)), at: location)
    case .sequence(let sequence):
      return Setting(.list(sequence.map { setting($0, source) }), at: location)
    case .mapping(let mapping):
      let entries = mapping.map { key, value in
        Setting.Entry(
          key: key.scalar?.string ?? "[…]", keyLocation: place(source, key.mark),
          value: setting(value, source))
      }
      return Setting(.map(entries), at: location)
    case .alias:
      // The guard lets no alias pass.
      return Setting(.null, at: location)
    }
  }
}

extension YAMLReader {
  private func diagnostic(
    _ error: any Error, _ keys: [YAMLGuard.Key], _ source: SourceText
  ) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return Diagnostic(
        at: place(source, mark), "this is not valid YAML: \(problem)", help: help(for: problem))
    case .duplicatedKeysInMapping(let names, let context):
      let name = names.first ?? ""
      let again = repeated(context.mark, keys)
      return Diagnostic(
        at: again.map { place(source, $0.line + 1, $0.column + 1) } ?? place(source, context.mark),
        length: again?.text.unicodeScalars.count ?? 1,
        "the key '\(name)' stands twice in one map", help: "keep one of them")
    case .reader(let problem, _, _, _):
      return Diagnostic(at: place(source, 1, 1), "this is not valid YAML: \(problem)")
    default:
      return Diagnostic(at: place(source, 1, 1), "this is not valid YAML")
    }
  }

  /// The next key like the one at a mark, in a block the next in its column.
  private func repeated(_ mark: Mark, _ keys: [YAMLGuard.Key]) -> YAMLGuard.Key? {
    let index = keys.firstIndex { $0.line + 1 == mark.line && $0.column + 1 == mark.column }
    guard let index else { return nil }
    let alike = keys[(index + 1)...].filter { $0.text == keys[index].text }
    return alike.first { $0.column == keys[index].column } ?? alike.first
  }

  private func help(for problem: String) -> String? {
    switch problem {
    case "could not find expected ':'", "did not find expected key":
      "check the indentation here and in the lines above, and that every key has its ':'"
    case "did not find expected '-' indicator":
      "every element of this list begins with '- ' in the same column"
    case "did not find expected ',' or ']'": "separate elements by commas and close the list by ']'"
    case "did not find expected ',' or '}'": "separate keys by commas and close the map by '}'"
    default: nil
    }
  }
}
