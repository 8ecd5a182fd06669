import Components
import Foundation
import Kernel
import Testing

/// Hit rates follow from keys, popularity, arrivals and time to live alone.
struct EmergenceTests {
  private static let mix = "mix: {courses: 60, enrollments: 30, profile: 10}"

  /// A service that always takes 19 ms: beside it goes the lookup, where a miss loads for as long
  /// before it is stored.
  private static func service(coalesce: Bool) -> String {
    let endpoints = [("courses", "{of: 20}"), ("enrollments", "user"), ("profile", "user")].map {
      name, key in
      """
      \(name): [{parallel: {do: [[{wait: {time: 19ms}}], \
      [{get: {cache: redis, key: \(key), coalesce: \(coalesce), miss: [\
      {wait: {name: load, time: 19ms}}, {set: {cache: redis, key: \(key), ttl: 60s}}]}}]]}}]
      """
    }
    return """
      web: {kind: service, endpoints: {\(endpoints.joined(separator: ", "))}}
      redis: {kind: redis, command: 0s, network: 0s}
      """
  }

  private static let burst =
    "users: {count: 200, think: exponential 231ms}\nduration: 50s\n" + mix

  /// The same cache, simulated anew: each user asks, waits 19 ms, thinks.
  ///
  /// - Returns: requests, misses and distinct keys.
  private static func naive(_ seed: UInt64) -> (requests: Int, misses: Int, keys: Int) {
    var random = SplitMix(state: seed)
    var requests: [(time: Double, key: Int)] = []
    for user in 0..<200 {
      var time = 0.0
      while time < 50 {
        let draw = random.uniform()
        let key =
          draw < 0.6 ? Int(random.uniform() * 20) : draw < 0.9 ? 1000 + user : 2000 + user
        requests.append((time, key))
        time += 0.019 + random.exponential() * 0.231
      }
    }
    requests.sort { $0.time < $1.time }
    var stored: [Int: Double] = [:]
    var misses = 0
    for (time, key) in requests {
      if let since = stored[key] {
        if time < since { misses += 1 }
      } else {
        stored[key] = time + 0.019
        misses += 1
      }
    }
    return (requests.count, misses, stored.count)
  }

  @Test func `in its first minute a cache misses what it has never seen`() throws {
    let runs = try (1...4).map {
      try Run(Self.burst, Self.service(coalesce: false), replication: $0)
    }
    for run in runs {
      #expect((39_000...41_000).contains(run.offered), "seed 1")
      #expect(run.endpoint("courses").succeeded.minimum == ms(19))
      #expect(run.endpoint("courses").succeeded.maximum == ms(19))
    }
    let misses = runs.map { $0.number("redis", "misses") }.reduce(0, +) / 4
    let others = (1...12).map { Self.naive($0) }
    let expected = others.map { Double($0.misses) }.reduce(0, +) / 12
    #expect(abs(misses / expected - 1) < 0.02, "\(misses) against \(expected), seed 1")
  }

  @Test func `coalesced, it misses each key once`() throws {
    let run = try Run(Self.burst, Self.service(coalesce: true))
    // Every key is stored once and none expires in 50 s.
    #expect(run.number("redis", "misses") - run.number("web", "coalesced") >= 0)
    let led = run.number("redis", "misses")
    #expect(led == run.number("redis", "keys_maximum"))
    #expect(run.number("redis", "expirations") == 0)
    // All 20 courses, and all but a few of the users' 400 keys.
    let others = (1...12).map { Double(Self.naive($0).keys) }.reduce(0, +) / 12
    #expect(abs(led - others) <= 3, "seed 1")
  }

  @Test func `over ten minutes the hit rate is that of the theory`() throws {
    let run = try Run(
      "users: {count: 200, think: exponential 2.98s, spawn: 66.666667/s}\nduration: 10min\n"
        + Self.mix, Self.service(coalesce: true))
    #expect((39_000...41_000).contains(run.offered), "seed 1")
    let hits = run.number("redis", "hit_rate")
    #expect((0.91...0.925).contains(hits), "\(hits), seed 1")
    // A key that lives T after a miss and is asked for at rate λ is found in λT / (1 + λT).
    let rate = 1 / (2.98 + 0.019)
    let kinds: [(keys: Double, rate: Double)] = [
      (20, 200 * rate * 0.6 / 20), (200, rate * 0.3), (200, rate * 0.1),
    ]
    let theory =
      kinds.map { $0.keys * $0.rate * (60 * $0.rate / (1 + 60 * $0.rate)) }.reduce(0, +)
      / kinds.map { $0.keys * $0.rate }.reduce(0, +)
    #expect(abs(hits - theory) < 0.01, "\(hits) against \(theory), seed 1")
  }
}

/// A random number generator of the tests' own.
private struct SplitMix {
  var state: UInt64

  mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((bits ^ (bits >> 31)) >> 11) * 0x1p-53
  }

  mutating func exponential() -> Double {
    -log(1 - uniform())
  }
}
