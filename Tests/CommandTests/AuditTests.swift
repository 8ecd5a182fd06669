import Foundation
import Testing

/// What a document claims, against itself.
struct AuditTests {
  private struct Report: Decodable {
    struct Check: Decodable {
      var law: String
      var figures: [String]
      var holds: Bool
      var arithmetic: String
    }
    struct Exclusion: Decodable { var figure: String }
    var checks: [Check]
    var set_aside: [Exclusion]
  }

  private static func audit(_ text: String) throws -> (status: Int32, report: Report) {
    let scratch = Scratch()
    _ = scratch.file("document.yaml", text)
    let command = try Command("audit", "document.yaml", "--json", "-", in: scratch.folder)
    let data = Data(command.output.utf8)
    return (command.status, try JSONDecoder().decode(Report.self, from: data))
  }

  static let frame = """
    windtunnel: 1
    workload: {rate: 1/s, duration: 1s}
    arms:
      before: {entry: d, components: {d: {kind: delay, time: 1ms}}}
      after: {extends: before}
    documented:

    """

  @Test func `requests are their rate times the duration`() throws {
    // 2,000 / 600 s is 3.33/s and not 20/s.
    let figures = """
        - {figure: B26, quantity: throughput, before: 20/s}
        - {figure: B35, quantity: duration, value: 10min}
        - {figure: B52, quantity: requests, before: 2000}
      """
    let wrong = try Self.audit(Self.frame + figures)
    #expect(wrong.status == 99)
    let check = try #require(wrong.report.checks.first { !$0.holds })
    #expect(check.law == "requests-rate-duration")
    #expect(check.figures == ["B26", "B35", "B52"])
    #expect(check.arithmetic == "2,000 / 10 min = 3.33/s, documented 20/s")
    // A rate is trusted less than a count or a setting.
    #expect(wrong.report.set_aside.map(\.figure) == ["B26"])
    let right = try Self.audit(Self.frame + figures.replacing("20/s", with: "3.3/s"))
    #expect(right.status == 0)
    #expect(right.report.set_aside.isEmpty)
  }

  @Test func `the course platform contradicts itself in each way that is known`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let command = try Command(
      "audit", "Experiments/course-platform/load-test.yaml", "--json", "-", in: root)
    #expect(command.status == 99)
    let report = try JSONDecoder().decode(Report.self, from: Data(command.output.utf8))
    let known: [(law: String, figures: Set<String>)] = [
      ("requests-rate-duration", ["B26", "B35", "B52"]),
      ("interactive-response-time", ["B34"]),
      ("order-of-responses", ["B25", "B40"]),
      ("forced-flow", ["B19", "B27"]),
      ("capacity-units", ["B27", "B35", "B64"]),
      ("total", ["B41", "B46", "B51", "B54"]),
      ("one-value", ["B32", "B79"]),
      ("attainable-share", ["B32", "B54"]),
      ("instance-hours", ["B81", "B83", "B88"]),
      ("price-times-quantity", ["B88", "B89"]),
      ("total", ["B02", "B11"]), ("total", ["B02", "B12"]), ("sequential-steps", ["B02", "B39"]),
      ("utilization-law", ["B30", "B62"]),
      ("capacity-units", ["B64", "B66", "B80"]),
      ("bytes-moved", ["B19", "B31"]),
      ("mixture", ["B24", "B29"]),
      ("control-loop", ["B35", "B87"]),
      ("catalogue-price", ["B64", "B65"]), ("total", ["B33", "B65", "B67"]),
      ("one-value", ["B62", "B102"]),
      ("one-value", ["B22", "B53"]),
    ]
    for (law, figures) in known {
      let isFound = report.checks.contains {
        $0.law == law && !$0.holds && figures.isSubset(of: $0.figures)
      }
      #expect(isFound, "\(law) of \(figures.sorted())")
    }
  }
}
