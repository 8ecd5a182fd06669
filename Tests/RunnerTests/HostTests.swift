import Components
import Kernel
import Testing

/// How an instance takes requests: workers, event loops, processors and connections.
struct HostTests {
  /// Requests at the same instant to endpoints that are alike; gives their response times sorted.
  static func responses(
    _ count: Int, _ application: String, steps: String, others: String = ""
  ) throws -> (times: [Nanoseconds], run: Run) {
    let names = (0..<count).map { "e\($0)" }
    let endpoints = names.map { "\($0): \(steps)" }.joined(separator: ", ")
    let run = try Run(
      arrivals: names.map { ("1s", $0) },
      """
      app: {kind: auto-scaling-group, instance: t3.micro, \(application), \
      endpoints: {\(endpoints)}}
      \(others)
      """)
    return (names.map { run.response($0) }.sorted(), run)
  }

  @Test func `blocking work serialises an event loop, also where it only waits`() throws {
    let loop = "concurrency: event-loop, processes: 1"
    let waiting = try Self.responses(3, loop, steps: "[{work: {time: 100ms, cpu: 0%}}]")
    #expect(waiting.times == [ms(100), ms(200), ms(300)])
    // The instance has two processors, but a loop uses one of them.
    let computing = try Self.responses(3, loop, steps: "[{work: {time: 100ms}}]")
    #expect(computing.times == [ms(100), ms(200), ms(300)])
  }

  @Test func `waiting that does not block overlaps on an event loop`() throws {
    let loop = "concurrency: event-loop, processes: 1"
    let wait = try Self.responses(3, loop, steps: "[{wait: {time: 100ms}}]")
    #expect(wait.times == [ms(100), ms(100), ms(100)])
    let work = try Self.responses(
      3, loop, steps: "[{work: {time: 100ms, cpu: 20%, blocking: false}}]")
    #expect(work.times == [ms(100), ms(120), ms(140)])
    let call = try Self.responses(
      3, loop, steps: "[{call: {to: far}}]", others: "far: {kind: delay, time: 30ms}")
    #expect(call.times == [ms(30), ms(30), ms(30)])
  }

  @Test func `a call that blocks holds the event loop until the answer`() throws {
    let call = try Self.responses(
      3, "concurrency: event-loop, processes: 1", steps: "[{call: {to: far, blocking: true}}]",
      others: "far: {kind: delay, time: 30ms}")
    #expect(call.times == [ms(30), ms(60), ms(90)])
  }

  @Test func `two loops share the requests`() throws {
    let both = try Self.responses(
      4, "concurrency: event-loop, processes: 2", steps: "[{work: {time: 100ms}}]")
    #expect(both.times == [ms(100), ms(100), ms(200), ms(200)])
  }

  @Test func `threads work on one request each`() throws {
    let (times, run) = try Self.responses(
      5, "processes: 1, threads: 2", steps: "[{work: {time: 100ms, cpu: 0%}}]")
    #expect(times == [ms(100), ms(100), ms(200), ms(200), ms(300)])
    // Two wait 100 ms and one 200 ms for a thread.
    #expect(run.durations("app", "waiting").sum == Int128(ms(400)))
  }

  @Test func `four threads on two processors run at half speed`() throws {
    let (times, _) = try Self.responses(
      4, "processes: 2, threads: 2", steps: "[{work: {time: 100ms}}]")
    #expect(times == [ms(200), ms(200), ms(200), ms(200)])
  }

  @Test func `a full backlog refuses`() throws {
    let (times, run) = try Self.responses(
      4, "processes: 1, threads: 1, backlog: 2", steps: "[{work: {time: 100ms}}]")
    #expect(times == [0, ms(100), ms(200), ms(300)])
    #expect(run.failures == ["connection_refused: 1"])
    #expect(run.number("app", "rejected") == 1)
  }

  @Test func `a pool of one connection is opened once and used in turn`() throws {
    let (times, run) = try Self.responses(
      3, "processes: 1, threads: 4, connections: {db: {size: 1, connect: 5ms}}",
      steps: "[{call: {to: db}}]", others: "db: {kind: delay, time: 10ms}")
    #expect(times == [ms(15), ms(25), ms(35)])
    #expect(run.number("app", "connections_opened_db") == 1)
  }

