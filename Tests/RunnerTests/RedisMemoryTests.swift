import Kernel
import Testing

@testable import Components

/// Memory, eviction and expiry.
struct RedisMemoryTests {
  /// Keys of 1,000 B each, overhead included, and room for so many.
  private static func space(
    _ policy: Redis.EvictionPolicy, room: Int, samples: Int = 5, seed: UInt64 = 1
  ) -> KeySpace {
    KeySpace(
      KeySpace.Settings(
        policy: policy, samples: samples, candidates: 16, expirySamples: 20, overhead: 100),
      limit: room * 1000, RandomKey("test").numbered(seed))
  }

  private static func isStored(_ key: Int, _ space: KeySpace) -> Bool {
    space.present(UInt64(key)).isStored
  }

  // MARK: Eviction

  @Test(arguments: 1...5)
  func `with as many samples as keys, eviction is exact least recent use`(seed: UInt64) {
    let space = Self.space(.allKeysLRU, room: 10, samples: 20, seed: seed)
    // The oracle: keys with their last use; before a write the oldest go while over the limit.
    var oracle: [(key: Int, lastUse: Nanoseconds)] = []
    var evictions = 0
    for step in 0..<3000 {
      let now = Nanoseconds(step + 1) * 1000
      let bits = mixed(seed &* 1_000_003 &+ UInt64(step))
      let key = Int(bits % 40)
      let known = oracle.firstIndex { $0.key == key }
      if bits & (1 << 40) == 0 {
        let isHit = space.read(UInt64(key), at: now)
        #expect(isHit == (known != nil), "seed \(seed), step \(step)")
        if let known { oracle[known].lastUse = now }
        continue
      }
      while oracle.count > 10, let oldest = oracle.min(by: { $0.lastUse < $1.lastUse }) {
        oracle.removeAll { $0.key == oldest.key }
        evictions += 1
      }
      if let known = oracle.firstIndex(where: { $0.key == key }) {
        oracle[known].lastUse = now
      } else {
        oracle.append((key, now))
      }
      #expect(space.write(UInt64(key), value: 900, expiry: KeySpace.never, at: now))
    }
    #expect(space.evictions == evictions, "seed \(seed)")
    #expect(evictions > 500)
    for key in 0..<40 {
      #expect(
        Self.isStored(key, space) == oracle.contains { $0.key == key }, "seed \(seed), key \(key)")
    }
  }

  @Test func `eviction comes before a write that finds too much, which then is stored`() {
    let space = Self.space(.allKeysLRU, room: 3)
    for key in 0..<4 {
      #expect(
        space.write(UInt64(key), value: 900, expiry: KeySpace.never, at: Nanoseconds(key)))
    }
    // The fourth found 3,000 of 3,000 B: not over the limit.
    #expect(space.evictions == 0 && space.bytes == 4000)
    #expect(space.write(4, value: 900, expiry: KeySpace.never, at: 4))
    #expect(space.evictions == 1 && space.bytes == 4000)
    #expect(!Self.isStored(0, space))
  }

  @Test func `five samples with a pool of candidates come near to least recent use`() {
    // 1,000 keys, then 500 more: exact use would evict the 500 oldest, chance a third of all.
    func olderHalfEvicted(_ policy: Redis.EvictionPolicy) -> Double {
      let space = Self.space(policy, room: 1000)
      for key in 0..<1500 {
        _ = space.write(UInt64(key), value: 900, expiry: KeySpace.never, at: Nanoseconds(key))
      }
      return Double((0..<500).count { !Self.isStored($0, space) }) / 500
    }
    #expect(olderHalfEvicted(.allKeysLRU) > 0.8)
    // Each write evicts one of 1,000 at random: 1 − (1 − 1/1000)^500 = 0.39 of the old.
    #expect(abs(olderHalfEvicted(.allKeysRandom) - 0.39) < 0.1)
  }

  @Test func `volatile policies evict only keys that expire`() {
    for policy in [Redis.EvictionPolicy.volatileLRU, .volatileLFU, .volatileRandom, .volatileTTL] {
      let space = Self.space(policy, room: 10)
      for key in 0..<30 {
        let expiry = key < 20 ? KeySpace.never : 1_000_000 + Nanoseconds(key)
        _ = space.write(UInt64(key), value: 900, expiry: expiry, at: Nanoseconds(key))
      }
      // Writes of the first 11 were admitted; then nothing that expires was there, until never.
      #expect(space.count == 11 && space.evictions == 0, "\(policy)")
      let mixed = Self.space(policy, room: 10)
      for key in 0..<30 {
        let expiry = key % 2 == 0 ? KeySpace.never : 1_000_000 + Nanoseconds(key)
        _ = mixed.write(UInt64(key), value: 900, expiry: expiry, at: Nanoseconds(key))
      }
      for key in stride(from: 0, to: 11, by: 2) { #expect(Self.isStored(key, mixed), "\(policy)") }
      #expect(mixed.evictions > 0, "\(policy)")
    }
  }

  @Test func `volatile-ttl evicts what expires soonest`() {
    let space = Self.space(.volatileTTL, room: 4, samples: 10)
    let expiries = [50, 20, 40, 10, 30].map { Nanoseconds($0 * 1_000_000) }
    for (key, expiry) in expiries.enumerated() {
      _ = space.write(UInt64(key), value: 900, expiry: expiry, at: Nanoseconds(key))
    }
    for key in 5..<7 {
      _ = space.write(UInt64(key), value: 900, expiry: 90_000_000, at: Nanoseconds(key))
    }
    #expect(!Self.isStored(3, space) && !Self.isStored(1, space))
    #expect(space.count == 5 && space.evictions == 2)
  }

  @Test func `allkeys-lfu keeps what is used often, however long ago within the minute`() {
    let space = Self.space(.allKeysLFU, room: 10, samples: 20)
    for key in 0..<5 { _ = space.write(UInt64(key), value: 900, expiry: KeySpace.never, at: 1) }
    for round in 0..<200 {
      for key in 0..<5 { _ = space.read(UInt64(key), at: Nanoseconds(round + 2)) }
    }
    for key in 5..<60 {
      _ = space.write(UInt64(key), value: 900, expiry: KeySpace.never, at: Nanoseconds(1000 + key))
    }
    for key in 0..<5 { #expect(Self.isStored(key, space)) }
    // With least recent use they would be the first to go.
    #expect(space.evictions == 49)
  }

  @Test func `without eviction writes fail when memory is full, and reads work`() throws {
    for policy in ["noeviction", "volatile-lru"] {
      var arrivals = (1...6).map { ("\($0)s", "set\($0)") }
      arrivals.append(("7s", "get"))
      let sets = (1...6).map {
        "set\($0): [{set: {cache: redis, key: shared, namespace: n\($0), size: 900B}}]"
      }
      let run = try Run(
        arrivals: arrivals,
        """
        web: {kind: service, endpoints: {\(sets.joined(separator: ", ")), \
        get: [{get: {cache: redis, key: shared, namespace: n1}}]}}
        redis: {kind: redis, memory: 4000B, eviction: \(policy)}
        """)
      // 3,000 B for data: the fourth finds 3,000 B, the fifth 4,000 B.
      #expect(run.succeeded == 4 + 1, "\(policy)")
      #expect(run.failures.allSatisfy { $0 == "failed: 1" } && run.failed == 2, "\(policy)")
      #expect(run.number("redis", "refused_writes") == 2)
      #expect(run.number("redis", "hits") == 1)
    }
  }

  @Test func `data may take three quarters of a node's memory`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{set: {cache: redis, key: user, size: 900B}}]}}
      redis: {kind: redis, node: cache.t3.micro}
      """)
    // 536,870,912 × 0.75 = 402,653,184.
    #expect(run.number("redis", "memory_usage") == 1000.0 / 402_653_184)
  }

  // MARK: Expiry

  @Test func `a cycle goes on while more than a quarter of its samples had expired`() {
    // All of 1,000 had expired: it goes on to the end.
    let all = Self.space(.volatileLRU, room: 10_000)
    for key in 0..<1000 { _ = all.write(UInt64(key), value: 900, expiry: 10, at: 1) }
    all.expiryCycle(at: 10)
    #expect(all.count == 0 && all.expirations == 1000)
    // One of a hundred: it ends after 20 keys, of which hardly any had expired.
    let few = Self.space(.volatileLRU, room: 10_000)
    for key in 0..<1000 {
      _ = few.write(UInt64(key), value: 900, expiry: key % 100 == 0 ? 10 : 1000, at: 1)
    }
    few.expiryCycle(at: 10)
    #expect(few.expirations <= 5)
    // None yet.
    all.expiryCycle(at: 9)
    #expect(few.volatileCount == 1000 - few.expirations)
  }

  @Test func `keys that nobody asks for go in cycles ten times a second`() throws {
    func expirations(_ end: String) throws -> Double {
      try Run(
        arrivals: [("1950ms", "set"), (end, "end")],
        """
        web: {kind: service, endpoints: {\
        set: [{set: {cache: redis, key: shared, ttl: 60s}}], end: [{wait: {time: 0s}}]}}
        redis: {kind: redis, command: 0s, network: 0s}
        """
      ).number("redis", "expirations")
    }
    // Over at 61.95 s; the next cycle is at 62 s.
    #expect(try expirations("61990ms") == 0)
    #expect(try expirations("62010ms") == 1)
  }
}
