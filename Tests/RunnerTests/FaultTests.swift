import Components
import Kernel
import Testing

/// Faults with consequences worked out by hand.
struct FaultTests {
  /// An experiment with one arm, its workload in one line, and its faults.
  static func text(
    _ workload: String, _ components: String, _ faults: [String], inArm: Bool = false,
    seed: Int = 1
  ) -> String {
    if faults.isEmpty { return Run.text(workload, components, seed: seed) }
    let list = { (width: Int) in
      indented("faults:\n" + faults.map { "  - {\($0)}" }.joined(separator: "\n"), by: width)
    }
    let text = Run.text(workload, components, seed: seed)
    guard inArm else { return text + "\n" + list(0) }
    return text + "\n" + list(4)
  }

  static func run(
    _ workload: String, _ components: String, _ faults: [String], inArm: Bool = false
  ) throws -> Run {
    try Run(experiment: experimentOf(text(workload, components, faults, inArm: inArm)))
  }

  static let steady = "rate: 10/s\nprocess: constant\nduration: 1min"
  static let delay = "orders: {kind: delay, time: 5ms}"

  // MARK: Slow and fail

  @Test(arguments: [false, true])
  func `a slow component takes longer for as long as the fault lasts`(inArm: Bool) throws {
    let run = try Self.run(
      Self.steady, Self.delay, ["at: 20.05s, for: 10s, slow: orders, by: 200ms"], inArm: inArm)
    // Arrivals are 100 ms apart, so 100 of 600 come from 20.05 s to 30.05 s.
    #expect(run.succeeded == 600)
    let times = run.endpoint().succeeded
    #expect(times.sum == Int128(500 * ms(5) + 100 * ms(205)))
    #expect(times.maximum == ms(205))
  }

  @Test func `a component that is made to fail fails its share of the requests, and no others`()
    throws
  {
    let all = try Self.run(Self.steady, Self.delay, ["at: 20.05s, for: 10s, fail: orders"])
    #expect(all.failures == ["failed: 100"])
    #expect(all.endpoint().failed.maximum == 0)
    let run = try Self.run(
      "rate: 1000/s\nprocess: constant\nduration: 1min", Self.delay,
      ["at: 20s, for: 30s, fail: orders, share: 30%"])
    // 30% of 30,000 are 9,000, with a standard deviation of √(30,000 × 0.3 × 0.7) = 79.
    #expect(abs(run.failed - 9000) < 400, "seed 1: \(run.failed)")
  }

  @Test func `two faults of one component act together`() throws {
    let run = try Self.run(
      Self.steady, Self.delay,
      [
        "at: 10.05s, for: 20s, slow: orders, by: 100ms",
        "at: 20.05s, for: 20s, slow: orders, by: 1s",
      ])
    let sum = 600 * ms(5) + 200 * ms(100) + 200 * ms(1000)
    #expect(run.endpoint().succeeded.sum == Int128(sum))
  }

  @Test func `a fault later than the run changes nothing but that it waits`() throws {
    let plain = try Run(Self.steady, Self.delay)
    let late = try Self.run(Self.steady, Self.delay, ["at: 1h, for: 1s, slow: orders, by: 1s"])
    #expect(late.endpoint().succeeded.sum == plain.endpoint().succeeded.sum)
    #expect(late.record.endTime == plain.record.endTime)
  }

  @Test func `health checks pass the gate, so that a load balancer finds a slow target unhealthy`()
    throws
  {
    let components = """
      alb: {kind: application-load-balancer, targets: app, \
      health-check: {interval: 10s, timeout: 5s, unhealthy-after: 2}}
      app: {kind: auto-scaling-group, min: 2, endpoints: {page: [{work: {time: 1ms}}]}}
      """
    let workload = "rate: 1/s\nprocess: constant\nduration: 2min"
    #expect(try Run(workload, components).number("alb", "health_checks_failed") == 0)
    let run = try Self.run(workload, components, ["at: 30s, for: 1min, slow: app, by: 6s"])
    // Each of two instances is checked six times in a minute.
    #expect(run.number("alb", "health_checks_failed") == 12)
    #expect(run.number("alb", "unhealthy_hosts_maximum") == 2)
  }

  // MARK: Instances that stop

  static let group = """
    app: {kind: auto-scaling-group, min: 2, threads: 40, \
    endpoints: {page: [{work: {time: 2s, cpu: 0%}}]}}
    """

  @Test func `an abrupt stop loses what is in flight, and the group launches another`() throws {
    // Two instances take turns; each has at 30.05 s ten of the 20 requests of the last 2 s.
    let run = try Self.run(
      "rate: 10/s\nprocess: constant\nduration: 3min", Self.group,
      ["at: 30.05s, stop: app, instances: 1"])
    #expect(run.failures == ["instance_terminated: 10"])
    // The group finds it missing at the full minute, and the next one is in service 79.6 s later.
    #expect(run.number("app", "replaced") == 1)
    let end = run.record.endTime.inSeconds
    let missing = 60 + ScalingTests.launch - 30.05
    #expect(abs(run.number("app", "instances") - (2 - missing / end)) < 1e-9)
  }

