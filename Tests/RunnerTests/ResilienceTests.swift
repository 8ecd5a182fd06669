import Components
import Kernel
import Testing

/// What a caller does to protect itself, worked out by hand.
struct ResilienceTests {
  private static func web(_ options: String, _ target: String = "delay, time: 1s") -> String {
    """
    web: {kind: service, endpoints: {page: [{call: {to: other, \(options)}}]}}
    other: {kind: \(target)}
    """
  }

  private static func atOnce(_ count: Int) -> [(time: String, endpoint: String)] {
    Array(repeating: (time: "0s", endpoint: "page"), count: count)
  }

  // MARK: Circuit breaker

  @Test func `a circuit breaker opens at its share of failures, probes, and closes again`() throws {
    let run = try FaultTests.run(
      "rate: 10/s\nprocess: constant\nduration: 1min",
      Self.web(
        "circuit-breaker: {window: 10, share: 50%, open: 5s, probes: 2}", "delay, time: 10ms"),
      ["at: 10.05s, for: 20s, fail: other"])
    // The calls of 10.1 to 10.5 s fail: five of the last ten. Open until 15.5 s, it refuses the 49
    // of 10.6 to 15.4 s. Two probes fail at 15.5 and 15.6 s, and so on every 5.1 s; those of 30.8
    // and 30.9 s succeed. That is 5 + 3 × 2 failures and 4 × 49 refusals.
    #expect(run.failures == ["failed: 11", "circuit_open: 196"])
    #expect(run.number("web", "circuits_opened") == 4)
    #expect(run.number("web", "refused_by_circuit") == 196)
  }

  @Test func `a circuit breaker does not open before its minimum of calls`() throws {
    let options = { (minimum: Int) in
      "circuit-breaker: {window: 100, minimum: \(minimum), share: 50%, open: 1h}"
    }
    let faults = ["at: 1ms, for: 1h, fail: other"]
    let workload = "rate: 10/s\nprocess: constant\nrequests: 20"
    let early = try FaultTests.run(workload, Self.web(options(5)), faults)
    #expect(early.failures == ["failed: 5", "circuit_open: 15"])
    let late = try FaultTests.run(workload, Self.web(options(21)), faults)
    #expect(late.failures == ["failed: 20"])
  }

  @Test func `a timeout is a failure for the circuit breaker`() throws {
    let run = try Run(
      arrivals: [("0s", "page"), ("1s", "page"), ("2s", "page")],
      Self.web("timeout: 100ms, circuit-breaker: {window: 2, open: 1h}"))
    #expect(run.failures == ["timeout: 2", "circuit_open: 1"])
    #expect(run.endpoint().failed.sum == Int128(ms(200)))
  }

  @Test func `an answer to a call of before it opened does not count when it is half open`() throws
  {
    // Two calls fail at 0 s and open it until 1 s. A call made before them fails at 1.5 s, between
    // the first probe, made at 1.2 s, and the second at 1.6 s, which both succeed: it closes.
    let run = try Run(
      arrivals: [
        ("0s", "late"), ("0.1s", "bad"), ("0.2s", "bad"), ("1.25s", "good"), ("1.6s", "good"),
        ("1.7s", "good"),
      ],
      """
      web: {kind: service, endpoints: {late: [{call: {to: api, endpoint: late}}], \
      bad: [{call: {to: api, endpoint: bad}}], good: [{call: {to: api, endpoint: good}}]}}
      api: {kind: service, endpoints: {late: [{wait: {time: 1.5s}}, {call: {to: gate, \
      endpoint: bad}}], bad: [{call: {to: gate, endpoint: bad}}], good: [{call: {to: gate, \
      endpoint: good}}]}}
      gate: {kind: service, endpoints: {bad: [{fail: {}}], good: [{wait: {time: 1ms}}]}}
      """)
    #expect(run.failures == ["failed: 1", "failed: 2"])
    #expect(run.endpoint("good").succeeded.count == 3)
  }

  // MARK: Bulkhead

