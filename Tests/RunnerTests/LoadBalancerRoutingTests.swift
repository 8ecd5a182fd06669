import Components
import Kernel
import Testing

struct LoadBalancerRoutingTests {
  /// Spans in which a target was unhealthy, from the averages of the windows.
  static func unhealthySpan(_ run: Run) -> (from: Double, to: Double) {
    let points = run.series("alb.unhealthy_hosts")
    let window = points.count > 1 ? points[1].time - points[0].time : 0
    guard let first = points.first(where: { $0.value > 0 }),
      let last = points.last(where: { $0.value > 0 })
    else { return (.nan, .nan) }
    return (first.time - first.value * window, last.time - window + last.value * window)
  }

  // MARK: Weights

  @Test func `target groups share requests in the proportion of their weights`() throws {
    let run = try Run(
      "rate: 1000/s\nrequests: 8000",
      """
      alb: {kind: application-load-balancer, targets: [one, two, none], \
      weights: {one: 3, two: 1, none: 0}}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 1ms}
      none: {kind: delay, time: 1ms}
      """)
    // Three of four; the standard deviation of 8000 choices is √(8000 · 3/4 · 1/4) = 38.7.
    #expect(abs(run.number("one", "completions") - 6000) < 4 * 38.7, "seed 1")
    #expect(run.number("none", "completions") == 0)
  }

  @Test func `a weighted target group without targets answers 503 for its share`() throws {
    let run = try Run(
      "rate: 1000/s\nrequests: 8000",
      """
      alb: {kind: application-load-balancer, targets: [one, empty], weights: {one: 1, empty: 1}}
      one: {kind: delay, time: 1ms}
      empty: {kind: auto-scaling-group, min: 0, max: 1, endpoints: {all: [{work: {time: 1ms}}]}}
      """)
    // √(8000 / 4) = 44.7.
    #expect(abs(run.number("alb", "service_unavailable_503") - 4000) < 4 * 44.7, "seed 1")
    #expect(run.number("alb", "requests") == run.number("one", "completions"))
  }

  // MARK: Stickiness

  @Test func `a user keeps a target until the cookie expires, which each answer renews`() throws {
    let run = try Run(
      arrivals: [("0s", "a"), ("1s", "b"), ("5s", "c"), ("14s", "d"), ("30s", "e")],
      """
      alb: {kind: application-load-balancer, targets: [one, two, three], routing: 0s, \
      stickiness: 10s}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 2ms}
      three: {kind: delay, time: 3ms}
      """, users: [1, 2, 1, 1, 1])
    // User 1 gets the first target at 0 s and keeps it at 5 s and, because of that answer, at 14 s.
    // At 30 s the cookie of 14 s is over: the third is next in turn after user 2's.
    #expect(["a", "b", "c", "d", "e"].map { run.response($0) } == [1, 2, 1, 1, 3].map { ms($0) })
  }

  @Test func `a sticky user of an unhealthy target gets another and stays with it`() throws {
    // The first instance stands still from 1 s to 31 s for user 8; user 7 was there before.
    let run = try Run(
      arrivals: [
        ("0.5s", "page"), ("0.6s", "page"), ("1s", "block"), ("20s", "after"), ("60s", "later"),
      ],
      """
      alb: {kind: application-load-balancer, targets: [one, two], routing: 0s, stickiness: 1d, \
      idle-timeout: 100s, health-check: {interval: 5s, timeout: 2s, healthy-after: 2}}
      one: {kind: auto-scaling-group, \(Self.application)}
      two: {kind: auto-scaling-group, \(Self.application)}
      """, users: [7, 9, 8, 7, 7])
    #expect(run.response("block") == ms(30_000))
    #expect(run.number("one", "completions") == 2)
    #expect(run.number("two", "completions") == 3)
    // At 60 s the first is healthy again, for two successes after 31 s take until 41 s at most.
    #expect(Self.unhealthySpan(run).to < 41.1)
  }

