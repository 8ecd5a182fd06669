import Components
import Kernel
import Testing

/// Health checks to the second, failing open, and the codes that the load balancer makes itself.
struct LoadBalancerFailureTests {
  // MARK: Health checks

  @Test(arguments: [("event-loop", 65.0), ("refusing", 60)])
  func `a target that dies just after a pass is unhealthy 60 to 65 s later`(
    _ way: String, _ seconds: Double
  ) throws {
    // From 1 s to 201 s the instance answers no check: the loop stands still, or refuses.
    let application =
      way == "event-loop"
      ? "concurrency: event-loop, processes: 1, endpoints: {block: [{work: {time: 200s, cpu: 0%}}]}"
      : "processes: 1, threads: 1, backlog: 0, endpoints: {block: [{wait: {time: 200s}}]}"
    let run = try Run(
      arrivals: [("1s", "block")],
      """
      alb: {kind: application-load-balancer, targets: app, idle-timeout: 1000s, routing: 0s}
      app: {kind: auto-scaling-group, health-check-time: 1ms, \(application)}
      """, workload: "observe: 400s")
    let span = LoadBalancerRoutingTests.unhealthySpan(run)
    // Checks come each 30 s, at second p of the interval. One that times out ends 5 s after it was
    // sent, one that is refused at once; the second makes the target unhealthy.
    let timeout = seconds - 60
    let secondFailure = span.from - timeout
    let firstFailure = secondFailure - 30
    #expect((1...31.01).contains(firstFailure), "\(span)")
    // Had it died just after its last pass, 30 s before the first failure:
    #expect(abs(span.from - (firstFailure - 30) - seconds) < 0.01)
    // Healthy with the fifth success, 120 s after the first, which is the first check that the
    // instance answers in time; it was sent on the same second of the interval.
    let firstPass = span.to - 120
    #expect((201 - timeout - 0.01...231).contains(firstPass.rounded()), "\(span)")
    let intervals = (firstPass - firstFailure) / 30
    #expect(abs(intervals - intervals.rounded()) * 30 < timeout + 0.1, "\(span)")
  }

