import Components
import Kernel
import Testing

struct LoadBalancerTests {
  @Test func `round robin goes round in the order of the targets`() throws {
    let names = (0..<7).map { "e\($0)" }
    let run = try Run(
      arrivals: names.enumerated().map { ("\($0.offset + 1)s", $0.element) },
      """
      alb: {kind: application-load-balancer, targets: [one, two, three], routing: 10ms}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 2ms}
      three: {kind: delay, time: 3ms}
      """)
    #expect(names.map { run.response($0) } == [11, 12, 13, 11, 12, 13, 11].map { ms($0) })
    #expect(run.number("alb", "requests") == 7)
    // Target response time begins when the request leaves the load balancer.
    #expect(run.durations("alb", "target_response").maximum == ms(3))
  }

  @Test func `least outstanding avoids who is busy`() throws {
    let run = try Run(
      arrivals: [("0ms", "a"), ("1ms", "b"), ("20ms", "c"), ("40ms", "d"), ("400ms", "e")],
      """
      alb: {kind: application-load-balancer, targets: [slow, fast], \
      algorithm: least-outstanding, routing: 0s}
      slow: {kind: delay, time: 100ms}
      fast: {kind: delay, time: 10ms}
      """)
    // While the slow target has a request, all others go to the fast one.
    #expect(["b", "c", "d"].map { run.response($0) } == [ms(10), ms(10), ms(10)])
    #expect(run.response("a") == ms(100))
  }

  @Test func `without a mix every target must have one endpoint only`() {
    let text = Run.text(
      "rate: 1/s\nduration: 1s",
      """
      alb: {kind: application-load-balancer, targets: [one, two]}
      one: {kind: service, endpoints: {page: [], first: []}}
      two: {kind: service, endpoints: {page: [], second: []}}
      """, seed: 1)
    #expect(problems(text) == ["4: 'two' has 2 endpoints, and the workload has no 'mix'"])
  }

  @Test func `random spreads evenly`() throws {
    let run = try Run(
      "rate: 1000/s\nrequests: 9000",
      """
      alb: {kind: application-load-balancer, targets: [one, two, three], algorithm: random}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 1ms}
      three: {kind: delay, time: 1ms}
      """)
    for target in ["one", "two", "three"] {
      let deviation = (9000.0 * 2 / 9).squareRoot()
      #expect(abs(run.number(target, "completions") - 3000) < 4 * deviation, "seed 1")
    }
  }

