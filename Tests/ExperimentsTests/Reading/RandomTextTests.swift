import Components
import Experiments
import Kernel
import Testing

@Suite struct RandomTextTests {
  private let pieces = [
    "a", "b", "&x", "*x", "!t", " ", "  ", "\n", "\n  ", ": ", ":", "- ", "-", "[", "]", "{", "}",
    ",", "'", "\"", "|", ">-", "#", "? ", "<<", "\t", "\\", "---", "...", "\r\n", "%", "a: ",
    "\n- ",
  ]

  @Test func `a random text is either read or refused for one reason`() {
    for seed in 0..<5_000 as Range<UInt64> {
      let key = RandomKey("text").numbered(seed)
      let length = 1 + Int(key.numbered(0).bits % 14)
      let text = (1...length).map { position in
        pieces[Int(key.numbered(UInt64(position)).bits % UInt64(pieces.count))]
      }.joined()
      let (setting, problems) = read(text)
      #expect((setting == nil) == (problems.count == 1), "seed \(seed): \(text.debugDescription)")
      #expect(problems.count <= 1, "seed \(seed): \(text.debugDescription)")
    }
  }
}