  @Test func `a new target that has not been checked yet counts as neither healthy nor unhealthy`()
    throws
  {
    // A second instance comes at 120 + 3 = 123 s and is checked within 100 s; then both are healthy.
    let run = try Run(
      "rate: 40/s\nprocess: constant\nduration: 300s",
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 100s}}
      app: {kind: auto-scaling-group, min: 1, max: 2, launch: 1s, boot: 1s, application-start: 1s, \
      metric: {period: 60s, publication: 1s}, endpoints: {page: [{work: {time: 20ms}}]}, \
      scaling: [{policy: simple, threshold: 30%, adjustment: +1, cooldown: 1000s}]}
      """)
    #expect(run.record.scaling.map { "\($0.at.inSeconds): \($0.to)" } == ["120.0: 2"])
    #expect(run.number("alb", "unhealthy_hosts_maximum") == 0)
    let delays = run.record.scaling[0].delays
    let check = delays.first { $0.name == "health_check" }?.duration.inSeconds ?? .nan
    let end = run.record.endTime.inSeconds
    // One from the start, one from 123 s and the answer to its first check on.
    #expect(abs(run.number("alb", "healthy_hosts") - (1 + (end - 123 - check) / end)) < 1e-6)
  }

  // MARK: Fail open

  @Test(arguments: [
    ("minimum-healthy: 1", 0), ("minimum-healthy: 2", 5), ("minimum-healthy-share: 50%", 0),
    ("minimum-healthy-share: 51%", 5),
  ])
  func `with fewer healthy targets than the minimum, requests go to all`(
    _ minimum: String, _ slow: Int
  ) throws {
    // One of two instances stands still from 1 s to 61 s, unhealthy from 13 s at the latest on.
    // Of ten requests from 20 s on it gets every other one, or none.
    let names = (0..<10).map { "e\($0)" }
    let endpoints = names.map { "\($0): [{work: {time: 10ms}}]" }.joined(separator: ", ")
    var arrivals = [("1s", "block")]
    for (index, name) in names.enumerated() { arrivals.append(("\(20 + index)s", name)) }
    let run = try Run(
      arrivals: arrivals,
      """
      alb: {kind: application-load-balancer, targets: app, idle-timeout: 100s, routing: 0s, \
      \(minimum), health-check: {interval: 5s, timeout: 2s}}
      app: {kind: auto-scaling-group, min: 2, max: 2, concurrency: event-loop, processes: 1, \
      endpoints: {block: [{work: {time: 60s, cpu: 0%}}], \(endpoints)}}
      """)
    #expect(names.count { run.response($0) > ms(20_000) } == slow)
    #expect(run.succeeded == 11)
  }

  // MARK: Kept connections

  @Test func `a target that closes idle connections first gives 502 in a race`() throws {
    let run = try Run(
      arrivals: [
        ("1s", "first"), ("3009900us", "race"), ("4s", "second"), ("6009700us", "early"),
        ("8019700us", "late"),
      ],
      """
      alb: {kind: application-load-balancer, targets: app, routing: 0s, target-keep-alive: 2s}
      app: {kind: delay, time: 10ms}
      """)
    // Answered at 1.01 s; at 3.0099 s the connection has been idle for 1.9999 s: within the round
    // trip of 0.25 ms before the target's 2 s. The reset comes after a round trip.
    #expect(run.response("race") == 250_000)
    #expect(run.failures == ["bad_gateway_502: 1"])
    // Answered at 4.01 s; at 6.0097 s idle for 1.9997 s: the target still has it.
    #expect(run.response("early") == ms(10))
    // Answered at 6.0197 s; at 8.0197 s idle for 2 s: closed and known to be, so a new one is made.
    #expect(run.response("late") == ms(10))
    // A target was chosen for each.
    #expect(run.number("alb", "requests") == 5)
    #expect(run.number("app", "completions") == 4)
  }

  @Test func `the race hits the share of requests that theory says`() throws {
    // One user at a time, thinking exponentially for 1 s on average: the connection is idle for as
    // long as the thought. A window of 100 ms before 2 s: P(1.9 < t < 2) = e^-1.9 - e^-2 = 0.01423.
    // A connection that was reset is not kept, so that the next request cannot meet the race.
    let run = try Run(
      "users: {count: 1, think: exponential 1s}\nrequests: 40000",
      """
      alb: {kind: application-load-balancer, targets: app, routing: 0s, target-keep-alive: 2s, \
      round-trip: 100ms}
      app: {kind: delay, time: 0s}
      """)
    // A share p of those that follow an answer: n (1 - f) p = n f, so f = p / (1 + p) = 0.01403.
    let expected = 40_000 * 0.014_23 / 1.014_23
    let lost = run.number("alb", "bad_gateway_502")
    #expect(abs(lost - expected) < 4 * expected.squareRoot(), "\(lost) of \(expected), seed 1")
  }

  @Test func `a target that keeps connections for as long as the load balancer has no race`() throws
  {
    let run = try Run(
      "users: {count: 1, think: exponential 1s}\nrequests: 1000",
      """
      alb: {kind: application-load-balancer, targets: app, routing: 0s, idle-timeout: 2s, \
      target-keep-alive: 2s, round-trip: 100ms}
      app: {kind: delay, time: 0s}
      """)
    #expect(run.succeeded == 1000)
  }

  // MARK: Codes

  @Test func `a client that gives up before the answer is 460, and in no other count`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      alb: {kind: application-load-balancer, targets: app}
      app: {kind: service, endpoints: {page: [{wait: {time: 3s}}, {fail: {}}]}}
      """, workload: "timeout: 1s\nobserve: 10s")
    #expect(run.failures == ["timeout: 1"])
    #expect(run.number("alb", "client_closed_460") == 1)
    #expect(run.number("alb", "target_5xx") == 0)
    #expect(run.number("alb", "balancer_5xx") == 0)
  }

  @Test func `a client that gives up before the idle timeout is 460 and not 504`() throws {
    let components = """
      alb: {kind: application-load-balancer, targets: app, idle-timeout: 5s}
      app: {kind: delay, time: 100s}
      """
    let early = try Run(
      arrivals: [("0s", "page")], components, workload: "timeout: 1s\nobserve: 10s")
    #expect(early.number("alb", "client_closed_460") == 1)
    #expect(early.number("alb", "gateway_timeout_504") == 0)
    let late = try Run(
      arrivals: [("0s", "page")], components, workload: "timeout: 9s\nobserve: 10s")
    #expect(late.number("alb", "client_closed_460") == 0)
    #expect(late.number("alb", "gateway_timeout_504") == 1)
    #expect(late.failures == ["gateway_timeout_504: 1"])
  }

  @Test func `a request without a target is in no count of requests, a refused one is`() throws {
    let none = try Run(
      arrivals: [("0s", "page")],
      """
      alb: {kind: application-load-balancer, targets: app}
      app: {kind: auto-scaling-group, min: 0, max: 1, endpoints: {page: [{work: {time: 1ms}}]}}
      """)
    #expect(none.number("alb", "requests") == 0)
    #expect(none.number("alb", "service_unavailable_503") == 1)
    #expect(none.number("alb", "balancer_5xx") == 1)
    let refused = try Run(
      arrivals: [("1s", "a"), ("1001ms", "b")],
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 300s}}
      app: {kind: auto-scaling-group, processes: 1, threads: 1, backlog: 0, endpoints: {\
      a: [{wait: {time: 5s}}], b: [{wait: {time: 5s}}]}}
      """)
    #expect(refused.number("alb", "requests") == 2)
    #expect(refused.number("alb", "target_connection_errors") == 1)
    #expect(refused.number("alb", "gateway_timeout_504") == 1)
  }

  @Test func `beyond the limit of connections they are rejected`() throws {
    let run = try Run(
      arrivals: [("0s", "a"), ("1s", "b"), ("6s", "c")],
      """
      alb: {kind: application-load-balancer, targets: app, connection-limit: 1}
      app: {kind: delay, time: 5s}
      """)
    #expect(run.failures == ["connection_refused: 1"])
    #expect(run.response("b") == 0)
    #expect(run.number("alb", "rejected_connections") == 1)
    #expect(run.number("alb", "requests") == 2)
  }

  // MARK: Going away

  @Test func `an instance behind two load balancers goes when the last has drained it`() throws {
    // The group takes the older of two idle instances away at 60 s. The first load balancer has
    // sent it a request of 100 s at 10 s; the second has sent it nothing, and lets it go at once.
    let run = try Run(
      arrivals: [("10s", "a"), ("11s", "b")],
      """
      web: {kind: service, endpoints: {a: [{call: {to: one, endpoint: a}}], \
      b: [{call: {to: one, endpoint: b}}], c: [{call: {to: two, endpoint: a}}]}}
      one: {kind: application-load-balancer, targets: app, routing: 0s, idle-timeout: 1000s}
      two: {kind: application-load-balancer, targets: app, routing: 0s, idle-timeout: 1000s}
      app: {kind: auto-scaling-group, min: 1, max: 2, desired: 2, \
      metric: {period: 60s, publication: 0s}, endpoints: {a: [{wait: {time: 100s}}], \
      b: [{wait: {time: 100s}}]}, \
      scaling: [{policy: simple, when: below, threshold: 50%, adjustment: -1}]}
      """, workload: "observe: 200s")
    #expect(run.succeeded == 2)
    // Billed until 110 s and until the end.
    let end = run.record.endTime.inSeconds
    #expect(abs(run.number("app", "instance_hours") - (110 + end) / 3600) < 1e-9)
  }
}
