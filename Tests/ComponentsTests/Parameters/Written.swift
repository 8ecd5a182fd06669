public import Components

/// Settings as they would come from a file: one entry on each line.
func written(_ entries: KeyValuePairs<String, Setting.Content>) -> Setting {
  let list = entries.enumerated().map { index, entry in
    Setting.Entry(
      key: entry.key, keyLocation: place(index + 1, 1),
      value: Setting(entry.value, at: place(index + 1, entry.key.count + 3)))
  }
  return Setting(.map(list), at: place(1, 1))
}

func place(_ line: Int, _ column: Int) -> SourceLocation {
  SourceLocation(file: "test.yaml", line: line, column: column)
}

extension Setting.Content: ExpressibleByStringLiteral {
  /// A text without quotes.
  public init(stringLiteral text: String) { self = .text(text, quoted: false) }
}

extension Setting.Content {
  static func maps(_ maps: Setting...) -> Setting.Content { .list(maps) }

  static func texts(_ texts: String...) -> Setting.Content {
    .list(texts.map { Setting(.text($0, quoted: false), at: place(1, 1)) })
  }
}

/// Reads a map and gives the problems besides the value.
func read<Value>(
  _ setting: Setting, components: [(name: String, kind: String)] = [],
  files: [String: String] = [:], _ body: (inout ParameterReader) -> Value
) -> (value: Value, problems: [Diagnostic]) {
  let diagnostics = DiagnosticCollector()
  let context = ReadingContext(
    diagnostics: diagnostics, componentKinds: components,
    operations: { kind in
      switch kind {
      case "redis": ["get", "set"]
      case "dynamodb-table": ["get", "scan"]
      default: []
      }
    },
    readFile: { name in
      files[name].map { .success($0) } ?? .failure(FileProblem("there is no such file"))
    })
  var reader = ParameterReader(reading: setting, context: context, owner: "component 'app'")
  let value = body(&reader)
  reader.finish()
  return (value, diagnostics.all)
}
