import Components
import Experiments
import Foundation
import Testing

/// What the documents say is so: examples can be read, and tables of parameters are complete.
@Suite struct DocumentationTests {
  /// An example of a document, with the experiment that it is a part of.
  struct Example: CustomTestStringConvertible, Sendable {
    var file: String
    var line: Int
    var experiment: String

    var testDescription: String { "\(file):\(line)" }
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let pages = root.appending(path: "Sources/Components/Components.docc")

  static let kinds = ComponentCatalog.all.map { $0.kind }

  @Test(arguments: try examples())
  func `an example can be read`(_ example: Example) {
    var reader = ExperimentReader()
    let source = SourceText(file: "\(example.file):\(example.line)", text: example.experiment)
    let experiment = reader.read(source)
    #expect(experiment != nil, "\(reader.report)")
    #expect(reader.diagnostics.all.isEmpty, "\(reader.report)")
  }

  @Test(arguments: try files(in: root.appending(path: "Experiments"), ending: "yaml"))
  func `a shipped experiment is valid`(_ file: URL) {
    var reader = ExperimentReader()
    let experiment = reader.read(file: file.path(percentEncoded: false))
    #expect(experiment != nil, "\(reader.report)")
    #expect(reader.diagnostics.all.isEmpty, "\(reader.report)")
  }

  @Test(arguments: kinds)
  func `a page tells every parameter`(_ kind: String) throws {
    let page = try String(contentsOf: Self.pages.appending(path: "\(kind).md"), encoding: .utf8)
    let lines = Set(page.split(separator: "\n").map(String.init))
    for row in try Self.rows(of: kind) {
      #expect(lines.contains(row), "\(kind).md lacks the row\n\(row)")
    }
    let table = lines.filter { $0.hasPrefix("| `") && $0.split(separator: "|").count == 6 }
    for row in table { #expect(try Self.rows(of: kind).contains(row), "no such parameter\n\(row)") }
  }

  @Test(arguments: kinds)
  func `a page has all its parts`(_ kind: String) throws {
    let page = try String(contentsOf: Self.pages.appending(path: "\(kind).md"), encoding: .utf8)
    var rest = page[...]
    let parts = [
      "What is modelled", "What is not modelled", "Parameters", "Metrics", "Sources",
      "Assumptions",
    ]
    for part in parts {
      let heading = try #require(rest.range(of: "\n## \(part)\n"), "\(kind).md: '\(part)'")
      rest = rest[heading.upperBound...]
    }
    #expect(page.contains("The kind `\(kind)`"))
  }

  @Test func `the first page leads to every other`() throws {
    let first = try String(contentsOf: Self.pages.appending(path: "Components.md"), encoding: .utf8)
    for page in try Self.files(in: Self.pages, ending: "md") {
      let name = page.deletingPathExtension().lastPathComponent
      #expect(name == "Components" || first.contains("- <doc:\(name)>"), "\(name)")
    }
  }

  // MARK: Examples

  /// The examples of all documents: the blocks that are marked as YAML.
  static func examples() throws -> [Example] {
    let documents =
      [root.appending(path: "README.md")] + (try files(in: pages, ending: "md"))
      + (try files(in: root.appending(path: "Experiments"), ending: "md"))
    return try documents.flatMap { document in
      let lines = try String(contentsOf: document, encoding: .utf8)
        .split(separator: "\n", omittingEmptySubsequences: false)
      var found: [Example] = []
      var start: Int?
      for (index, line) in lines.enumerated() {
        if line == "```yaml" { start = index + 1 }
        guard line == "```", let first = start else { continue }
        found.append(
          Example(
            file: document.lastPathComponent, line: first + 1,
            experiment: experiment(around: lines[first..<index].joined(separator: "\n"))))
        start = nil
      }
      return found
    }
  }

  /// The experiment that an example is a part of, by what it begins with: `windtunnel:` is a whole
  /// experiment, `workload:` a workload, `- ` the steps of an endpoint, anything else components.
  static func experiment(around example: String) -> String {
    let isWhole = example.split(separator: "\n").contains { $0.hasPrefix("windtunnel:") }
    if isWhole { return example }
    let visitors = "visitors: {kind: delay, time: 1ms}"
    if example.hasPrefix("workload:") {
      return """
        windtunnel: 1
        \(example)
        arms: {only: {entry: visitors, components: {\(visitors)}}}
        """
    }
    let start = """
      windtunnel: 1
      workload: {rate: 1/s, duration: 1s}
      arms:
        only:
          entry: visitors
          components:
            \(visitors)

      """
    guard example.hasPrefix("- ") else { return start + indented(example, by: 6) }
    // What steps ask in examples.
    let others = """
      orders: {kind: dynamodb-table, items: 1000, read-capacity: 10, indexes: {by-user: {read-capacity: 10}}}
      redis: {kind: redis}
      payments: {kind: service, endpoints: {charge: [work: {time: 5ms}]}}
      stock: {kind: station, service: 5ms}
      app:
        kind: service
        endpoints:
          page:
      """
    return start + indented(others, by: 6) + indented(example, by: 12)
  }

  private static func indented(_ text: String, by count: Int) -> String {
    text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 + "\n" }.joined()
  }

  static func files(in folder: URL, ending: String) throws -> [URL] {
    let names = try FileManager.default.subpathsOfDirectory(
      atPath: folder.path(percentEncoded: false))
    return names.filter { $0.hasSuffix(".\(ending)") }.sorted().map { folder.appending(path: $0) }
  }

  // MARK: Parameters

  /// The rows of a page's table of parameters.
  static func rows(of kind: String) throws -> [String] {
    let type = try #require(ComponentCatalog.specification(ofKind: kind))
    var reader = ParameterReader(
      describing: ReadingContext(
        diagnostics: DiagnosticCollector(), catalogue: CatalogueReader.builtIn))
    _ = type.init(from: &reader)
    return rows(reader.descriptions, below: "")
  }

  private static func rows(_ parameters: [ParameterDescription], below parent: String) -> [String] {
    parameters.flatMap { parameter -> [String] in
      let name = parent + parameter.name
      let value = parameter.isRequired ? "required" : parameter.defaultValue ?? "–"
      let choices = parameter.choices.joined(separator: ", ")
      let range = parameter.range ?? (choices.isEmpty ? "–" : choices)
      let cells = [
        "`\(name)`", parameter.type.rawValue, value, range, parameter.summary, parameter.source,
      ]
      return ["| \(cells.joined(separator: " | ")) |"] + rows(parameter.nested, below: "\(name).")
    }
  }
}
