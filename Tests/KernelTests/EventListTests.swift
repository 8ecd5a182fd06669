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

  @Test(arguments: [0, 1, 15, 16, 17, 40, 1000])
  func `100,000 events of the same instant come in the order of insertion`(earlier: Int) {
    var random = TestRandom(seed: 1)
    var pair = Pair()
    for _ in 0..<earlier { pair.push(at: Nanoseconds(random.below(1000))) }
    for _ in 0..<100_000 { pair.push(at: 1000) }
    // Each of the first events makes one more, before the ties, at them or after.
    for _ in 0..<earlier where pair.difference == nil {
      pair.pop()
      pair.push(at: max(pair.now, Nanoseconds(900 + random.below(200))))
    }
    for _ in 0..<1000 where pair.difference == nil {
      pair.pop()
      pair.push(after: Nanoseconds(random.below(3)))
    }
    pair.drain()
    #expect(pair.difference == nil, "seed 1")
  }

  @Test func `a long run of ties does not slow events down that come before it`() {
    var list = EventList()
    for payload in 0..<100_000 as Range<UInt32> {
      list.push(Event(time: 1_000_000, payload: payload, target: 0, kind: 0))
    }
    var misplaced = 0
    // Were each push to move the ties aside, this would take minutes.
    for step in 1..<200_000 as Range<UInt32> {
      list.push(Event(time: Nanoseconds(step), payload: step, target: 0, kind: 1))
      if list.pop(notAfter: .max)?.payload != step { misplaced += 1 }
    }
    #expect(misplaced == 0)
    #expect(list.count == 100_000)
  }

  @Test(arguments: [3, 16, 31, 32, 33, 39, 40, 41, 42, 100, 3000], [1, 2, 3] as [UInt64])
  func `events at the boundary between near and far keep their order`(
    pending: Int, seed: UInt64
  ) {
    var random = TestRandom(seed: seed)
    var pair = Pair()
    for _ in 0..<pending { pair.push(after: Nanoseconds(random.below(10 * pending))) }
    for _ in 0..<3000 where pair.difference == nil {
      pair.pop()
      let boundary = pair.list.boundary
      if boundary < .max, boundary > pair.now {
        pair.push(at: boundary - 1)
        pair.push(at: boundary)
        pair.push(at: boundary)
        pair.pop()
        pair.pop()
      } else {
        pair.push(after: Nanoseconds(random.below(10 * pending)))
      }
    }
    pair.drain()
    #expect(pair.difference == nil, "seed \(seed)")
  }

  @Test(arguments: [1, 20, 33, 1000, 100_000])
  func `an event before all others comes first`(pending: Int) {
    var random = TestRandom(seed: 9)
    var pair = Pair()
    for _ in 0..<pending { pair.push(at: 1_000_000 + random.exponential(mean: 1e6)) }
    for time in stride(from: 2000 as Nanoseconds, through: 0, by: -1) { pair.push(at: time) }
    for _ in 0..<4000 where pair.difference == nil {
      pair.pop()
      pair.push(at: pair.now)
    }
    for _ in 0..<2000 { pair.pop() }
    #expect(pair.difference == nil, "seed 9")
  }

  @Test(arguments: [1, 20, 21, 33, 40, 1000], [1, 2, 3, 4] as [UInt64])
  func `after a horizon events may be pushed before those that are pending`(
    pending: Int, seed: UInt64
  ) {
    var random = TestRandom(seed: seed)
    var pair = Pair()
    for _ in 0..<pending { pair.push(after: random.exponential(mean: 1e6)) }
    var horizon: Nanoseconds = 0
    for _ in 0..<400 where pair.difference == nil {
      horizon += random.exponential(mean: 3e5 / Double(pending))
      while pair.pop(notAfter: horizon) { pair.push(after: random.exponential(mean: 1e6)) }
      // The present is the horizon now, and the next event some way ahead.
      for _ in 0..<random.below(40) { pair.push(after: Nanoseconds(random.below(1000))) }
      for _ in 0..<random.below(40) where pair.pop(notAfter: horizon) {}
    }
    pair.drain()
    #expect(pair.difference == nil, "seed \(seed)")
  }

  @Test(arguments: [5, 40, 500], [1, 2, 3] as [UInt64])
  func `times up to twice the longest duration keep their order`(pending: Int, seed: UInt64) {
    var random = TestRandom(seed: seed)
    var pair = Pair()
    for index in 0..<pending {
      pair.push(at: .longest - Nanoseconds(random.below(3)))
      pair.push(at: 2 * .longest - Nanoseconds(random.below(3)))
      pair.push(at: Nanoseconds(random.below(3)))
      pair.push(at: Nanoseconds.max - Nanoseconds(random.below(2)) - 1)
      pair.push(at: Nanoseconds(random.bits() >> 2) >> Nanoseconds(index % 62))
    }
    pair.pop(notAfter: .longest)
    pair.drain()
    #expect(pair.difference == nil, "seed \(seed)")
  }

  @Test func `an empty list gives nothing and can be used again`() {
    var list = EventList()
    #expect(list.count == 0)
    for time in [5, 5, 1_000_000_000_000] as [Nanoseconds] {
      #expect(list.pop(notAfter: .max) == nil)
      let event = Event(time: time, payload: 1, target: 2, kind: 3)
      list.push(event)
      #expect(list.count == 1)
      #expect(list.pop(notAfter: time - 1) == nil)
      #expect(list.pop(notAfter: time) == event)
      #expect(list.count == 0)
    }
  }

  @Test func `an event gives back what it was made of`() {
    let event = Event(time: -1, payload: 4_294_967_294, target: 65_533, kind: 65_532)
    #expect(event.time == -1)
    #expect(event.payload == 4_294_967_294)
    #expect(event.target == 65_533)
    #expect(event.kind == 65_532)
  }
}
