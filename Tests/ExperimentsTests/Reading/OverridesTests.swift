import Components
import Experiments
import Testing

@Suite struct OverridesTests {
  private let text = """
    arms:
      a:
        app: {min: 2, max: 5}
        steps:
          - work: {name: receive, time: 5ms}
          - scan: {name: find, table: t}
      b: {extends: a}
    """

  private func apply(_ arguments: String...) -> (setting: Setting?, problems: [Diagnostic]) {
    let diagnostics = DiagnosticCollector()
    let setting = read(text).setting.map {
      Overrides(arguments, diagnostics: diagnostics).apply(to: $0)
    }
    return (setting, diagnostics.all)
  }

  @Test func `values, lists and steps are replaced`() {
    let (setting, problems) = apply(
      "arms.a.app.min=4", "arms.a.steps.receive.time=7ms", "arms.a.steps.1.scan.table=u",
      "arms.a.app.list=[1, 2]")
    #expect(problems.isEmpty)
    let a = setting?["arms"]?["a"]
    #expect(plain(a?["app"]) == "{min: 4, max: 5, list: [1, 2]}")
    #expect(
      plain(a?["steps"])
        == "[{work: {name: receive, time: 7ms}}, {scan: {name: find, table: u}}]")
  }

  @Test func `a star stands for every key of a level`() {
    let (setting, problems) = apply("arms.*.title=x", "arms.a.*.max=9")
    #expect(plain(setting?["arms"]?["b"]) == "{extends: a, title: x}")
    #expect(problems.map(\.message) == ["'arms.a.steps' has no 'max'"])
  }

  @Test func `values know their place in the argument`() {
    let (setting, _) = apply("arms.a.app.min=4", "arms.a.app.max={x: 1}")
    let app = setting?["arms"]?["a"]?["app"]
    #expect(app?["min"]?.location == SourceLocation(file: "--set", line: 1, column: 16))
    #expect(app?["max"]?["x"]?.location == SourceLocation(file: "--set", line: 2, column: 20))
  }

  @Test(
    arguments: [
      ("arms.a.ap.min=4", "1:8 'arms.a' has no 'ap'", "the nearest path that exists is 'arms.a'"),
      ("arms.a.app.min.x=4", "1:16 'arms.a.app.min' is a text and has no 'x'", "arms.a.app.min"),
      ("arsm.a.b=4", "1:1 the experiment has no 'arsm'", "did you mean 'arms'?"),
      ("arms.a.steps.recieve.time=1", "1:14 'arms.a.steps' has no 'recieve'", "'receive'"),
      ("arms", "1:1 '--set' needs a path and a value", "arms.before"),
      ("arms..a=1", "1:6 the path has an empty part", "arms.before"),
      ("arms.a.app.min=[1", "1:16 this is not valid YAML", "]"),
      ("arms.a.app.min=&x 1", "1:16 anchors are not allowed", ""),
    ])
  func `what cannot be applied is explained`(argument: String, problem: String, help: String) {
    let (_, problems) = apply(argument)
    #expect(lines(problems).first?.hasPrefix(problem) == true, "\(lines(problems))")
    #expect(help.isEmpty || problems.first?.help?.contains(help) == true, "\(problems)")
  }
}
