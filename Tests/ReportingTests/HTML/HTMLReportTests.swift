import Analysis
import Components
import Foundation
import FoundationXML
import Kernel
import Testing

@testable import Reporting

@Suite struct `The HTML report` {
  static let sample = HTMLReport(
    [HTMLSample.result],
    inputs: [.init(text: "windtunnel: 1\ntitle: \"<b>\"\n", overrides: ["workload.duration=1s"])])

  /// The report as a tree, read by a parser that forgives nothing.
  func tree(_ report: HTMLReport) throws -> XMLElement {
    let text = report.document.replacing("<!DOCTYPE html>\n", with: "")
    let document = try XMLDocument(xmlString: text, options: .nodePreserveAll)
    return try #require(document.rootElement())
  }

  func elements(_ name: String, in tree: XMLElement) throws -> [XMLElement] {
    try tree.nodes(forXPath: "//\(name)").compactMap { $0 as? XMLElement }
  }

  @Test func `is well-formed, with every id once and every reference answered`() throws {
    for results in [[HTMLSample.result], [SampleExperiment.oneArm, SampleExperiment.threeArms]] {
      let root = try tree(HTMLReport(results))
      let ids = try root.nodes(forXPath: "//@id").compactMap(\.stringValue)
      #expect(Set(ids).count == ids.count)
      let labels = try root.nodes(forXPath: "//@aria-labelledby").compactMap(\.stringValue)
      let links = try root.nodes(forXPath: "//a/@href").compactMap(\.stringValue)
      #expect(!labels.isEmpty && !links.isEmpty)
      for id in labels.flatMap({ $0.split(separator: " ") }) { #expect(ids.contains(String(id))) }
      for link in links { #expect(link.hasPrefix("#") && ids.contains(String(link.dropFirst()))) }
    }
  }

  @Test func `gives every chart a title, a description and a table`() throws {
    let figures = try elements("figure", in: tree(Self.sample))
    #expect(figures.count >= 15)
    for figure in figures {
      let pictures = try figure.nodes(forXPath: ".//*[local-name()='svg'][@role='img']")
      #expect(pictures.count == 1)
      let words = ["title", "desc"].map { name in
        (try? pictures.first?.nodes(forXPath: "./\(name)").first?.stringValue) ?? ""
      }
      #expect(words.allSatisfy { !$0.isEmpty }, "\(figure.xmlString.prefix(200))")
      let rows = try figure.nodes(forXPath: ".//details//table/tbody/tr")
      #expect(!rows.isEmpty, "\(words[0]) has no table")
    }
  }

  @Test func `has the sections that its data allow, and no empty one`() throws {
    let full = try elements("h2", in: tree(Self.sample)).compactMap(\.stringValue)
    #expect(
      full == [
        "The arms side by side", "Architecture", "Response time", "Throughput and failures",
        "Instances and scaling", "Utilization and queues", "Capacity of tables", "Caches",
        "Cost per month", "Inputs",
      ])
    let bare = try tree(HTMLReport([SampleExperiment.oneArm]))
    #expect(
      try elements("h2", in: bare).compactMap(\.stringValue)
        == ["The arms side by side", "Response time", "Cost per month", "Inputs"])
  }

  @Test func `needs no script and no other address`() {
    let text = Self.sample.document
    for forbidden in ["<script", "http://", "https://", "url(", "@import", "<img", "<link"] {
      #expect(!text.contains(forbidden), "\(forbidden)")
    }
    #expect(text.firstMatch(of: #/\son[a-z]+="/#) == nil, "an event handler")
  }

  @Test func `is the same bytes twice`() {
    #expect(Self.sample.document == Self.sample.document)
  }