  @Test func `a bulkhead lets so many in flight, and lets so many wait for so long`() throws {
    let short = try Run(
      arrivals: Self.atOnce(4), Self.web("bulkhead: {size: 2, queue: 1, wait: 500ms}"))
    // Two are asked, one waits for half a second in vain, and one is refused at once.
    #expect(short.succeeded == 2)
    #expect(short.failures == ["bulkhead_full: 2"])
    #expect(short.endpoint().failed.sum == Int128(ms(500)))
    let long = try Run(
      arrivals: Self.atOnce(4), Self.web("bulkhead: {size: 2, queue: 1, wait: 5s}"))
    // One waits until a call ends at 1 s: 1 + 1 + 2 s.
    #expect(long.succeeded == 3)
    #expect(long.endpoint().succeeded.sum == Int128(ms(4000)))
    #expect(long.number("web", "refused_by_bulkhead") == 1)
  }

  @Test func `each process has a bulkhead of its own`() throws {
    let run = try Run(
      arrivals: Self.atOnce(3),
      """
      app: {kind: auto-scaling-group, min: 2, processes: 1, threads: 8, \
      endpoints: {page: [{call: {to: other, bulkhead: {size: 1}}}]}}
      other: {kind: delay, time: 1s}
      """)
    // The group gives the three to its two instances in turn.
    #expect(run.succeeded == 2)
    #expect(run.failures == ["bulkhead_full: 1"])
  }

  // MARK: Rate limit

  @Test func `a rate limiter lets a burst through and then one call in each interval`() throws {
    let refuses = try Run(arrivals: Self.atOnce(5), Self.web("limit: {rate: 10/s, burst: 2}"))
    #expect(refuses.succeeded == 2)
    #expect(refuses.failures == ["rate_limited: 3"])
    // The third and fourth wait for 100 and 200 ms; the fifth would wait for 300 ms.
    let waits = try Run(
      arrivals: Self.atOnce(5), Self.web("limit: {rate: 10/s, burst: 2, wait: 250ms}"))
    #expect(waits.failures == ["rate_limited: 1"])
    #expect(waits.endpoint().succeeded.sum == Int128(ms(4 * 1000 + 100 + 200)))
  }

  @Test func `what a rate limiter saves in a pause is at most its burst`() throws {
    let arrivals =
      [(time: "0s", endpoint: "page")]
      + Array(
        repeating: (time: "10s", endpoint: "page"), count: 4)
    let run = try Run(arrivals: arrivals, Self.web("limit: {rate: 10/s, burst: 3}"))
    #expect(run.succeeded == 4)
    #expect(run.failures == ["rate_limited: 1"])
  }

  // MARK: Hedge

  @Test func `a hedged call takes the first of two answers, as probability says`() throws {
    let run = try Run(
      "rate: 200/s\nrequests: 40000", Self.web("hedge: 100ms", "delay, time: exponential 100ms"))
    // In units of 100 ms: P(T > t) is e^-t up to 1 and e^-t e^-(t-1) from there on, so the mean is
    // (1 - e^-1) + e^-1 / 2 = 0.816; e^-1 = 36.8% are hedged, and the second wins half of those.
    let mean = Double(run.endpoint().succeeded.sum) / 40_000 / 1e6
    #expect(abs(mean - 81.6) < 1.5, "seed 1: \(mean)")
    #expect(abs(run.number("web", "hedges") - 14_715) < 400, "seed 1")
    #expect(abs(run.number("web", "hedges_won") - 7358) < 300, "seed 1")
    #expect(run.ended == 40_000)
  }

  @Test func `a failure of one copy waits for the other`() throws {
    // Each copy fails in a hundredth of a second in half of the cases, else it takes a second.
    let run = try Run(
      "rate: 1/s\nprocess: constant\nrequests: 4000",
      """
      web: {kind: service, endpoints: {page: [{call: {to: api, hedge: 5ms}}]}}
      api: {kind: service, endpoints: {page: [{wait: {time: 10ms}}, {fail: {chance: 50%}}, \
      {wait: {name: rest, time: 990ms}}]}}
      """)
    // Both fail in a quarter of the cases: 1000, with a standard deviation of 27.
    #expect(abs(run.failed - 1000) < 120, "seed 1: \(run.failed)")
    #expect(run.number("web", "hedges") == 4000)
  }

  @Test func `the first copy of a hedged call draws what the call would have drawn`() throws {
    let workload = "rate: 100/s\nrequests: 500"
    let plain = try Run(workload, Self.web("timeout: 1h", "delay, time: exponential 100ms"))
    let hedged = try Run(workload, Self.web("hedge: 1h", "delay, time: exponential 100ms"))
    #expect(plain.endpoint().succeeded.sum == hedged.endpoint().succeeded.sum)
  }
}
