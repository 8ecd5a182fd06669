import Testing

@testable import Kernel

struct AgendaTests {
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `items leave in the order in which they came, however long the agenda`(seed: UInt64) {
    var random = TestRandom(seed: seed)
    var agenda = Agenda()
    var pushed: UInt32 = 0
    var popped: UInt32 = 0
    var misplaced = 0
    for _ in 0..<400 {
      for _ in 0..<random.below(60) {
        agenda.push(
          Agenda.Item(
            payload: pushed, target: UInt16(truncatingIfNeeded: pushed &* 3),
            kind: UInt16(truncatingIfNeeded: pushed &* 5)))
        pushed += 1
      }
      for _ in 0..<random.below(60) {
        guard let item = agenda.pop() else { break }
        let isRight =
          item.payload == popped && item.target == UInt16(truncatingIfNeeded: popped &* 3)
          && item.kind == UInt16(truncatingIfNeeded: popped &* 5)
        if !isRight { misplaced += 1 }
        popped += 1
      }
    }
    while agenda.pop() != nil { popped += 1 }
    #expect(misplaced == 0, "seed \(seed)")
    #expect(popped == pushed, "seed \(seed)")
  }

  @Test(arguments: [0, 1, 37, 63]) func `growth while the ring has turned loses nothing`(turn: Int)
  {
    var agenda = Agenda()
    for _ in 0..<turn {
      agenda.push(Agenda.Item(payload: 0, target: 0, kind: 0))
      _ = agenda.pop()
    }
    for payload in 0..<1000 as Range<UInt32> {
      agenda.push(Agenda.Item(payload: payload, target: 0, kind: 0))
    }
    var payloads: [UInt32] = []
    while let item = agenda.pop() { payloads.append(item.payload) }
    #expect(payloads == Array(0..<1000))
    #expect(agenda.pop() == nil)
  }
}
