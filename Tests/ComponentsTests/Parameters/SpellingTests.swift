import Components
import Testing

@Suite struct SpellingTests {
  @Test(arguments: [
    ("instnces", "instances"), ("tiemout", "timeout"), ("Redis", "redis"), ("xyz", nil), ("", nil),
  ])
  func `the nearest name is proposed if it is near`(word: String, expected: String?) {
    #expect(
      Spelling.nearest(to: word, among: ["instances", "timeout", "redis"]) == expected)
  }
}
