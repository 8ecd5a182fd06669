import ArgumentParser
import Components
import Experiments
import Reporting

/// `windtunnel components`: the registry, for people and for scripts.
struct ComponentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "components",
    abstract: "List the components, or the parameters of one kind.")

  @Argument(help: "A kind of component.")
  var kind: String?

  @Option(help: ArgumentHelp("Write the registry as JSON; - is standard output.", valueName: "out"))
  var json: String?

  func run() throws {
    let kinds = ComponentCatalog.all.filter { kind == nil || $0.kind == kind }
    guard !kinds.isEmpty else {
      let known = ComponentCatalog.all.map { $0.kind }
      let help = Spelling.help(for: kind ?? "", among: known) ?? ""
      throw ValidationError("there is no kind of component '\(kind ?? "")'; \(help)")
    }
    if let json {
      try Output.write(Self.document(kinds).document, to: json)
      if json == "-" { return }
    }
    for type in kinds {
      Terminal.put(kind == nil ? Self.line(type) : Self.page(type))
    }
  }

  static func parameters(of type: any ComponentSpecification.Type) -> [ParameterDescription] {
    var reader = ParameterReader(
      describing: ReadingContext(
        diagnostics: DiagnosticCollector(), catalogue: CatalogueReader.builtIn))
    _ = type.init(from: &reader)
    return reader.descriptions
  }

  private static func document(_ kinds: [any ComponentSpecification.Type]) -> JSONValue {
    .object([
      (
        "components",
        .array(
          kinds.map { type in
            .object([
              ("kind", .string(type.kind)), ("summary", .string(type.summary)),
              ("parameters", .array(parameters(of: type).map(json))),
            ])
          })
      )
    ])
  }

  private static func json(_ parameter: ParameterDescription) -> JSONValue {
    .object([
      ("name", .string(parameter.name)), ("type", .string(parameter.type.rawValue)),
      ("unit", .optional(parameter.unit)), ("default", .optional(parameter.defaultValue)),
      ("required", .bool(parameter.isRequired)), ("range", .optional(parameter.range)),
      ("choices", .array(parameter.choices.map { .string($0) })),
      ("summary", .string(parameter.summary)), ("source", .string(parameter.source)),
      ("parameters", .array(parameter.nested.map(json))),
    ])
  }

  private static func line(_ type: any ComponentSpecification.Type) -> String {
    type.kind.padded(to: 28) + type.summary + "\n"
  }

  private static func page(_ type: any ComponentSpecification.Type) -> String {
    "\(type.kind): \(type.summary)\n\n" + rows(parameters(of: type), indent: 2)
      + "\nAnswers: \(type.operations.map(\.verb).joined(separator: ", "))\n"
      + "\nExample:\n  components:\n"
      + type.example.split(separator: "\n").map { "    \($0)\n" }.joined()
  }

  private static func rows(_ parameters: [ParameterDescription], indent: Int) -> String {
    parameters.map { parameter in
      let margin = String(repeating: " ", count: indent)
      let value = parameter.isRequired ? "required" : parameter.defaultValue.map { "\($0)" } ?? "–"
      let range = parameter.range.map { " [\($0)]" } ?? ""
      return margin + parameter.name.padded(to: max(1, 26 - indent)) + " " + value.padded(to: 12)
        + " \(parameter.summary)\(range) (\(parameter.source))\n"
        + rows(parameter.nested, indent: indent + 2)
    }.joined()
  }
}

extension String {
  /// The text with spaces up to a length, and one at least.
  fileprivate func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(1, length - count))
  }
}
