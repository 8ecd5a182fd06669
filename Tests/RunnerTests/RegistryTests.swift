import Components
import Experiments
import Foundation
import Testing

struct RegistryTests {
  static let kinds = ComponentCatalog.all.map { $0.kind }

  private static func parameters(of kind: String) throws -> [ParameterDescription] {
    let type = try #require(ComponentCatalog.specification(ofKind: kind))
    var reader = ParameterReader(
      describing: ReadingContext(
        diagnostics: DiagnosticCollector(), catalogue: CatalogueReader.builtIn))
    _ = type.init(from: &reader)
    return reader.descriptions
  }

  private static func root(_ file: String = #filePath) -> URL {
    URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  @Test func `every kind has a name of its own, in small letters, digits and hyphens`() {
    var seen: [String] = []
    for kind in Self.kinds {
      #expect(!seen.contains(kind), "\(kind) is there twice")
      let isHyphenated = kind.allSatisfy { $0.isLowercase || $0.isWholeNumber || $0 == "-" }
      #expect(!kind.isEmpty && isHyphenated, "\(kind)")
      #expect(!kind.hasPrefix("-") && !kind.hasSuffix("-"), "\(kind)")
      seen.append(kind)
    }
  }

  @Test(arguments: kinds)
  func `every parameter says what it means, in which unit and from where`(kind: String) throws {
    var open = try Self.parameters(of: kind)
    #expect(!open.isEmpty, "\(kind) has no parameters")
    while let parameter = open.popLast() {
      open += parameter.nested
      let name = "\(kind): \(parameter.name)"
      #expect(parameter.summary.hasSuffix(".") && parameter.summary.count > 8, "\(name)")
      #expect(!parameter.source.isEmpty, "\(name) names no source")
      let isKebab = parameter.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }
      #expect(isKebab, "\(name) is not hyphenated")
      switch parameter.type {
      case .duration, .timeDistribution, .rate, .size, .money, .share:
        #expect(parameter.unit?.isEmpty == false, "\(name) has no unit")
      case .section, .sections, .namedSections:
        #expect(!parameter.nested.isEmpty, "\(name) does not say what is in it")
      case .choice:
        #expect(parameter.choices.count > 1, "\(name) is no choice")
      default: break
      }
    }
  }

  @Test(arguments: kinds)
  func `a default that is a fact names its page or says that it is assumed`(kind: String) throws {
    var open = try Self.parameters(of: kind)
    while let parameter = open.popLast() {
      open += parameter.nested
      guard parameter.defaultValue != nil, parameter.source != "assumed" else { continue }
      #expect(parameter.source.count > 2, "\(kind): \(parameter.name) from \(parameter.source)")
    }
  }

  @Test(arguments: kinds)
  func `the example of every kind runs a request`(kind: String) throws {
    let type = try #require(ComponentCatalog.specification(ofKind: kind))
    let run = try Run("rate: 1/s\nprocess: constant\nrequests: 1", type.example)
    #expect(run.ended == 1)
    #expect(run.failures.isEmpty, "\(kind): \(run.failures)")
    #expect(run.record.components.contains { $0.kind == kind }, "its example lacks a \(kind)")
  }

  @Test(arguments: kinds)
  func `every verb says what it does and is documented by what it reads`(kind: String) throws {
    let type = try #require(ComponentCatalog.specification(ofKind: kind))
    #expect(!type.summary.isEmpty && type.summary.hasSuffix("."))
    #expect(!type.operations.isEmpty, "nothing can be asked of \(kind)")
    for operation in type.operations {
      #expect(operation.summary.hasSuffix("."), "\(kind): \(operation.verb)")
      var reader = ParameterReader(
        describing: ReadingContext(
          diagnostics: DiagnosticCollector(), catalogue: CatalogueReader.builtIn))
      _ = operation.read(&reader)
      for parameter in reader.descriptions {
        #expect(parameter.summary.count > 8, "\(kind): \(operation.verb): \(parameter.name)")
        #expect(!parameter.source.isEmpty, "\(kind): \(operation.verb): \(parameter.name)")
      }
    }
  }

  @Test(arguments: kinds)
  func `every kind has a page of documentation and tests that name it`(kind: String) throws {
    let page = Self.root().appendingPathComponent(
      "Sources/Components/Components.docc/\(kind).md")
    let text = try? String(contentsOf: page, encoding: .utf8)
    #expect(text?.isEmpty == false, "\(page.lastPathComponent) is missing")
    let tests = Self.root().appendingPathComponent("Tests")
    let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
    var named = 0
    while let file = files?.nextObject() as? URL {
      guard file.pathExtension == "swift", file.lastPathComponent != "RegistryTests.swift",
        let text = try? String(contentsOf: file, encoding: .utf8)
      else { continue }
      if text.contains("kind: \(kind)") { named += 1 }
    }
    #expect(named > 0, "no test uses a \(kind)")
  }
}