  @Test func `a graceful stop lets requests end within its grace`() throws {
    let run = try Self.run(
      Self.steady + "\ngrace: 10min", Self.group,
      ["at: 30.05s, stop: app, instances: 1, how: graceful, grace: 1min"])
    #expect(run.failures.isEmpty && run.succeeded == 600)
    // It is replaced at once, since the group stops it itself.
    #expect(run.number("app", "replaced") == 1)
    let end = run.record.endTime.inSeconds
    #expect(end < 30.05 + ScalingTests.launch)
    #expect(abs(run.number("app", "instances") - (1 + 30.05 / end)) < 1e-9)
  }

  @Test func `what is not done within the grace is lost`() throws {
    // 20 requests of 2 s are in flight on two instances, of which each has ten, a request each
    // 200 ms, so that four of those ten have at most 800 ms to go.
    let run = try Self.run(
      Self.steady, Self.group, ["at: 30.05s, stop: app, how: graceful, grace: 800ms"])
    #expect(run.failures == ["instance_terminated: 6"])
  }

  @Test func `a spot interruption comes 120 s after its notice`() throws {
    let workload = "rate: 10/s\nprocess: constant\nduration: 10min"
    let lost = try Self.run(workload, Self.group, ["at: 200.05s, interrupt: app, instances: 1"])
    // Without draining, the ten requests on it are lost; the group notices at 240 s.
    #expect(lost.failures == ["instance_terminated: 10"])
    let span = { (run: Run, missing: Double) in 2 - missing / run.record.endTime.inSeconds }
    let afterLoss = 240 + ScalingTests.launch - 200.05
    #expect(abs(lost.number("app", "instances") - span(lost, afterLoss)) < 1e-9)
    // It takes no more requests from the notice on, and another comes in its place.
    let drained = try Self.run(
      workload, Self.group, ["at: 200.05s, interrupt: app, instances: 1, drain: true"])
    #expect(drained.failures.isEmpty)
    #expect(abs(drained.number("app", "instances") - span(drained, ScalingTests.launch)) < 1e-9)
  }

  @Test func `a load balancer tells of an instance that stopped by a failed connection`() throws {
    let components = """
      alb: {kind: application-load-balancer, targets: app, routing: 0ms, \
      health-check: {interval: 5s, timeout: 2s, unhealthy-after: 2}}
      app: {kind: auto-scaling-group, min: 2, endpoints: {page: [{work: {time: 1ms}}]}}
      """
    let run = try Self.run(
      "rate: 10/s\nprocess: constant\nduration: 1min", components, ["at: 20.05s, stop: app"])
    // Half of the requests go nowhere until the second failed check, 5 to 10 s later: 25 to 50, and
    // each fails when its connection times out after 10 s.
    let failed = run.failed
    #expect(failed >= 25 && failed <= 50, "\(run.failures)")
    #expect(run.failures == ["gateway_timeout_504: \(failed)"])
    #expect(run.endpoint().failed.maximum == .seconds(10))
  }

  @Test func `a zone that is lost takes its instances, and the others get what is launched`()
    throws
  {
    let app = """
      app: {kind: auto-scaling-group, min: 4, zones: 2, threads: 40, \
      endpoints: {page: [{work: {time: 2s, cpu: 0%}}]}}
      """
    let run = try Self.run(
      "rate: 10/s\nprocess: constant\nduration: 10min", app,
      ["at: 20.05s, for: 8min, lose-zone: b"])
    // Half of the 20 requests in flight are lost; all four stand in zone 1 from 139.6 s on.
    #expect(run.failures == ["instance_terminated: 10"])
    #expect(run.number("app", "in_service_zone_1") == 4)
    #expect(run.number("app", "in_service_zone_2") == 0)
    #expect(run.number("app", "replaced") == 2)
  }

  @Test func `nothing can be launched while the only zone is lost`() throws {
    let run = try Self.run(
      "rate: 10/s\nprocess: constant\nduration: 10min", Self.group,
      ["at: 20.05s, for: 80s, lose-zone: a"])
    // What was in flight is lost, and all from 20.1 s until 100.05 s + 79.6 s = 179.65 s is refused.
    #expect(run.failures == ["connection_refused: 1596", "instance_terminated: 20"])
  }

  // MARK: Problems

  @Test func `what is wrong with a fault is reported where it is written`() {
    let text = Self.text(
      Self.steady, Self.delay,
      [
        "at: 1s, flush: orders", "at: 1s, slow: ordrs, for: 1s, by: 1s", "at: 1s, fail: orders",
        "at: 1s", "at: 1s, slow: orders, flush: orders, for: 1s, by: 1s",
        "at: 1s, stop: orders, by: 1s", "at: 1s, for: 1s, lose-zone: q",
        "at: 1s, for: 1s, lose-zone: a",
      ])
    let found = problems(text).map { $0.split(separator: ": ", maxSplits: 1).last ?? "" }
    #expect(
      found == [
        "'orders' is a delay, which cannot be flushed",
        "there is no component 'ordrs'",
        "element 3 of 'faults' lacks 'for'",
        "element 4 of 'faults' does not say what happens",
        "'slow' and 'flush' are two faults",
        "'orders' is a delay, which cannot be stopped",
        "unknown key 'by' in element 6 of 'faults'",
        "there is no Availability Zone 'q'",
        "no component of arm 'only' stands in an Availability Zone",
      ])
  }
}
