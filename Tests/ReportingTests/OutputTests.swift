import Analysis
import Foundation
import Reporting
import Testing

@Suite struct `Output files` {
  func content(_ name: String, _ result: ExperimentResult) throws -> String {
    let file = CSVFolder.files(for: [result]).first { $0.name == name }
    return try #require(file).content
  }

  @Test func `are one table per subject, each with its header`() throws {
    let files = CSVFolder.files(for: [SampleExperiment.twoArms])
    let names: Set = [
      "summary.csv", "endpoints.csv", "components.csv", "series.csv", "scaling.csv", "cost.csv",
    ]
    #expect(names.isSubset(of: Set(files.map(\.name))))
    for file in files {
      let lines = file.content.components(separatedBy: "\r\n")
      #expect(lines[0].hasPrefix("experiment,arm,"))
      #expect(lines.last == "")
    }
    let summary = try content("summary.csv", SampleExperiment.twoArms)
    #expect(summary.components(separatedBy: "\r\n").count == 4)
    #expect(
      try content("scaling.csv", SampleExperiment.twoArms).contains(
        "load-test.yaml,before,90,app,2,3,"))
  }

  @Test func `quote what would break a row, and disarm what a spreadsheet would run`() throws {
    var arm = SampleExperiment.before
    arm.name = "=HYPERLINK(\"http://x\",\"y\")"
    arm.endpoints[0].name = "a,b\r\nc"
    arm.endpoints[1].name = " +1"
    arm.endpoints[2].name = "say \"hi\""
    let result = ExperimentResult(
      title: "", file: "@file", seed: 1, replications: 1, analysis: .terminating, arms: [arm])
    let endpoints = try content("endpoints.csv", result)
    #expect(endpoints.contains(#"'@file,"'=HYPERLINK(""http://x"",""y"")","a,b"#))
    #expect(endpoints.contains("\"a,b\r\nc\""))
    #expect(endpoints.contains(",' +1,"))
    #expect(endpoints.contains(#""say ""hi""""#))
  }

  @Test func `are written whole, keep their permissions, and leave nothing behind`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("out.json").path
    try OutputFile.write("first", to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    let text = String(repeating: "ä", count: 300_000)
    try OutputFile.write(text, to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o640)

    let link = folder.appendingPathComponent("link.json").path
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    try OutputFile.write("through the link", to: link)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "through the link")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
  }

  @Test func `are refused with the reason where they cannot be`() throws {
    let folder = FileManager.default.temporaryDirectory.path
    #expect(throws: OutputFile.Failure.self) { try OutputFile.write("x", to: folder) }
    let missing = folder + "/no-such-folder-of-windtunnel/out.json"
    let error = #expect(throws: OutputFile.Failure.self) {
      try OutputFile.write("x", to: missing)
    }
    #expect(error?.description == "cannot write '\(missing)': No such file or directory")
  }

  @Test func `may be devices, which stay what they are`() throws {
    try OutputFile.write("gone", to: "/dev/null")
    let attributes = try FileManager.default.attributesOfItem(atPath: "/dev/null")
    #expect(attributes[.type] as? FileAttributeType == .typeCharacterSpecial)
  }
}
