import Analysis
import Components
import Foundation
import Reporting
import Testing

@Suite struct `The terminal report` {
  static let plain = TerminalStyle(usesColor: false)

  /// Compares with the kept text; with RECORD=1 it is rewritten and the test fails.
  func expectGolden(_ text: String, _ name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
      try text.write(to: url, atomically: true, encoding: .utf8)
      Issue.record("\(name) was recorded; look at it and run again without RECORD.")
      return
    }
    let kept = try String(contentsOf: url, encoding: .utf8)
    #expect(text == kept, "\(name) differs; if that is right, run with RECORD=1.")
  }

  @Test(arguments: [60, 80, 120])
  func `prints two arms as it was approved`(width: Int) throws {
    let report = TerminalReport(SampleExperiment.twoArms, width: width, style: Self.plain)
    try expectGolden(report.full, "two-arms-\(width)")
  }

  @Test func `prints one arm as it was approved`() throws {
    let report = TerminalReport(
      SampleExperiment.oneArm, width: 80, style: Self.plain, filesWritten: ["out.json"])
    try expectGolden(report.full, "one-arm-80")
  }

  @Test(arguments: [60, 100])
  func `prints three arms as it was approved`(width: Int) throws {
    let report = TerminalReport(SampleExperiment.threeArms, width: width, style: Self.plain)
    try expectGolden(report.full, "three-arms-\(width)")
  }

  @Test func `prints the verdict and the objectives alone when it is quiet`() throws {
    let report = TerminalReport(SampleExperiment.twoArms, width: 80, style: Self.plain)
    try expectGolden(report.quiet, "quiet-80")
  }

  @Test(arguments: [40, 60, 80, 120, 200])
  func `is never wider than the terminal`(width: Int) {
    for result in [SampleExperiment.oneArm, SampleExperiment.twoArms, SampleExperiment.threeArms] {
      let report = TerminalReport(result, width: width, style: Self.plain)
      for line in report.full.split(separator: "\n") {
        #expect(TerminalText.width(String(line)) <= width, "\(line)")
        #expect(!line.hasSuffix(" "), "\(line)")
      }
    }
  }

  @Test func `writes escape sequences only when colours are asked for`() {
    let plain = TerminalReport(SampleExperiment.twoArms, width: 80, style: Self.plain)
    let colored = TerminalReport(
      SampleExperiment.twoArms, width: 80, style: TerminalStyle(usesColor: true))
    #expect(!plain.full.contains("\u{1b}"))
    #expect(colored.full.contains("\u{1b}[31m✗ fail\u{1b}[0m"))
    let stripped = colored.full.replacing(/\u{1b}\[[0-9;]*m/, with: "")
    #expect(stripped == plain.full)
  }

  @Test func `lets no control character of a name reach the terminal`() {
    var arm = SampleExperiment.before
    arm.name = "a\u{1b}]0;owned\u{7}\r\n\u{202e}b\u{9b}31m"
    arm.components[1].name = "app\u{1b}[2J"
    arm.scaling[0].cause = "\u{8}\u{8}because"
    arm.endpoints[0].name = "x\u{0}y"
    let result = ExperimentResult(
      title: "t\u{1b}c", file: "f", seed: 1, replications: 1, analysis: .steady, arms: [arm],
      objectives: [
        SampleExperiment.objective("p\u{1b}(0", arm: "\u{7f}", observed: nil, .unknown)
      ])
    let report = TerminalReport(
      result, width: 80, style: Self.plain, filesWritten: ["\u{1b}.json"])
    let steering = report.full.unicodeScalars.filter { scalar in
      (scalar.value < 0x20 && scalar != "\n") || (0x7f...0x9f).contains(scalar.value)
        || (0x202a...0x202e).contains(scalar.value)
    }
    #expect(steering.isEmpty)
    #expect(report.full.contains("app␛[2J"))
  }

  @Test func `says so where nothing was observed`() {
    let empty = ArmResult(name: "idle", records: [])
    let result = ExperimentResult(
      title: "Nothing", file: "f", seed: 1, replications: 0, analysis: .terminating,
      arms: [empty, SampleExperiment.after], isPartial: true)
    let text = TerminalReport(result, width: 80, style: Self.plain).full
    #expect(text.contains("idle: no request has ended."))
    #expect(text.contains("Interrupted"))
    let none = ExperimentResult(
      title: "Nothing", file: "f", seed: 1, replications: 0, analysis: .terminating, arms: [])
    #expect(TerminalReport(none, width: 80, style: Self.plain).full.contains("No arm was run."))
  }
}
