import Kernel
import Testing

struct CallQueueTests {
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `a queue is an array with cheap removal`(seed: UInt64) {
    var random = TestRandom(seed: seed)
    var kernel = Kernel()
    var queue = CallQueue()
    var naive: [CallID] = []
    for step in 0..<4000 {
      switch random.below(5) {
      case 0, 1:
        let call = kernel.open(0, operation: 0, caller: .none, drawKey: 0, user: 0)
        if random.below(2) == 0 {
          queue.append(call, &kernel)
          naive.append(call)
        } else {
          queue.prepend(call, &kernel)
          naive.insert(call, at: 0)
        }
      case 2:
        let call = queue.removeFirst(&kernel)
        let expected = naive.isEmpty ? CallID.none : naive.removeFirst()
        #expect(call == expected, "seed \(seed), step \(step)")
        if call != .none { kernel.close(call) }
      default:
        guard !naive.isEmpty else { continue }
        let call = naive.remove(at: random.below(naive.count))
        queue.remove(call, &kernel)
        kernel.close(call)
      }
      let isAlike =
        queue.count == naive.count && queue.isEmpty == naive.isEmpty
        && queue.first == naive.first ?? CallID.none
      #expect(isAlike, "seed \(seed), step \(step)")
    }
    var rest: [CallID] = []
    while !queue.isEmpty { rest.append(queue.removeFirst(&kernel)) }
    #expect(rest == naive, "seed \(seed)")
    #expect(queue.removeFirst(&kernel) == CallID.none)
  }
}
