import Reporting
import Testing

@Suite struct `Terminal text` {
  @Test(arguments: [("abc", 3), ("表格", 4), ("e\u{301}", 1), ("👩‍💻", 2), ("❤️", 2), ("µs", 2), ("", 0)])
  func `is as wide as it is shown`(text: String, width: Int) {
    #expect(TerminalText.width(text) == width)
  }

  @Test func `is cut with an ellipsis and keeps to the limit`() {
    #expect(TerminalText.truncated("enrollments", to: 6) == "enrol…")
    #expect(TerminalText.truncated("表格表格", to: 4) == "表…")
    #expect(TerminalText.truncated("app", to: 3) == "app")
    #expect(TerminalText.truncated("app", to: 0) == "")
  }

  @Test func `is wrapped at spaces, and within a word only where it must`() {
    #expect(TerminalText.wrapped("one two three", to: 7) == ["one two", "three"])
    #expect(TerminalText.wrapped("one two three", to: 9, indent: 2) == ["one two", "three"])
    #expect(TerminalText.wrapped("abcdefghij", to: 4) == ["abcd", "efgh", "ij"])
    #expect(TerminalText.wrapped("a b", to: 20, used: 18) == ["a", "b"])
    #expect(TerminalText.wrapped("took 30 s, then", to: 8) == ["took", "30 s,", "then"])
    #expect(TerminalText.wrapped("", to: 20) == [""])
  }

  @Test func `shows how far a run has come`() {
    let line = ProgressLine(label: "before", finished: 3, total: 10, share: 0.4)
    #expect(
      line.text(width: 80)
        == "before  ████████████░░░░░░░░░░░░░░░░░░ 40% 3/10 replications")
    #expect(line.text(width: 40) == "before  ████░░░░░░ 40% 3/10 replications")
    for width in 10...80 { #expect(TerminalText.width(line.text(width: width)) <= width) }
  }
}
