import Components
import Experiments
import Testing

@Suite struct ExtensionTests {
  private func resolve(_ text: String) -> (arms: Setting, problems: [Diagnostic]) {
    let diagnostics = DiagnosticCollector()
    let entries = read(text).setting?.map ?? []
    let arms = Extension(arms: entries, diagnostics: diagnostics).resolved()
    return (Setting(.map(arms), at: place(1, 1)), diagnostics.all)
  }

  @Test func `maps merge deeply, lists are replaced and null deletes`() {
    let (arms, problems) = resolve(
      """
      a: {x: {p: 1, q: 2}, list: [1, 2], gone: 1}
      b: {extends: a, x: {q: 3, r: 4}, list: [3], gone: ~}
      c: {extends: b, x: 5}
      """)
    #expect(problems.isEmpty)
    #expect(plain(arms["b"]) == "{x: {p: 1, q: 3, r: 4}, list: [3]}")
    #expect(plain(arms["c"]) == "{x: 5, list: [3]}")
  }

  @Test func `inherited values keep their place`() {
    let (arms, _) = resolve("a: {x: {p: 1}}\nb: {extends: a, x: {q: 2}}")
    #expect(arms["b"]?["x"]?["p"]?.location == place(1, 12))
    #expect(arms["b"]?["x"]?["q"]?.location == place(2, 24))
  }

  @Test(
    arguments: [
      ("a: {extends: b}", ["1:14 there is no arm 'b' to extend"]),
      ("a: {extends: a}", ["1:14 the arm 'a' extends itself"]),
      ("a: {extends: [b]}", ["1:14 'extends' takes the name of an arm, not a list"]),
      (
        "a: {extends: b}\nb: {extends: c}\nc: {extends: a}\nd: {extends: b}",
        ["3:14 arms extend one another in a circle: 'a' extends 'b' extends 'c' extends 'a'"]
      ),
      (
        "a: {redis: 1}\nb: {extends: a, reddis: ~}",
        ["2:17 'reddis' has no value, and 'a' has no 'reddis' to delete"]
      ),
    ] as [(String, [String])])
  func `what cannot be extended is reported once`(text: String, expected: [String]) {
    #expect(lines(resolve(text).problems) == expected)
  }
}
