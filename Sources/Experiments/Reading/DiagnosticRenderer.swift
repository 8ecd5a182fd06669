public import Components

/// Shows problems to people: the place, what is wrong, the line with a mark below, and help.
///
/// Characters of the file that could harm a terminal or mislead the eye are shown as `�`.
public struct DiagnosticRenderer {
  private var lines: [String: [Substring]] = [:]

  /// A renderer that can show lines of these texts.
  public init(sources: [SourceText]) {
    for source in sources {
      lines[source.file] = source.text.split(omittingEmptySubsequences: false) { $0.isNewline }
    }
  }

  /// All problems of a collection, at most a hundred, with a last line that counts the rest.
  public func render(_ collector: DiagnosticCollector) -> String {
    let (shown, omitted) = collector.listing()
    let text = shown.map(render).joined()
    return omitted == 0 ? text : text + "and \(omitted) more problems\n"
  }

  /// One problem in up to four lines, each with its line break.
  public func render(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location
    var text = "\(Self.harmless(location.description)): \(diagnostic.severity.rawValue): "
    text += Self.harmless(diagnostic.message) + "\n"
    if let (line, mark) = excerpt(diagnostic) { text += "  \(line)\n  \(mark)\n" }
    if let help = diagnostic.help { text += "  help: \(Self.harmless(help))\n" }
    return text
  }

  /// The source line and the carets below, cut to what fits on a screen.
  private func excerpt(_ diagnostic: Diagnostic) -> (line: String, mark: String)? {
    let location = diagnostic.location
    guard let lines = lines[location.file], lines.indices.contains(location.line - 1) else {
      return nil
    }
    let all = Array(lines[location.line - 1].unicodeScalars)
    let start = min(location.column - 1, all.count)
    let length = max(1, min(diagnostic.length, all.count - start))
    let first = start + min(length, 40) <= 90 ? 0 : start - 40
    let shown = all[first..<min(all.count, first + 100)]
    let line = (first > 0 ? "…" : "") + Self.harmless(shown)
    let padding = Self.harmless(all[first..<start]).map { Self.isWide($0) ? "  " : " " }.joined()
    let carets = String(repeating: "^", count: max(1, min(length, first + 100 - start)))
    return (line, (first > 0 ? " " : "") + padding + carets)
  }

  /// The text with every control, format and other unseen character replaced.
  public static func harmless(_ text: String) -> String { harmless(text.unicodeScalars) }

  private static func harmless(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var result = String.UnicodeScalarView()
    for scalar in scalars {
      switch scalar.properties.generalCategory {
      case .control: result.append(scalar == "\t" ? " " : "\u{FFFD}")
      case .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// Whether a character takes two columns of a terminal.
  private static func isWide(_ character: Character) -> Bool {
    guard let value = character.unicodeScalars.first?.value else { return false }
    return switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
