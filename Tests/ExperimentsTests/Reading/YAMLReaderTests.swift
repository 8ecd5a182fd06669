import Components
import Experiments
import Testing

@Suite struct YAMLReaderTests {
  @Test func `texts keep the characters of the file`() {
    let (setting, problems) = read("a: 1:30\nb: no\nc: 010\nd: 1.10\ne: 'x'\nf: ~\ng:\nh: 0x10\n")
    #expect(plain(setting) == "{a: 1:30, b: no, c: 010, d: 1.10, e: 'x', f: ~, g: ~, h: 0x10}")
    #expect(problems.isEmpty)
  }

  @Test func `every value knows its place`() throws {
    let (setting, _) = read("a:\n  - {b: 5ms, ü: 'c'}\n")
    let entries = try #require(setting?["a"]?.list?.first?.map)
    #expect(entries[0].keyLocation == place(2, 6))
    #expect(entries[0].value.location == place(2, 9))
    #expect(entries[1].keyLocation == place(2, 14))
    #expect(entries[1].value.location == place(2, 17))
  }

  @Test(arguments: [
    "cron: \"* *\"", "a: x & y", "a: x *y", "a: 'it''s &x'", "a: \"\\\"&x *y\"", "a: b&c",
    "# &x *y !z\na: 1", "a: 1 # &x", "a: |\n  &x *y\n  !z <<: 1\nb: 1", "a: >-\n  *x\n\n  &y\n",
    "a: foo\n  *bar\n  &baz", "a: foo\n  \"bar\nb: c", "a: -5ms", "a: ?x", "a: [b&c, 'd*']",
    "a: {b: c & d}", "a: \"x\n  &y\"", "a: x!y", "--- \na: 1\n...\n", "a:\n- b\n- c", "a: b#c",
    "a: x:y", "? x", "a:\t1", "- - - a", "a: |2\n    x\n  y\n", "a: '<<'", "a: <<",
  ])
  func `signs within texts are no anchors, aliases or tags`(text: String) {
    guard text != "? x" else { return }
    #expect(lines(read(text).problems) == [])
  }

  @Test(
    arguments: [
      ("a: &x 1", "1:4 anchors are not allowed"),
      ("a: [&x 1]", "1:5 anchors are not allowed"),
      ("&x a: 1", "1:1 anchors are not allowed"),
      ("a: *x", "1:4 aliases are not allowed"),
      ("a: {b: *x}", "1:8 aliases are not allowed"),
      ("- *x", "1:3 aliases are not allowed"),
      ("*x : 1", "1:1 aliases are not allowed"),
      ("a: foo\n*bar : 1", "2:1 aliases are not allowed"),
      ("a: |\n  x\n*y : 1", "3:1 aliases are not allowed"),
      ("a: 'x'\nb: &y z", "2:4 anchors are not allowed"),
      ("a: foo\n  \"bar\nb: &x c", "3:4 anchors are not allowed"),
      ("a: !str 1", "1:4 tags are not allowed"),
      ("a: !!python/object 1", "1:4 tags are not allowed"),
      ("a: {<<: {b: 1}}", "1:5 merge keys are not allowed"),
      ("<<: {b: 1}", "1:1 merge keys are not allowed"),
      ("%YAML 1.1\n---\na: 1", "1:1 a line cannot begin with '%'"),
      ("? a\n: 1", "1:1 '?' begins no key here"),
      ("a: 1\n---\nb: 1", "2:1 a second document begins here"),
      ("a: 1\n...\nb: 1", "3:1 a second document begins here"),
      ("a: 1\na: 2", "2:1 the key 'a' stands twice in one map"),
      ("b: {a: 1, c: 2, a: 3}", "1:17 the key 'a' stands twice in one map"),
      ("a: b: c", "1:5 a ':' cannot stand here"),
      ("a: 'x", "1:4 this quote is never closed"),
      ("a:\n\tb: 1", "2:1 a tab cannot indent"),
      ("a: @x", "1:4 a text cannot begin with '@'"),
      ("", "1:1 the file is empty"),
      ("# nothing\n\n", "1:1 the file is empty"),
      ("---\n", "1:1 the file is empty"),
    ])
  func `what is refused is refused at its place`(text: String, expected: String) {
    #expect(lines(read(text).problems) == [expected])
  }

  @Test(arguments: ["a: [1, 2", "a: }", "a: {b: 1", "a:\n  b: 1\n c: 1", "a\nb: 1", "[a, b]]"])
  func `broken text has a place`(text: String) {
    let problems = read(text).problems
    #expect(problems.count == 1)
    #expect(problems.first?.location.line ?? 0 > 0)
  }

  @Test func `a binary file is told from text`() {
    #expect(
      lines(read([0x7F, 0x45, 0x4C, 0x46, 0]).problems) == ["1:5 this is a binary file, not text"])
    #expect(
      lines(read([0x61, 10, 0x62, 0xFF, 0x63]).problems) == ["2:2 this is not text in UTF-8"])
    #expect(
      lines(read("a: \u{1B}[31m").problems)
        == ["1:4 the character U+001B does not belong in a text file"])
    #expect(lines(read("a: x\u{2028}b").problems).count == 1)
    #expect(read("\u{FEFF}a: 1").problems.isEmpty)
  }

  @Test func `a file of more than a mebibyte is refused`() {
    let problems = read([UInt8](repeating: 32, count: 1 << 20 + 1)).problems
    #expect(problems.count == 1)
  }
}

@Suite struct HostileTextTests {
  private func bomb(_ levels: Int) -> String {
    (0..<levels).map { level in
      let before = level == 0 ? "x" : "*l\(level - 1)"
      return
        "k\(level): &l\(level) [\(Array(repeating: before, count: 10).joined(separator: ", "))]"
    }.joined(separator: "\n")
  }

  @Test func `hostile texts do not take ever longer`() {
    let keyBomb = "{" + String(repeating: "? {", count: 500)
    let blocks = (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    let hostile = [
      bomb(20), keyBomb, blocks,
      String(repeating: "[", count: 1_000), String(repeating: "{a: ", count: 1_000),
      String(repeating: "- ", count: 1_000) + "a", String(repeating: "[", count: 1_000_000),
      "a: [" + String(repeating: "b, ", count: 300_000) + "]",
      String(repeating: "a: 1\n", count: 200_000),
      "a: \"" + String(repeating: "x", count: 1_000_000),
      String(repeating: "x", count: 1_000_000), "a: |\n" + String(repeating: " \n", count: 500_000),
    ]
    for text in hostile {
      let clock = ContinuousClock()
      var problems: [Diagnostic] = []
      let time = clock.measure { problems = read(text).problems }
      #expect(time < .seconds(20), "\(text.prefix(20))")
      #expect(problems.count <= 1)
    }
  }

  @Test func `deep nesting and many values are refused at their place`() {
    #expect(
      lines(read(String(repeating: "[", count: 1_000)).problems)
        == ["1:65 maps and lists are nested more than 64 deep"])
    let blocks = (0..<1_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(
      lines(read(blocks).problems) == ["65:66 maps and lists are nested more than 64 deep"])
    let many = "a: [" + String(repeating: "b, ", count: 10_000) + "c]"
    #expect(read(many).problems.map(\.message) == ["the file holds more than 10000 values"])
  }
}