  @Test func `overflow connections are closed after use`() throws {
    let (times, run) = try Self.responses(
      3, "processes: 1, threads: 4, connections: {db: {size: 1, overflow: 1, connect: 5ms}}",
      steps: "[{call: {to: db}}]", others: "db: {kind: delay, time: 10ms}")
    // The third waits for one of two, which is closed, and opens another.
    #expect(times == [ms(15), ms(15), ms(30)])
    #expect(run.number("app", "connections_opened_db") == 3)
  }

  @Test func `who waits too long for a connection fails`() throws {
    let (times, run) = try Self.responses(
      3, "processes: 1, threads: 4, connections: {db: {size: 1, connect: 0s, wait: 15ms}}",
      steps: "[{call: {to: db}}]", others: "db: {kind: delay, time: 10ms}")
    #expect(times == [ms(10), ms(15), ms(20)])
    #expect(run.failures == ["pool_timeout: 1"])
    #expect(run.number("app", "connection_timeouts_db") == 1)
  }

  @Test func `a wait for a connection that ends without one can be ignored`() throws {
    let (times, run) = try Self.responses(
      2, "processes: 1, threads: 4, connections: {db: {size: 1, connect: 0s, wait: 4ms}}",
      steps: "[{call: {to: db, ignore-failure: true}}, {work: {time: 1ms}}]",
      others: "db: {kind: delay, time: 10ms}")
    #expect(times == [ms(5), ms(11)])
    #expect(run.failures.isEmpty)
  }

  @Test func `each process has connections of its own`() throws {
    let (times, run) = try Self.responses(
      4, "processes: 2, threads: 2, connections: {db: {size: 1, connect: 5ms}}",
      steps: "[{call: {to: db}}]", others: "db: {kind: delay, time: 10ms}")
    #expect(times == [ms(15), ms(15), ms(25), ms(25)])
    #expect(run.number("app", "connections_opened_db") == 2)
  }

  @Test func `a connection is given back when its call fails or times out`() throws {
    let run = try Run(
      arrivals: [("1s", "a"), ("2s", "b"), ("3s", "c")],
      """
      app: {kind: auto-scaling-group, processes: 1, threads: 1, \
      connections: {db: {size: 1, connect: 0s}}, \
      endpoints: {a: [{call: {to: db, timeout: 5ms}}], \
      b: [{call: {to: db, timeout: 5ms, retry: {attempts: 2, backoff: 10ms, jitter: none}}}], \
      c: [{call: {to: db}}]}}
      db: {kind: delay, time: 10ms}
      """)
    #expect(run.response("a") == ms(5))
    #expect(run.response("b") == ms(5 + 10 + 5))
    #expect(run.response("c") == ms(10))
    #expect(run.failures == ["timeout: 1", "timeout: 1"])
  }

  @Test func `a lookup that fails fails those who wait for it, and the next one leads again`()
    throws
  {
    let steps = """
      [{get: {cache: redis, key: shared, namespace: all, coalesce: true, miss: [\
      {call: {to: db, timeout: 5ms}}, {set: {cache: redis, key: shared, namespace: all}}]}}]
      """
    let run = try Run(
      arrivals: [("1s", "a"), ("1.001s", "b"), ("2s", "c")],
      """
      web: {kind: service, endpoints: {a: \(steps), b: \(steps), c: \(steps)}}
      redis: {kind: redis, command: 0s, network: 0s}
      db: {kind: delay, time: 10ms}
      """)
    #expect(run.response("a") == ms(5))
    #expect(run.response("b") == ms(4))
    #expect(run.response("c") == ms(5))
    #expect(run.failures == ["timeout: 1", "timeout: 1", "timeout: 1"])
    #expect(run.number("redis", "misses") == 2)
    #expect(run.number("web", "coalesced") == 1)
  }

  @Test func `lookups of one key in two caches do not wait for each other`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{get: {cache: near, key: user, coalesce: true, \
      miss: [{get: {name: second, cache: far, key: user, coalesce: true, \
      miss: [{work: {time: 3ms}}]}}]}}]}}
      near: {kind: redis, command: 0s, network: 0s}
      far: {kind: redis, command: 0s, network: 0s}
      """)
    #expect(run.response() == ms(3))
  }
}
