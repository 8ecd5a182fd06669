import Components
import Experiments

/// Reads a text as a file and gives what is wrong with it.
func read(_ text: String) -> (setting: Setting?, problems: [Diagnostic]) {
  read(Array(text.utf8))
}

func read(_ bytes: [UInt8]) -> (setting: Setting?, problems: [Diagnostic]) {
  let diagnostics = DiagnosticCollector()
  let source = SourceText(checking: bytes, file: "test.yaml", diagnostics: diagnostics)
  let setting = source.flatMap { YAMLReader().read($0, diagnostics: diagnostics) }
  return (setting, diagnostics.all)
}

/// Problems as `line:column message`.
func lines(_ problems: [Diagnostic]) -> [String] {
  problems.map { "\($0.location.line):\($0.location.column) \($0.message)" }
}

/// A tree as short text, with maps in braces and lists in brackets.
func plain(_ setting: Setting?) -> String {
  switch setting?.content {
  case .text(let text, let quoted): quoted ? "'\(text)'" : text
  case .list(let elements): "[\(elements.map(plain).joined(separator: ", "))]"
  case .map(let entries):
    "{\(entries.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", "))}"
  case .null, nil: "~"
  }
}