  private static let application = """
    concurrency: event-loop, processes: 1, health-check-time: 1ms, \
    endpoints: {block: [{work: {time: 30s, cpu: 0%}}], page: [{work: {time: 1ms}}], \
    after: [{work: {time: 1ms}}], later: [{work: {time: 1ms}}]}
    """

  // MARK: Slow start

  @Test func `a target that recovers takes a share that grows linearly with slow start`() throws {
    // The first target stands still from 1 s to 31 s. From 50 s on there are ten requests a second.
    let pages = (0..<3000).map { ("\(50_000 + 100 * $0)ms", "page") }
    let balancer = { (slowStart: String) in
      """
      alb: {kind: application-load-balancer, targets: [new, old], routing: 0s, \
      idle-timeout: 100s, \(slowStart)health-check: {interval: 10s, timeout: 2s, healthy-after: 4}}
      new: {kind: auto-scaling-group, \(Self.application)}
      old: {kind: auto-scaling-group, \(Self.application)}
      """
    }
    let run = try Run(
      arrivals: [("1s", "block")] + pages, balancer("slow-start: 100s, "))
    let healthy = Self.unhealthySpan(run).to
    // Four successes after 29 s, one each 10 s: healthy between 59 s and 69 s.
    #expect((59...69.1).contains(healthy), "\(healthy)")
    // For each request of the old target the new one gets the share s of its slow start, so that
    // of all it gets s / (1 + s); over a ramp from 0 to 1 that is 1 - ln 2 = 0.30685 on average.
    // 100 s at 10/s: 306.9. After that a half until 350 s; before, nothing.
    let expected = 1000 * 0.306_853 + (350 - healthy - 100) * 10 / 2
    let served = run.number("new", "completions") - 1
    #expect(abs(served - expected) <= 3, "\(served) of \(expected)")
    // Without slow start it is half at once.
    let plain = try Run(arrivals: [("1s", "block")] + pages, balancer(""))
    let half = (350 - Self.unhealthySpan(plain).to) * 10 / 2
    #expect(abs(plain.number("new", "completions") - 1 - half) <= 2)
  }

  @Test func `a target does not start slowly when no other is healthy and at its full share`()
    throws
  {
    // Both stand still from 1 s to 31 s. Who recovers first finds nobody at a full share.
    let pages = (0..<1000).map { ("\(100_000 + 100 * $0)ms", "page") }
    let run = try Run(
      arrivals: [("1s", "block"), ("1001ms", "block")] + pages,
      """
      alb: {kind: application-load-balancer, targets: [one, two], routing: 0s, \
      idle-timeout: 100s, slow-start: 900s, health-check: {interval: 10s, timeout: 2s, \
      healthy-after: 4}}
      one: {kind: auto-scaling-group, \(Self.application)}
      two: {kind: auto-scaling-group, \(Self.application)}
      """)
    let served = [run.number("one", "completions") - 1, run.number("two", "completions") - 1]
    #expect(served[0] + served[1] == 1000)
    // One takes its full share, the other, 30 to 140 s into its 900 s, s / (1 + s) with s from
    // 3.4% to 15.6%: below 135 of 1000 and above 32.
    let slow = min(served[0], served[1])
    #expect((32...135).contains(slow), "\(served)")
  }

  // MARK: Zones

  @Test func `with cross-zone off a zone without targets answers 503`() throws {
    let components = { (crossing: Bool) in
      """
      alb: {kind: application-load-balancer, targets: app, zones: 2, cross-zone: \(crossing)}
      app: {kind: delay, time: 1ms}
      """
    }
    let off = try Run("rate: 1000/s\nrequests: 4000", components(false))
    // Half of the users come to the node of the other zone: √(4000 / 4) = 31.6.
    #expect(abs(off.number("alb", "service_unavailable_503") - 2000) < 4 * 31.6, "seed 1")
    #expect(off.number("alb", "requests") == off.number("app", "completions"))
    let on = try Run("rate: 1000/s\nrequests: 4000", components(true))
    #expect(on.succeeded == 4000)
  }

