import Testing

@testable import Kernel

struct EventListTests {
  /// Pending events in an array that is kept sorted by time, ties in the order of insertion.
  struct NaiveList {
    private var events: [Event] = []
    private var first = 0

    var count: Int { events.count - first }

    mutating func push(_ event: Event) {
      var (low, high) = (first, events.count)
      while low < high {
        let middle = (low + high) / 2
        if events[middle].time <= event.time { low = middle + 1 } else { high = middle }
      }
      events.insert(event, at: low)
    }

    mutating func pop(notAfter horizon: Nanoseconds) -> Event? {
      guard first < events.count, events[first].time <= horizon else { return nil }
      defer {
        first += 1
        if first == 4096 {
          events.removeFirst(first)
          first = 0
        }
      }
      return events[first]
    }
  }

  /// The list and its oracle, driven alike and compared at each step.
  struct Pair: ~Copyable {
    var list = EventList()
    private var naive = NaiveList()
    private var pushed: UInt32 = 0
    private(set) var now: Nanoseconds = 0
    /// What differed first.
    private(set) var difference: String?

    /// Pushes an event at a time, numbered in the order of insertion.
    mutating func push(at time: Nanoseconds) {
      let event = Event(time: time, payload: pushed, target: 7, kind: UInt16(pushed % 3))
      pushed += 1
      list.push(event)
      naive.push(event)
      compareCounts("after the push of \(event)")
    }

    /// Pushes an event after a delay.
    mutating func push(after delay: Nanoseconds) { push(at: now + delay) }

    /// Pops from both; when none is left up to the horizon, the horizon is the present.
    @discardableResult
    mutating func pop(notAfter horizon: Nanoseconds = .max) -> Bool {
      let found = list.pop(notAfter: horizon)
      let expected = naive.pop(notAfter: horizon)
      if found != expected, difference == nil {
        difference = "popped \(String(describing: found)), not \(String(describing: expected))"
      }
      compareCounts("after the pop of \(String(describing: found))")
      if let expected { now = expected.time } else if horizon < .max { now = max(now, horizon) }
      return expected != nil
    }

    mutating func drain() { while difference == nil, pop() {} }

    private mutating func compareCounts(_ moment: @autoclosure () -> String) {
      if list.count != naive.count, difference == nil {
        difference = "counts \(list.count), not \(naive.count), \(moment())"
      }
    }
  }

  /// Delays as workloads make them.
  enum Delays: String, CaseIterable {
    case exponential, ties, bimodal, wide

    func draw(_ random: inout TestRandom) -> Nanoseconds {
      switch self {
      case .exponential: random.exponential(mean: 1e6)
      case .ties: Nanoseconds(random.below(4))
      case .bimodal: random.below(10) == 0 ? 1_000_000_000 : random.exponential(mean: 1e5)
      // From a nanosecond to 13 days, each order of magnitude as likely as any other.
      case .wide: Nanoseconds(random.bits() >> 14) >> Nanoseconds(random.below(50))
      }
    }
  }

  @Test(
    arguments: Delays.allCases,
    [1, 2, 8, 19, 20, 21, 31, 32, 33, 34, 40, 63, 64, 65, 100, 1000, 100_000])
  func `with a constant number pending the order is that of a sorted array`(
    delays: Delays, pending: Int
  ) {
    let seed = UInt64(pending)
    var random = TestRandom(seed: seed)
    var pair = Pair()
    for _ in 0..<pending { pair.push(after: delays.draw(&random)) }
    for _ in 0..<(pending >= 100_000 ? 8_000 : 4_000) where pair.difference == nil {
      pair.pop()
      pair.push(after: delays.draw(&random))
    }
    if pending <= 1000 { pair.drain() }
    #expect(pair.difference == nil, "seed \(seed)")
  }

  @Test(arguments: Delays.allCases, [1, 2, 3, 4, 5, 6] as [UInt64])
  func `bursts grow and drain in the order of a sorted array`(delays: Delays, seed: UInt64) {
    var random = TestRandom(seed: seed)
    var pair = Pair()
    for _ in 0..<60 where pair.difference == nil {
      for _ in 0..<random.below(200) { pair.push(after: delays.draw(&random)) }
      for _ in 0..<random.below(220) { pair.pop() }
    }
    pair.drain()
    #expect(pair.difference == nil, "seed \(seed)")
  }
}
