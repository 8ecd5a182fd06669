import Components
import Experiments
import Foundation
import Testing

/// The schema that `windtunnel schema` prints, against the experiments that ship.
struct SchemaTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static let shipped: [String] = {
    let folder = root.appendingPathComponent("Experiments")
    let names = FileManager.default.subpaths(atPath: folder.path) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  static let validator: SchemaValidator = {
    do {
      let data = Data(try Command("schema").output.utf8)
      let schema = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      return SchemaValidator(schema ?? [:])
    } catch {
      preconditionFailure("the schema cannot be read: \(error)")
    }
  }()

  /// What is wrong with an experiment by the schema.
  private static func problems(_ text: String) throws -> [String] {
    let diagnostics = DiagnosticCollector()
    let source = SourceText(file: "test.yaml", text: text)
    let setting = try #require(YAMLReader().read(source, diagnostics: diagnostics))
    return validator.problems(json(setting))
  }

  /// A setting as a JSON value, with plain texts resolved as YAML 1.2 resolves them.
  private static func json(_ setting: Setting) -> Any {
    switch setting.content {
    case .null: return NSNull()
    case .list(let elements): return elements.map { json($0) }
    case .map(let entries):
      return Dictionary(entries.map { ($0.key, json($0.value)) }) { $1 }
    case .text(let text, quoted: true): return text
    case .text(let text, quoted: false):
      switch text {
      case "true": return true
      case "false": return false
      default: return Double(text).map { $0 as Any } ?? text
      }
    }
  }

  @Test func `it is a schema of draft 2020-12, and every reference in it leads somewhere`() throws {
    let command = try Command("schema")
    #expect(command.status == 0)
    #expect(command.messages.isEmpty)
    #expect(command.output.contains("https://json-schema.org/draft/2020-12/schema"))
    #expect(Self.validator.deadReferences == [])
    #expect(Self.validator.unknownKeywords == [])
  }

  @Test(arguments: shipped)
  func `every experiment that ships has the form that the schema tells`(name: String) throws {
    let file = Self.root.appendingPathComponent("Experiments").appendingPathComponent(name)
    let problems = try Self.problems(String(contentsOf: file, encoding: .utf8))
    #expect(problems == [])
  }

  @Test(arguments: ComponentCatalog.all.map { $0.kind })
  func `the example of every kind has the form that the schema tells`(kind: String) throws {
    let type = try #require(ComponentCatalog.specification(ofKind: kind))
    let components = type.example.split(separator: "\n").map { "      \($0)\n" }.joined()
    let problems = try Self.problems(Self.experiment(components: components))
    #expect(problems == [])
  }

  static func experiment(components: String) -> String {
    """
    windtunnel: 1
    workload: {rate: 1/s, duration: 1min}
    arms:
      only:
        entry: web
        components:
    \(components)
    """
  }

  /// An experiment with a mistake: what is written in the place of what is right.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let right: String
    let wrong: String
    var testDescription: String { "\(wrong) for \(right)" }
  }

  static let sample = """
    windtunnel: 1
    title: A page
    workload: {rate: 50/s, duration: 1min, mix: {page: 100%}}
    arms:
      small:
        entry: alb
        components:
          alb: {kind: application-load-balancer, targets: app}
          app:
            kind: auto-scaling-group
            min: 2
            concurrency: threads
            endpoints:
              page:
                - work: {time: {lognormal: {mean: 5ms, cv: 80%}}, cpu: 20%}
                - parallel: {do: [[wait: {time: 1ms}], [wait: {name: other, time: 2ms}]]}
                - query: {database: db, index: by-user, rows: 20, key: user}
          db: {kind: rds-database, class: db.m5.large, tables: {orders: {rows: 10}}}
      large:
        extends: small
        components:
          app: {min: 4, max: null}
          db: null
    objectives: [{on: large, require: p(99) < 500ms}]
    """

  static let mistakes = [
    Mistake(right: "windtunnel: 1", wrong: "windtunel: 1"),
    Mistake(right: "rate: 50/s", wrong: "rate: 50"),
    Mistake(right: "duration: 1min", wrong: "duration: 1 minute"),
    Mistake(right: "page: 100%", wrong: "page: many"),
    Mistake(right: "kind: auto-scaling-group", wrong: "kind: autoscaling-group"),
    Mistake(right: "kind: application-load-balancer, ", wrong: ""),
    Mistake(right: "min: 2", wrong: "minimum: 2"),
    Mistake(right: "min: 2", wrong: "min: [2]"),
    Mistake(right: "concurrency: threads", wrong: "concurrency: thread"),
    Mistake(right: "lognormal:", wrong: "lognormol:"),
    Mistake(right: "cpu: 20%", wrong: "cpu: much"),
    Mistake(right: "[[wait: {time: 1ms}]", wrong: "[{wait: {time: 1ms}}"),
    Mistake(right: "- work:", wrong: "- wrok:"),
    Mistake(right: "key: user", wrong: "key: users"),
    Mistake(right: "index: by-user", wrong: "indx: by-user"),
    Mistake(right: "class: db.m5.large, ", wrong: ""),
    Mistake(right: "tables: {orders: {rows: 10}}", wrong: "tables: [orders]"),
    Mistake(right: "{min: 4, max: null}", wrong: "{min: 4, maximum: null}"),
    Mistake(right: "require: p(99) < 500ms", wrong: "requires: p(99) < 500ms"),
  ]

  @Test func `a sample has the form that the schema tells`() throws {
    #expect(try Self.problems(Self.sample) == [])
  }

  @Test(arguments: mistakes)
  func `a mistake of structure is one by the schema`(mistake: Mistake) throws {
    let text = Self.sample.replacing(mistake.right, with: mistake.wrong)
    #expect(text != Self.sample)
    #expect(try !Self.problems(text).isEmpty)
  }

  /// The patterns say what the readers of quantities say.
  @Test(arguments: [
    "5ms", "1min30s", "1 h", "0", "-5ms", "5", "5 m", "ms", "1.5e3us", ".5s", "200/s", "10/min",
    "200", "200 / ms", "/s", "20%", "0.2", "20 %", "%", "1KiB", "1 GB", "1kb", "10USD", "$10",
    "10 USD", "USD", "10EUR", "1e6", "1.5", "x", "",
  ])
  func `a pattern takes what the reader takes`(text: String) throws {
    typealias Form = ParameterDescription.ValueType
    let readers: [(Form, Bool)] = [
      (.duration, (try? Units.duration(text)) != nil), (.rate, (try? Units.rate(text)) != nil),
      (.share, (try? Units.share(text)) != nil), (.size, (try? Units.size(text)) != nil),
      (.money, (try? Units.money(text)) != nil), (.number, (try? Units.number(text)) != nil),
    ]
    for (form, isRead) in readers {
      let pattern = try #require(form.pattern)
      let isMatched = text.range(of: pattern, options: .regularExpression) != nil
      #expect(isMatched == isRead, "'\(text)' as a \(form)")
    }
  }
}