  @Test func `a target that answers after the idle timeout is given up with 504`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      alb: {kind: application-load-balancer, targets: app, routing: 10ms}
      app: {kind: delay, time: 61s}
      """)
    #expect(run.response() == ms(60_010))
    #expect(run.failures == ["gateway_timeout_504: 1"])
    #expect(run.number("alb", "gateway_timeout_504") == 1)
  }

  @Test func `without targets there is 503`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      alb: {kind: application-load-balancer, targets: app, routing: 10ms}
      app: {kind: auto-scaling-group, min: 0, max: 1, endpoints: {page: [{work: {time: 1ms}}]}}
      """)
    #expect(run.response() == ms(10))
    #expect(run.failures == ["service_unavailable_503: 1"])
  }

  @Test func `a full backlog gives 504 when the connection times out`() throws {
    let run = try Run(
      arrivals: [("1s", "a"), ("1001ms", "b")],
      """
      alb: {kind: application-load-balancer, targets: app, routing: 10ms, \
      health-check: {interval: 300s}}
      app: {kind: auto-scaling-group, processes: 1, threads: 1, backlog: 0, endpoints: {\
      a: [{wait: {time: 5s}}], b: [{wait: {time: 5s}}]}}
      """)
    #expect(run.response("a") == ms(5_010))
    #expect(run.response("b") == ms(10_010))
    #expect(run.failures == ["gateway_timeout_504: 1"])
  }

  @Test func `what the target fails with goes through, and counts as the target's`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      alb: {kind: application-load-balancer, targets: app}
      app: {kind: service, endpoints: {page: [{fail: {}}]}}
      """)
    #expect(run.failures == ["failed: 1"])
    #expect(run.number("alb", "target_5xx") == 1)
  }

  /// An instance whose only event loop stands still for 30 s, so that checks of 2 s fail.
  private static func blocked(_ arrivals: [(time: String, endpoint: String)]) throws -> Run {
    try Run(
      arrivals: arrivals,
      """
      alb: {kind: application-load-balancer, targets: app, idle-timeout: 100s, routing: 0s, \
      health-check: {interval: 5s, timeout: 2s}}
      app: {kind: auto-scaling-group, concurrency: event-loop, processes: 1, \
      health-check-time: 1ms, endpoints: {block: [{work: {time: 30s, cpu: 0%}}], \
      page: [{work: {time: 10ms}}], other: [{work: {time: 10ms}}]}}
      """, workload: "observe: 100s")
  }

  @Test func `a target is unhealthy after two failures and healthy after five successes`() throws {
    let run = try Self.blocked([("1s", "block")])
    // Checks come every 5 s from some moment on. Those of (1 s, 29 s) fail 2 s after they were
    // sent: the target is unhealthy from the second's failure to the answer of the fifth that
    // passes. The first that passes is 25 or 30 s after the first that fails.
    let seconds = run.number("alb", "unhealthy_hosts") * run.record.endTime.inSeconds
    let candidates: [Double] = [25 + 20.001 - 7, 30 + 20.001 - 7]
    #expect(candidates.contains { abs(seconds - $0) < 0.003 }, "\(seconds) s, seed 1")
    let failed = run.number("alb", "health_checks_failed")
    #expect(failed == 5 || failed == 6)
    #expect(run.number("alb", "unhealthy_hosts_maximum") == 1)
  }

  @Test func `when all targets are unhealthy, requests go to all of them`() throws {
    let run = try Self.blocked([("1s", "block"), ("25s", "page"), ("36s", "other")])
    #expect(run.succeeded == 3)
    // It waits for the loop, and there behind the checks that came before it.
    #expect((ms(6_010)...ms(6_017)).contains(run.response("page")))
  }

  @Test func `an unhealthy target gets nothing while another is healthy`() throws {
    let names = (0..<10).map { "e\($0)" }
    let endpoints = names.map { "\($0): [{work: {time: 10ms}}]" }.joined(separator: ", ")
    var arrivals = [("1s", "block")]
    for (index, name) in names.enumerated() { arrivals.append(("\(20 + index)s", name)) }
    let run = try Run(
      arrivals: arrivals,
      """
      alb: {kind: application-load-balancer, targets: app, idle-timeout: 100s, routing: 0s, \
      health-check: {interval: 5s, timeout: 2s}}
      app: {kind: auto-scaling-group, min: 2, max: 2, concurrency: event-loop, processes: 1, \
      endpoints: {block: [{work: {time: 30s, cpu: 0%}}], \(endpoints)}}
      """)
    for name in names { #expect(run.response(name) < ms(20), "\(name), seed 1") }
  }

  @Test func `a request on a target that leaves may finish within the deregistration delay`() throws
  {
    let run = try Self.leaving(delay: "300s")
    #expect(run.response("a") == ms(100_000))
    #expect(run.succeeded == 2)
    // Both instances are billed: one to the end, one until it is drained at 110 s.
    let end = run.record.endTime.inSeconds
    #expect(abs(run.number("app", "instance_hours") - (110 + end) / 3600) < 1e-9)
  }

  @Test func `a request that outlasts the deregistration delay gets 502`() throws {
    let run = try Self.leaving(delay: "20s")
    // It came at 10 s, its instance leaves at 60 s.
    #expect(run.response("a") == ms(70_000))
    #expect(run.failures == ["bad_gateway_502: 1"])
    #expect(run.response("b") == ms(100_000))
    #expect(run.number("alb", "bad_gateway_502") == 1)
  }

  /// A group of two idle instances that takes the older one away at 60 s.
  private static func leaving(delay: String) throws -> Run {
    try Run(
      arrivals: [("10s", "a"), ("11s", "b")],
      """
      alb: {kind: application-load-balancer, targets: app, routing: 0s, idle-timeout: 1000s, \
      deregistration-delay: \(delay)}
      app: {kind: auto-scaling-group, min: 1, max: 2, desired: 2, \
      metric: {period: 60s, publication: 0s}, endpoints: {a: [{wait: {time: 100s}}], \
      b: [{wait: {time: 100s}}]}, \
      scaling: [{policy: simple, when: below, threshold: 50%, adjustment: -1}]}
      """, workload: "observe: 200s")
  }

  @Test(arguments: 1...4)
  func `a target in the place of one that is gone is checked as often as others`(seed: Int) throws {
    let run = try Run(
      "start-rate: 1/s\nprocess: constant\nstages: [{duration: 90s, target: 1/s}, "
        + "{duration: 1ms, target: 40/s}, {duration: 3510s, target: 40/s}]",
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 300s}}
      app: {kind: auto-scaling-group, min: 1, max: 2, desired: 2, launch: 1s, boot: 1s, \
      application-start: 1s, metric: {period: 60s, publication: 1s}, health-check-time: 1s, \
      endpoints: {page: [{work: {time: 20ms}}]}, scaling: [\
      {policy: simple, threshold: 30%, adjustment: +1, cooldown: 10s}, \
      {policy: simple, when: below, threshold: 10%, adjustment: -1, cooldown: 10s}]}
      """, seed: seed)
    // One of two goes at 120 s, while its next check is due within 300 s, and another comes.
    #expect(run.record.scaling.map { "\($0.at.inSeconds): \($0.to)" } == ["120.0: 1", "240.0: 2"])
    // What the processors did is requests and checks, of which each takes a second of CPU. In
    // 3,600 s there are 12 of the first, one or none of the second, 11 or 12 of the third.
    let seconds = run.record.endTime.inSeconds
    let busy = run.number("app", "cpu") * 2 * run.number("app", "instances") * seconds
    let checks = busy - run.number("app", "completions") * 0.020
    #expect((22.5...25.5).contains(checks), "\(checks) checks, seed \(seed)")
  }
}
