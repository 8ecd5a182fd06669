import Components
import Kernel
import Testing

struct RedisTests {
  /// Components with endpoints that set a key for 60 s (`set…`) and look for it (`get…`), where a
  /// miss takes a millisecond.
  private static func cache(_ names: [String], _ redis: String = "command: 0s, network: 0s")
    -> String
  {
    let endpoints = names.map { name in
      let steps =
        name.hasPrefix("set")
        ? "[{set: {cache: redis, key: shared, namespace: all, ttl: 60s}}]"
        : "[{get: {cache: redis, key: shared, namespace: all, miss: [{wait: {time: 1ms}}]}}]"
      return "\(name): \(steps)"
    }
    return """
      web: {kind: service, endpoints: {\(endpoints.joined(separator: ", "))}}
      redis: {kind: redis, \(redis)}
      """
  }

  @Test func `a key lives for its time to the nanosecond`() throws {
    let run = try Run(
      arrivals: [("1s", "set"), ("60999999999ns", "get1"), ("61000000001ns", "get2")],
      Self.cache(["set", "get1", "get2"]))
    #expect(run.response("get1") == 0)
    #expect(run.response("get2") == ms(1))
    #expect(run.number("redis", "expirations") == 1)
  }

  @Test func `writing a key again renews its time`() throws {
    let run = try Run(
      arrivals: [
        ("1s", "set1"), ("31s", "set2"), ("61000000001ns", "get1"), ("90999999999ns", "get2"),
        ("91000000001ns", "get3"),
      ], Self.cache(["set1", "set2", "get1", "get2", "get3"]))
    #expect(run.response("get1") == 0)
    #expect(run.response("get2") == 0)
    #expect(run.response("get3") == ms(1))
    #expect(run.number("redis", "hits") == 2)
    #expect(run.number("redis", "misses") == 1)
    #expect(abs(run.number("redis", "hit_rate") - 2.0 / 3) < 1e-12)
    #expect(run.number("redis", "keys_maximum") == 1)
    #expect(run.number("redis", "expirations") == 1)
  }

  @Test func `a key without a time to live stays`() throws {
    let run = try Run(
      arrivals: [("1s", "set"), ("20000000s", "get")],
      """
      web: {kind: service, endpoints: {set: [{set: {cache: redis, key: shared, namespace: all}}], \
      get: [{get: {cache: redis, key: shared, namespace: all, miss: [{wait: {time: 1ms}}]}}]}}
      redis: {kind: redis, command: 0s, network: 0s}
      """)
    #expect(run.response("get") == 0)
  }

  @Test func `one thread executes command after command`() throws {
    let names = ["get1", "get2", "get3", "get4"]
    let run = try Run(
      arrivals: names.map { ("1s", $0) }, Self.cache(names, "command: 1ms, network: 501us"))
    // The way takes 501 µs in all, the n-th command n ms, the miss 1 ms.
    let times = names.map { run.response($0) }.sorted()
    #expect(times == (1...4).map { 501_000 + ms($0) + ms(1) })
    #expect(run.durations("redis", "waiting").sum == Int128(ms(0 + 1 + 2 + 3)))
  }

  @Test func `the way there and back takes its time to the nanosecond`() throws {
    let run = try Run(
      arrivals: [("1s", "set")], Self.cache(["set"], "command: 3ns, network: 7ns"))
    #expect(run.response() == 10)
  }

  @Test func `the thread is busy as often as commands take time`() throws {
    let run = try Run(
      "rate: 500/s\nrequests: 20000", Self.cache(["get"], "command: exponential 1ms, network: 0s"))
    // M/M/1 at ρ = 0.5: utilization 0.5, mean wait ρ / (1 − ρ) × 1 ms = 1 ms.
    #expect(abs(run.number("redis", "utilization") - 0.5) < 0.03, "seed 1")
    let wait = (run.durations("redis", "waiting").mean ?? 0) / 1e6
    #expect(abs(wait - 1) < 0.15, "seed 1")
  }

  @Test func `a cache node costs its hours of the month`() throws {
    let run = try Run(
      arrivals: [("1s", "set")],
      Self.cache(["set"], "node: cache.t3.micro"))
    let item = try #require(run.record.cost.first { $0.component == "redis" })
    #expect(abs(item.amount - 730 * 0.017) < 1e-9)
  }
}