  @Test func `a node uses the targets of its zone only, and a user stays at a node`() throws {
    let run = try Run(
      "users: {count: 1, think: 1s}\nrequests: 100",
      """
      alb: {kind: application-load-balancer, targets: [one, two], zones: 2, cross-zone: false}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 1ms}
      """)
    let served = [run.number("one", "completions"), run.number("two", "completions")]
    #expect(served == [100, 0] || served == [0, 100], "\(served)")
  }

  @Test func `an instance in a zone without a node is unused`() throws {
    // Three instances in three zones; the load balancer has nodes in two.
    let run = try Run(
      "rate: 100/s\nduration: 100s",
      """
      alb: {kind: application-load-balancer, targets: app, zones: 2, cross-zone: false}
      app: {kind: auto-scaling-group, zones: 3, min: 3, max: 3, \
      endpoints: {page: [{work: {time: 1ms}}]}}
      """)
    #expect(abs(run.number("alb", "healthy_hosts") - 2) < 1e-9)
    #expect(run.failed == 0)
  }

  @Test func `an answer from another zone takes the longer way`() throws {
    let run = try Run(
      "rate: 100/s\nrequests: 1000",
      """
      alb: {kind: application-load-balancer, targets: app, zones: 2, routing: 1ms}
      app: {kind: delay, time: 1ms}
      """)
    // Within the zone 2 ms; across 0.82 - 0.25 = 0.57 ms more.
    #expect(run.endpoint().succeeded.minimum == 2_000_000)
    #expect(run.endpoint().succeeded.maximum == 2_570_000)
    let mean = Double(run.endpoint().succeeded.sum) / 1000
    // √(1000 / 4) = 15.8 of 1000 users.
    #expect(abs(mean - 2_285_000) < 4 * 0.0158 * 570_000, "seed 1")
  }

  @Test func `each node checks the health of each target for itself`() throws {
    // The only worker waits all the time and there is no backlog: each check is refused.
    let failed = { (zones: String) in
      let run = try Run(
        arrivals: [("0s", "page")],
        """
        alb: {kind: application-load-balancer, targets: app, idle-timeout: 1000s\(zones), \
        routing: 0s, health-check: {interval: 30s}}
        app: {kind: auto-scaling-group, processes: 1, threads: 1, backlog: 0, \
        endpoints: {page: [{wait: {time: 600s}}]}}
        """)
      return run.number("alb", "health_checks_failed")
    }
    // A check each 30 s in 600 s: 20, of each node.
    #expect(try failed("") == 20)
    #expect(try failed(", zones: 3") == 60)
  }

  // MARK: Problems

  @Test(arguments: [
    ("slow-start: 60s, algorithm: random", "slow start works with round-robin only"),
    ("slow-start: 60s, algorithm: least-outstanding", "slow start works with round-robin only"),
    ("zones: 2, cross-zone: false, stickiness: 1h", "stickiness does not work with cross-zone off"),
    ("cross-zone: false", "without zones there is nothing to cross"),
    ("weights: {app: 1000}", "the weight of 'app' is not a whole number from 0 to 999"),
    ("weights: {app: 0}", "all weights are 0"),
    ("weights: {app: 1, other: 1}", "'other' is not among the targets"),
    ("weights: {}", "'app' has no weight"),
    ("weights: 3", "'weights' takes a map from targets to weights, not a text"),
  ])
  func `what contradicts itself is a problem`(_ parameters: String, _ message: String) {
    let text = Run.text(
      "rate: 1/s\nduration: 1s",
      """
      alb: {kind: application-load-balancer, targets: app, \(parameters)}
      app: {kind: delay, time: 1ms}
      """, seed: 1)
    #expect(problems(text).map { $0.drop { $0 != " " }.dropFirst() } == [message[...]])
  }
}
