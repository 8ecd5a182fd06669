import Components
import Experiments
import Testing

@Suite struct DiagnosticRendererTests {
  @Test func `a problem is shown with its line, a mark and help`() {
    let renderer = DiagnosticRenderer(sources: [
      SourceText(file: "test.yaml", text: "a: 1\ntimeout: 5\n")
    ])
    let problem = Diagnostic(at: place(2, 10), length: 1, "no unit", help: "write '5ms' or '5s'")
    #expect(
      renderer.render(problem) == """
        test.yaml:2:10: error: no unit
          timeout: 5
                   ^
          help: write '5ms' or '5s'

        """)
  }

  @Test func `characters that could harm a terminal are made harmless`() {
    let text = "a: \u{1B}[31m\u{202E}x\u{7}"
    let renderer = DiagnosticRenderer(sources: [SourceText(file: "test.yaml", text: text)])
    let shown = renderer.render(Diagnostic(at: place(1, 4), "'\u{1B}\u{202E}' is wrong\nfoo"))
    for scalar in shown.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control)
      #expect(scalar.properties.generalCategory != .format)
    }
    #expect(shown.split(separator: "\n").count == 3)
  }

  @Test func `a place outside of the text, or in a long line, does no harm`() {
    let long = String(repeating: "x", count: 5_000)
    let renderer = DiagnosticRenderer(sources: [SourceText(file: "test.yaml", text: long)])
    for column in [1, 95, 4_990, 5_000, 9_999] {
      let shown = renderer.render(Diagnostic(at: place(1, column), length: 900, "wrong"))
      #expect(shown.contains("^"))
      #expect(shown.split(separator: "\n").allSatisfy { $0.count < 110 })
    }
    #expect(
      renderer.render(Diagnostic(at: place(7, 1), "wrong")) == "test.yaml:7:1: error: wrong\n")
  }
}
