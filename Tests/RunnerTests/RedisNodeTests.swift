import Components
import Kernel
import Testing

/// The thread, connections, pipelining, replicas and faults.
struct RedisNodeTests {
  private static func node(_ endpoints: String, _ redis: String) -> String {
    """
    web: {kind: service, endpoints: {\(endpoints)}}
    redis: {kind: redis, network: 0s\(redis)}
    """
  }

  private static func lookups(_ names: [String]) -> String {
    names.map { "\($0): [{get: {cache: redis, key: shared}}]" }.joined(separator: ", ")
  }

  @Test func `commands of one length wait as M/D/1 says`() throws {
    let run = try Run(
      "rate: 500/s\nrequests: 60000", Self.node(Self.lookups(["page"]), ", command: 1ms"))
    // ρ = 0.5: ρ × 1 ms / (2 × (1 − ρ)) = 0.5 ms, half of what exponential commands would wait.
    let wait = (run.durations("redis", "waiting").mean ?? 0) / 1e6
    #expect(abs(wait - 0.5) < 0.03, "seed 1")
  }

  @Test func `30,000 connections halve the throughput of 100`() throws {
    let cases: [(clients: Int, time: Nanoseconds)] = [
      (50, 10_000), (100, 10_000), (15_050, 15_000), (30_000, 20_000),
    ]
    for (clients, time) in cases {
      let run = try Run(
        arrivals: [("1s", "page")],
        Self.node(Self.lookups(["page"]), ", command: 10us, clients: \(clients)"))
      #expect(run.response() == time, "\(clients) clients")
    }
  }

