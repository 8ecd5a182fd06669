import Foundation
import Testing

/// Whatever is wrong with an experiment, the command says where and what, and leaves nothing.
struct BadInputTests {
  static let valid = """
    windtunnel: 1
    title: test
    workload:
      rate: 10/s
      duration: 1s
      mix: {page: 1}
    arms:
      before:
        entry: app
        components:
          app:
            kind: auto-scaling-group
            min: 1
            max: 2
            endpoints:
              page:
                - work: {time: 5ms}
                - get: {cache: redis, key: user}
          redis: {kind: redis}

    """

  /// What is wrong, and what the command must say about it.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let said: [String]

    init(_ name: String, _ old: String, _ new: String, says said: String...) {
      testDescription = name
      text = BadInputTests.valid.replacing(old, with: new)
      self.said = said
    }

    init(_ name: String, text: String, says said: String...) {
      testDescription = name
      self.text = text
      self.said = said
    }
  }

  static let cases = [
    Case("a missing unit", "5ms", "5", says: "bad.yaml:17:28", "5ms"),
    Case("a misspelt key", "duration:", "durration:", says: "bad.yaml:5:3", "'duration'"),
    Case(
      "an unknown component", "cache: redis", "cache: rediss", says: "bad.yaml:18:28", "'redis'"),
    Case("an unknown kind", "kind: redis", "kind: reddis", says: "bad.yaml:19:21", "'redis'"),
    Case(
      "an entry that does not exist", "entry: app", "entry: apps", says: "bad.yaml:9:12", "'app'"),
    Case("a negative rate", "10/s", "-10/s", says: "bad.yaml:4:9", "negative"),
    Case("a min above max", "min: 1", "min: 3", says: "bad.yaml:13:", "at most 2"),
    Case("a mix that names no endpoint", "{page: 1}", "{pages: 1}", says: "bad.yaml:6:9", "'page'"),
    Case("an empty mix", "{page: 1}", "{}", says: "bad.yaml:6:8", "mix"),
    Case("an unknown verb", "- work", "- wrok", says: "bad.yaml:17:15", "'work'"),
    Case(
      "a verb that is not answered", "- get: {cache: redis, key: user}",
      "- scan: {table: redis}", says: "bad.yaml:18:29", "does not answer 'scan'"),
    Case("an instance type that is not known", "min: 1", "instance: t3.mikro", says: "t3.micro"),
    Case(
      "an endpoint that calls itself", "- get: {cache: redis, key: user}", "- call: {to: app}",
      says: "bad.yaml:18:26", "calls itself"),
    Case(
      "more processes than can be numbered", "max: 2",
      "max: 100\n        processes: 1000", says: "bad.yaml:15:20", "20000 processes"),
    Case(
      "a burst beyond all bounds", "redis: {kind: redis}",
      "redis: {kind: redis}\n      t: {kind: dynamodb-table, read-capacity: 9, burst: 1000d}",
      says: "bad.yaml:20:", "too much"),
    Case(
      "an objective on an endpoint that nobody asks for", "arms:",
      "objectives: [{require: 'p(99, pagee) < 1s'}]\narms:", says: "bad.yaml:7:", "'page'"),
    Case(
      "an objective on an arm that does not exist", "arms:",
      "objectives: [{on: befor, require: p(99) < 1s}]\narms:", says: "bad.yaml:7:", "'before'"),
    Case("an empty file", text: "", says: "bad.yaml:1:1", "empty"),
    Case("a file of comments", text: "# nothing\n", says: "bad.yaml:1:1", "empty"),
    Case("a text", text: "hello", says: "bad.yaml:1:1"),
    Case(
      "a thousand levels of lists", text: String(repeating: "[", count: 1000), says: "bad.yaml:1:"),
    Case(
      "a thousand levels of blocks",
      text: (0..<1000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      says: "bad.yaml:"),
    Case(
      "an alias bomb",
      text: "a: &a [x, x]\n"
        + ["b", "c", "d", "e", "f"].map { "\($0): &\($0) [*a, *a, *a, *a, *a]\n" }.joined(),
      says: "bad.yaml:1:4"),
    Case(
      "a key that stands twice", "title: test", "title: test\ntitle: test", says: "bad.yaml:3:1"),
    Case("a text that is not closed", "title: test", "title: \"test", says: "bad.yaml:"),
    Case("a control character", "title: test", "title: te\u{7}st", says: "bad.yaml:2:10"),
    Case("no arms", text: valid.components(separatedBy: "arms:")[0], says: "'arms'"),
    Case("no workload", "workload:", "wrokload:", says: "bad.yaml:3:1", "'workload'"),
  ]

  /// Expects a run to end with 65 within a second, with messages, and to leave nothing.
  static func expectInvalid(
    _ scratch: Scratch, _ arguments: [String] = [], file: String = "bad.yaml", says said: [String]
  ) throws {
    var seconds: [Double] = []
    var command: Command
    repeat {
      // Another process may hold the machine up for a moment.
      command = try Command(
        "run", file, "--json", "out.json", "--timing", "timing.json", "--csv", "csv",
        arguments: arguments, in: scratch.folder)
      seconds.append(command.seconds)
    } while seconds.count < 3 && command.seconds > 1
    #expect(command.status == 65, "\(command.messages)")
    #expect(command.output == "")
    #expect(command.seconds < 1, "it took \(seconds) s")
    for text in said { #expect(command.messages.contains(text), "\(command.messages)") }
    for name in ["out.json", "timing.json", "csv"] { #expect(!scratch.has(name)) }
  }

  @Test(arguments: cases)
  func `it is refused with its place and a suggestion`(_ input: Case) throws {
    let scratch = Scratch()
    _ = scratch.file("bad.yaml", input.text)
    try Self.expectInvalid(scratch, says: input.said)
    let check = try Command("check", "bad.yaml", in: scratch.folder)
    #expect(check.status == 65)
    #expect(check.output == "")
  }

  @Test func `a binary file is refused`() throws {
    let scratch = Scratch()
    _ = scratch.file("bad.yaml", Data([0x7F, 0x45, 0x4C, 0x46, 0, 1, 2, 0xFF]))
    try Self.expectInvalid(scratch, says: ["bad.yaml:1:", "binary"])
    _ = scratch.file("latin.yaml", Data([0x74, 0x3A, 0x20, 0xE9, 0x0A]))
    try Self.expectInvalid(scratch, file: "latin.yaml", says: ["latin.yaml:1:4", "UTF-8"])
  }

  @Test func `a folder, a missing file and one without end are refused`() throws {
    let scratch = Scratch()
    try Self.expectInvalid(scratch, file: scratch.folder.path, says: ["cannot be read"])
    try Self.expectInvalid(scratch, file: "none.yaml", says: ["none.yaml:1:1", "no such file"])
    try Self.expectInvalid(scratch, file: "/dev/zero", says: ["more than"])
  }

  @Test(arguments: [
    ("arms.before.components.app.min=x", ["min"]), ("arms.befor.entry=app", ["before"]),
    ("workload.rate", ["="]), ("workload.rate=-1/s", ["negative"]), ("=", []),
    ("workload.rate=[", []), ("workload.rate=*a", []),
  ])
  func `a wrong override is refused`(override: String, said: [String]) throws {
    let scratch = Scratch()
    _ = scratch.file("bad.yaml", Self.valid)
    try Self.expectInvalid(scratch, ["--set", override], says: said + ["--set"])
  }

  @Test func `several problems of a file are told at once, in their order`() throws {
    let scratch = Scratch()
    _ = scratch.file(
      "bad.yaml",
      Self.valid.replacing("10/s", with: "10").replacing("min: 1", with: "min: 5")
        .replacing("5ms", with: "5 parsecs").replacing("cache: redis", with: "cache: rdis")
        .replacing("title: test", with: "titel: test"))
    let command = try Command("check", "bad.yaml", in: scratch.folder)
    #expect(command.status == 65)
    let places = command.messages.split(separator: "\n").compactMap { line -> Int? in
      let parts = line.split(separator: ":")
      guard let file = parts.firstIndex(where: { $0.hasSuffix("bad.yaml") }) else { return nil }
      return parts.indices.contains(file + 1) ? Int(parts[file + 1]) : nil
    }
    #expect(places == [2, 4, 13, 17, 18], "\(command.messages)")
  }

  @Test func `one wrong file among several stops all before anything is written`() throws {
    let scratch = Scratch()
    _ = scratch.file("good.yaml", Self.valid)
    _ = scratch.file("bad.yaml", Self.valid.replacing("10/s", with: "10"))
    try Self.expectInvalid(scratch, ["good.yaml"], says: ["bad.yaml:4:9"])
  }

  @Test(arguments: [
    ["run"], ["run", "good.yaml", "--arm", "after"], ["run", "good.yaml", "--seed", "x"],
    ["run", "good.yaml", "--replications", "0"], ["run", "good.yaml", "--threads", "0"],
    ["run", "good.yaml", "--no-such-option"], ["no-such-command"], ["check"],
    ["components", "no-such-kind"], ["run", "good.yaml", "--json", "-", "--timing", "-"],
  ])
  func `wrong usage exits with 64`(arguments: [String]) throws {
    let scratch = Scratch()
    _ = scratch.file("good.yaml", Self.valid)
    let command = try Command(arguments: arguments, in: scratch.folder)
    #expect(command.status == 64, "\(command.messages)")
    #expect(command.output == "")
    #expect(!command.messages.isEmpty)
  }
}