  @Test func `keeps every label within its picture`() throws {
    for svg in try tree(Self.sample).nodes(forXPath: "//*[local-name()='svg'][@role='img']") {
      guard let svg = svg as? XMLElement else { continue }
      let box = svg.attribute(forName: "viewBox")?.stringValue?.split(separator: " ") ?? []
      let width = try #require(Double(box[2]))
      let height = try #require(Double(box[3]))
      for text in try svg.nodes(forXPath: ".//*[local-name()='text']") {
        guard let text = text as? XMLElement, let content = text.stringValue else { continue }
        let x = try #require(Double(text.attribute(forName: "x")?.stringValue ?? ""))
        let y = try #require(Double(text.attribute(forName: "y")?.stringValue ?? ""))
        let room = LabelWidth.of(content) * 0.9
        let anchor = text.attribute(forName: "text-anchor")?.stringValue
        let left = anchor == "end" ? x - room : anchor == "middle" ? x - room / 2 : x
        #expect(left >= -1 && left + room <= width + 1, "'\(content)' is cut")
        #expect(y >= 8 && y <= height - 2, "'\(content)' is cut above or below")
      }
    }
  }

  @Test func `lets no name become markup or steer the reader`() throws {
    let name = "</title><script>alert(1)</script>\"'&\u{202e}\u{1b}[2J\u{0}\u{ffff}]]>"
    var arm = HTMLSample.before
    arm.name = name
    arm.architecture.components[1] = name
    arm.architecture.calls = [.init(from: "alb", to: name), .init(from: name, to: "enrollments")]
    arm.components[1].name = name
    arm.endpoints[0].name = name
    arm.scaling[0].cause = name
    arm.scaling[0].component = name
    arm.cost.items[0].what = name
    arm.series[4].name = name + ".cpu"
    let result = ExperimentResult(
      title: name, file: name, seed: 1, replications: 1, analysis: .steady,
      arms: [arm, HTMLSample.after],
      objectives: [SampleExperiment.objective(name, arm: name, observed: nil, .unknown)])
    let report = HTMLReport([result], inputs: [.init(text: name, overrides: [name])])
    let root = try tree(report)
    #expect(try elements("script", in: root).isEmpty)
    #expect(!report.document.contains("<script"))
    let steering = report.document.unicodeScalars.filter { scalar in
      (scalar.value < 0x20 && scalar != "\n") || (0x7f...0x9f).contains(scalar.value)
        || (0x202a...0x202e).contains(scalar.value) || scalar.value == 0xffff
    }
    #expect(steering.isEmpty)
    #expect(try elements("h1", in: root).first?.stringValue?.contains("<script>") == true)
  }

  @Test func `says what it can where nothing was observed`() throws {
    let empty = ArmResult(name: "idle", records: [])
    let result = ExperimentResult(
      title: "Nothing", file: "f", seed: 1, replications: 0, analysis: .terminating,
      arms: [empty], isPartial: true)
    let root = try tree(HTMLReport([result]))
    #expect(try elements("figure", in: root).isEmpty)
    #expect(root.stringValue?.contains("no request has ended") == true)
    let none = ExperimentResult(
      title: "Nothing", file: "f", seed: 1, replications: 0, analysis: .terminating, arms: [])
    #expect(try tree(HTMLReport([none])).stringValue?.contains("No arm was run.") == true)
  }

  @Test func `stays below 300 kB with full series of twenty metrics in two arms`() {
    var arms = [HTMLSample.before, HTMLSample.after]
    for index in arms.indices {
      for component in 0..<5 {
        var station = arms[index].components[0]
        station.name = "station\(component)"
        arms[index].components.append(station)
        for metric in ["utilization", "cpu", "in_system", "hit_rate"] {
          arms[index].series.append(
            Series(
              name: "station\(component).\(metric)", unit: "",
              points: (1...300).map {
                .init(time: Double($0) * 2, value: Double($0 * 7919 % 101) / 100)
              }))
        }
      }
    }
    let result = ExperimentResult(
      title: "Large", file: "f", seed: 1, replications: 1, analysis: .terminating, arms: arms)
    #expect(HTMLReport([result]).document.utf8.count < 300_000)
  }

  @Test func `looks as it was approved`() throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Golden/report.html")
    let text = Self.sample.document
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try text.write(to: url, atomically: true, encoding: .utf8)
      Issue.record("report.html was recorded; look at it and run again without RECORD.")
      return
    }
    let kept = try String(contentsOf: url, encoding: .utf8)
    let lines = zip(text.split(separator: "\n"), kept.split(separator: "\n"))
    let first = lines.first { $0 != $1 }
    #expect(
      text == kept,
      "differs first in: \(first?.0 ?? "its length"); if that is right, run with RECORD=1.")
  }
}