  @Test func `opening a connection takes nine times as long as a command`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      Self.node(Self.lookups(["page"]), ", reuse-connections: false"))
    // 14 µs and 126 µs: reusing one is ten times as fast.
    #expect(run.response() == 140_000)
  }

  @Test func `more connections than the limit are refused`() throws {
    let names = (1...4).map { "get\($0)" }
    let run = try Run(
      arrivals: names.enumerated().map { ("\(1_000_000 + $0.offset)us", $0.element) },
      Self.node(
        Self.lookups(names),
        ", command: 1ms, reuse-connections: false, clients: 8, connection-limit: 10"))
    #expect(run.failures == ["connection_refused: 1", "connection_refused: 1"])
    #expect(run.endpoint("get3").failed.count == 1)
    #expect(run.endpoint("get4").failed.count == 1)
    #expect(run.number("redis", "refused_connections") == 2)
    let text = Run.text(
      "rate: 1/s\nduration: 1s", Self.node(Self.lookups(["page"]), ", clients: 65001"), seed: 1)
    #expect(problems(text).contains { $0.contains("65001 clients are more than the 65000") })
  }

  @Test func `sixteen commands in one round trip run at 450,000 a second`() throws {
    let run = try Run(
      arrivals: [("1s", "set"), ("2s", "get")],
      """
      web: {kind: service, endpoints: {\
      set: [{set: {cache: redis, key: shared, namespace: all, commands: 16}}], \
      get: [{get: {cache: redis, key: shared, namespace: all, commands: 16, \
      miss: [{wait: {time: 1s}}]}}]}}
      redis: {kind: redis, network: 500us}
      """)
    // One way, one command of 14 µs and 15 of 1.44 µs: 35.6 µs.
    #expect(run.response("set") == 500_000 + 14_000 + 15 * 1_440)
    #expect(run.response("get") == 500_000 + 35_600)
    #expect(run.number("redis", "hits") == 16)
    #expect(run.number("redis", "items") == 16)
    #expect(abs(16 / 35.6e-6 - 450_000) < 1000)
  }

  @Test func `only nodes of four vCPUs and more have threads for input and output`() throws {
    let names = (1...4).map { "get\($0)" }
    func times(_ node: String) throws -> [Nanoseconds] {
      let run = try Run(
        arrivals: names.map { ("1s", $0) }, Self.node(Self.lookups(names), ", node: \(node)"))
      return names.map { run.response($0) }.sorted()
    }
    #expect(try times("cache.m6g.large") == [14_000, 28_000, 42_000, 56_000])
    // Three threads read for 12.56 µs each, the command thread takes 1.44 µs after it.
    #expect(try times("cache.m6g.xlarge") == [14_000, 15_440, 16_880, 26_560])
  }

  @Test func `payloads up to 1,000 B cost the same`() throws {
    func time(_ size: String) throws -> Nanoseconds {
      try Run(
        arrivals: [("1s", "set")],
        Self.node("set: [{set: {cache: redis, key: shared, size: \(size)}}]", "")
      ).response()
    }
    #expect(try time("10B") == 14_000)
    #expect(try time("1000B") == 14_000)
    #expect(try time("11000B") == 24_000)
  }

  @Test func `a deleted key and a flushed cache are missed`() throws {
    let run = try Run(
      arrivals: [
        ("1s", "set1"), ("2s", "delete"), ("3s", "get1"), ("4s", "set2"), ("5s", "flush"),
        ("6s", "get2"),
      ],
      Self.node(
        "set1: [{set: {cache: redis, key: shared, namespace: all}}], "
          + "set2: [{set: {cache: redis, key: shared, namespace: all}}], "
          + "delete: [{delete: {cache: redis, key: shared, namespace: all}}], "
          + "flush: [{flush: {cache: redis}}], "
          + "get1: [{get: {cache: redis, key: shared, namespace: all}}], "
          + "get2: [{get: {cache: redis, key: shared, namespace: all}}]", ""))
    #expect(run.number("redis", "misses") == 2)
    #expect(run.number("redis", "hits") == 0)
    #expect(run.number("redis", "items") == 0)
    #expect(run.failed == 0)
  }

  private static func failover(_ redis: String) throws -> Run {
    func get(_ name: String, _ space: String) -> String {
      "\(name): [{get: {cache: redis, key: shared, namespace: \(space)}}]"
    }
    return try Run(
      arrivals: [
        ("5s", "old"), ("9999500us", "new"), ("9999600us", "renew"), ("10s", "fail"),
        ("20s", "during"), ("39999ms", "still"), ("40001ms", "oldThen"), ("41s", "newThen"),
      ],
      node(
        "old: [{set: {cache: redis, key: shared, namespace: a}}], "
          + "new: [{set: {cache: redis, key: shared, namespace: b}}], "
          + "renew: [{set: {cache: redis, key: shared, namespace: a, ttl: 1s}}], "
          + "fail: [{fail-over: {cache: redis}}], "
          + [
            get("during", "a"), get("still", "a"), get("oldThen", "a"), get("newThen", "b"),
          ].joined(separator: ", "), ", command: 0s" + redis))
  }

  @Test func `a replica takes over after 30 s, without the writes of the last millisecond`() throws
  {
    let run = try Self.failover(", replicas: 1")
    #expect(run.failures == ["connection_refused: 1", "connection_refused: 1"])
    #expect(run.endpoint("during").failed.count == 1)
    #expect(run.endpoint("still").failed.count == 1)
    // The old key is there as it was, the new one is lost.
    #expect(run.number("redis", "hits") == 1)
    #expect(run.number("redis", "misses") == 1)
    #expect(run.number("redis", "lost_writes") == 2)
    #expect(run.number("redis", "failovers") == 1)
  }

  @Test func `without a replica everything is lost`() throws {
    let run = try Self.failover("")
    #expect(run.number("redis", "hits") == 0)
    #expect(run.number("redis", "misses") == 2)
  }

  @Test func `a t3.micro without credits has a fifth of a processor for its thread`() throws {
    // 2 vCPUs at a baseline of 10%: commands of 14 µs take 70 µs until a second's credits, of
    // 0.2 s of computing, are saved at 1 s.
    let names = ["early", "late"]
    let run = try Run(
      arrivals: [("500ms", "early"), ("1500ms", "late")],
      Self.node(Self.lookups(names), ", node: cache.t3.micro, credit-balance: 0"))
    #expect(run.response("early") == 70_000)
    #expect(run.response("late") == 14_000)
    let full = try Run(
      arrivals: [("500ms", "early")],
      Self.node(Self.lookups(names), ", node: cache.t3.micro"))
    #expect(full.response("early") == 14_000)
    #expect(full.number("redis", "credit_balance") == 288)
  }

  @Test func `a thread that is always busy spends a t3.micro's credits and falls to its baseline`()
    throws
  {
    // Of 1 credit, a minute of computing: the thread computes all the time, 0.2 of it are earned,
    // so it lasts for 60 / 0.8 = 75 s. From then on a fifth is executed.
    let run = try Run(
      "rate: 1200/s\nprocess: constant\nduration: 150s\ngrace: 0s",
      Self.node(
        Self.lookups(["page"]), ", node: cache.t3.micro, credit-balance: 1, command: 1ms"))
    let completed = run.series("client.throughput")
    let early = completed.filter { $0.time > 10 && $0.time < 74 }.map(\.value)
    let late = completed.filter { $0.time > 80 }.map(\.value)
    let before = early.reduce(0, +) / Double(early.count)
    let after = late.reduce(0, +) / Double(late.count)
    #expect(abs(before - 1000) < 5)
    // A fifth of the time at the least, and full speed for the second that is saved now and then.
    #expect(after > 195 && after < 260)
    let slow = try #require(completed.first { $0.time > 10 && $0.value < 900 })
    #expect(abs(slow.time - 75) < 2)
  }

  @Test func `replicas cost as much as the node, and Valkey four fifths`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      Self.node(
        Self.lookups(["page"]), ", node: cache.m6g.large, replicas: 2, engine: valkey"))
    let item = try #require(run.record.cost.first { $0.component == "redis" })
    #expect(abs(item.amount - 3 * 730 * 0.149 * 0.8) < 1e-9)
  }
}
