import Components
import Kernel
import Testing

@testable import Components

struct ProcessCacheTests {
  private static func app(_ parameters: String, capacity: Int = 128) -> String {
    """
    app: {kind: auto-scaling-group, \(parameters), endpoints: {page: [{get: {cache: memory, \
    key: shared, miss: [{work: {time: 1s, cpu: 0%}}, {set: {cache: memory, key: shared, \
    ttl: 10s}}]}}]}}
    memory: {kind: process-cache, capacity: \(capacity)}
    """
  }

  @Test func `each process has a cache of its own, for as long as its key lives`() throws {
    // Two instances of two processes: requests go to the instances in turn, and to the first
    // process if both are idle. Each first process misses once and again after 11 s.
    let times = (0..<12).map { (time: "\($0 * 2)s", endpoint: "page") }
    let run = try Run(arrivals: times, Self.app("min: 2, processes: 2"))
    // Requests at 0, 2, …, 22 s. One instance misses at 0 and stores at 1 s until 11 s, so misses at
    // 12 s again; the other at 2 and 14 s.
    #expect(run.number("memory", "misses") == 4)
    #expect(run.number("memory", "hits") == 8)
    #expect(run.number("memory", "processes") == 2)
  }

  @Test func `a process that is killed loses its cache`() throws {
    let components = """
      app: {kind: auto-scaling-group, processes: 1, threads: 4, worker-timeout: 3s, restart: 1s, \
      endpoints: {page: [{get: {cache: memory, key: shared, miss: [{set: {cache: memory, \
      key: shared}}]}}], slow: [{work: {time: 1min, cpu: 0%}}]}}
      memory: {kind: process-cache}
      """
    let run = try Run(
      arrivals: [("0s", "page"), ("1s", "page"), ("2s", "slow"), ("7s", "page"), ("8s", "page")],
      components)
    #expect(run.number("memory", "misses") == 2)
    #expect(run.number("memory", "hits") == 2)
  }

  @Test func `the key that was used least recently goes first`() {
    var store = RecencyStore(capacity: 2)
    let evictions = [1, 2].map { store.put($0, until: 100) }
    #expect(evictions == [false, false])
    let isFound = store.find(1, at: 0)
    let evicts = store.put(3, until: 100)
    #expect(isFound && evicts)
    let left = [1, 2, 3].map { store.find($0, at: 0) }
    #expect(left == [true, false, true])
    let isAlive = store.find(1, at: 100)
    #expect(!isAlive)
    #expect(store.count == 2)
  }

  @Test(arguments: 1...3)
  func `a recency store agrees with a list that is searched`(seed: Int) {
    var store = RecencyStore(capacity: 5)
    var list: [(key: UInt64, until: Nanoseconds)] = []
    for step in 0..<5000 {
      let draw = mixed(UInt64(seed * 1_000_003 + step))
      let key = draw % 12
      let now = Nanoseconds(step)
      let place = list.firstIndex { $0.key == key }
      if draw >> 32 & 1 == 0 {
        let isThere = place.map { list[$0].until > now } ?? false
        if let place, isThere { list.append(list.remove(at: place)) }
        let isFound = store.find(key, at: now)
        #expect(isFound == isThere, "seed \(seed)")
      } else {
        let until = now + Nanoseconds(draw >> 40 % 30)
        if let place { list.remove(at: place) }
        let evicts = list.count == 5
        if evicts { list.removeFirst() }
        list.append((key, until))
        let hasEvicted = store.put(key, until: until)
        #expect(hasEvicted == evicts, "seed \(seed)")
      }
    }
  }

  @Test func `a flush empties the caches of all processes`() throws {
    let text = FaultTests.text(
      "rate: 0.8/s\nprocess: constant\nduration: 10s", Self.app("min: 1, processes: 1"),
      ["at: 5.5s, flush: memory"])
    let run = try Run(experiment: experimentOf(text))
    // A request each 1.25 s, which stores the key 1 s later if it finds nothing: the first one of
    // all, and the first one after the flush.
    #expect(run.number("memory", "misses") == 2)
    #expect(run.number("memory", "hits") == 6)
  }
}
