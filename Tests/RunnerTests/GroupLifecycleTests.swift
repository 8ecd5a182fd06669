import Components
import Kernel
import Testing

/// The life of a group's instances, to the second.
///
/// As in ``ScalingTests`` a load of r requests a second is r × 5% of an instance, which is in
/// service 79.6 s after it was asked for: 16.5 s launch, 3.1 s boot, 60 s application start.
struct GroupLifecycleTests {
  static func group(_ parameters: String) -> String { ScalingTests.group(parameters) }

  static func timeline(_ run: Run) -> [String] { ScalingTests.timeline(run) }

  static func hours(_ run: Run) -> Double { run.number("app", "instance_hours") * 3600 }

  static func idle(_ seconds: Int) -> String {
    "rate: 0.01/s\nprocess: constant\nduration: \(seconds)s"
  }

  // MARK: The whole way

  @Test(arguments: 1...2)
  func `target tracking on a stepped load follows from its rules to the second`(seed: Int) throws {
    // 6/s are 30% until 300 s; then 24/s are 120% of one instance, until 1,200 s; then 2/s.
    let run = try Run(
      "start-rate: 6/s\nprocess: constant\nstages: [{duration: 300s, target: 6/s}, "
        + "{duration: 1ms, target: 24/s}, {duration: 900s, target: 24/s}, "
        + "{duration: 1ms, target: 2/s}, {duration: 1500s, target: 2/s}]",
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 30s}}
      \(Self.group("min: 1, max: 4, scaling: [{policy: target-tracking, target: 60%}]"))
      """, seed: seed)
    // Out: the datapoints of 360, 420 and 480 s are 100%. The third is published at 570 s and
    // evaluated at 600 s: 1 × 100 / 60 = 1.67, so two. The second instance is in service at
    // 679.6 s and warm at 979.6 s.
    // In: from 1,200 s on 2/s are 5% of two instances. The fifteenth low datapoint is of 2,100 s,
    // published at 2,190 s, evaluated at 2,220 s: 2 × 5 / 60 = 0.17, so one. One must remain.
    let out = try #require(run.record.scaling.first)
    #expect(out.at == .seconds(600) && out.from == 1)
    #expect(out.to == 2, "seed \(seed)")
    #expect(
      Array(ScalingTests.delays(out).prefix(6)) == [
        "metric 180.0", "publication 90.0", "alarm 30.0", "launch 16.5", "boot 3.1",
        "application_start 60.0",
      ])
    let check = try #require(out.delays.first { $0.name == "health_check" })
    #expect(check.duration > 0 && check.duration.inSeconds < 31, "seed \(seed)")
    #expect(out.delays.last?.name == "warm_up")
    let last = try #require(run.record.scaling.last)
    #expect(last.to == 1, "seed \(seed)")
    #expect(ScalingTests.delays(last) == ["metric 900.0", "publication 90.0", "alarm 30.0"])
    #expect(last.at == .seconds(2220), "\(Self.timeline(run)), seed \(seed)")
  }

  // MARK: Monitoring

  @Test func `with basic monitoring an alarm of one datapoint comes after five minutes`() throws {
    let run = try Run(
      "rate: 36/s\nprocess: constant\nduration: 10min",
      Self.group(
        "min: 1, max: 3, metric: {period: 300s}, scaling: [{policy: simple, threshold: 80%}]"))
    // The datapoint of 300 s is published at 390 s and evaluated at 420 s.
    #expect(Self.timeline(run) == ["420.0: 1 2"])
    #expect(
      ScalingTests.delays(run.record.scaling[0]).prefix(3)
        == ["metric 300.0", "publication 90.0", "alarm 30.0"])
    #expect(!run.record.cost.contains { $0.what == "detailed monitoring" })
  }

  @Test func `alarms and detailed monitoring are on the bill`() throws {
    let run = try Run(
      Self.idle(3600),
      Self.group(
        """
        min: 2, max: 2, scaling: [{policy: target-tracking, target: 60%}, \
        {policy: simple, threshold: 80%}]
        """))
    // Two alarms of target tracking and one: 3 × $0.10. Two instances: 2 × $2.10.
    let alarms = try #require(run.record.cost.first { $0.what == "alarms" })
    #expect(alarms.quantity == 3 && abs(alarms.amount - 0.30) < 1e-9)
    let monitoring = try #require(run.record.cost.first { $0.what == "detailed monitoring" })
    #expect(abs(monitoring.amount - 4.20) < 0.01)
  }

  @Test func `an alarm of 10 s periods costs three times as much`() throws {
    let run = try Run(
      Self.idle(3600),
      Self.group("min: 1, scaling: [{policy: simple, threshold: 80%, period: 10s}]"))
    let alarms = try #require(run.record.cost.first { $0.what == "alarms" })
    #expect(alarms.quantity == 1 && abs(alarms.amount - 0.30) < 1e-9)
  }

  // MARK: Set times

  @Test func `a scheduled action sets the capacity at its time, again each day, without cooldown`()
    throws
  {
    let run = try Run(
      "rate: 1/min\nprocess: constant\nduration: 3h",
      Self.group(
        """
        min: 1, max: 4, scheduled: [{at: 10min, every: 1h, desired: 3}, \
        {at: 40min, every: 1h, min: 2, desired: 0}]
        """))
    // The second moves the minimum, below which the capacity does not fall.
    #expect(
      Self.timeline(run) == [
        "600.0: 1 3", "2400.0: 3 2", "4200.0: 2 3", "6000.0: 3 2", "7800.0: 2 3", "9600.0: 3 2",
      ])
    #expect(run.record.scaling[0].cause == "scheduled action")
    #expect(
      ScalingTests.delays(run.record.scaling[0]) == [
        "launch 16.5", "boot 3.1", "application_start 60.0",
      ])
  }

  @Test func `a scheduled maximum takes away what is above it`() throws {
    let run = try Run(
      Self.idle(900),
      Self.group("min: 3, max: 5, scheduled: [{at: 100s, max: 2}, {at: 300s, min: 4}]"))
    #expect(Self.timeline(run) == ["100.0: 3 2", "300.0: 2 4"])
  }

  // MARK: Zones and the order of termination

  @Test func `instances are spread over the zones, and the most populated loses one first`() throws
  {
    func zones(_ change: String) throws -> [Double] {
      let run = try Run(Self.idle(900), Self.group("min: 0, max: 8, zones: 3, \(change)"))
      return (1...3).map { run.number("app", "in_service_zone_\($0)") }
    }
    #expect(try zones("desired: 5") == [2, 2, 1])
    #expect(try zones("desired: 4, scheduled: [{at: 9s, desired: 8}]") == [3, 3, 2])
    // The third zone has one of five: it keeps it until the others have one each.
    #expect(try zones("desired: 5, scheduled: [{at: 9s, desired: 3}]") == [1, 1, 1])
  }

  // Launched at 0 s in the first zone, and at 300 s in the second, billed from 316.5 s. At 4,000 s
  // the first is 400 s into its second hour and the other, 3,683.5 s old, 83.5 s into its second:
  // the first is closer to its next hour. At 3,700 s the first is 100 s into its second hour, the
  // other 3,383.5 s into its first.
  @Test(arguments: [
    ("default", "4000s", 2), ("default", "3700s", 1), ("oldest-instance", "3700s", 2),
    ("newest-instance", "4000s", 1),
  ])
  func `by default the instance closest to its next billing hour goes`(
    _ policy: String, _ at: String, _ remains: Int
  ) throws {
    let run = try Run(
      Self.idle(5000),
      Self.group(
        """
        min: 1, max: 2, zones: 2, termination: \(policy), \
        scheduled: [{at: 300s, desired: 2}, {at: \(at), desired: 1}]
        """))
    #expect(run.number("app", "in_service_zone_\(remains)") == 1)
    #expect(run.number("app", "in_service_zone_\(3 - remains)") == 0)
  }

  @Test func `an instance is billed for a minute at least`() throws {
    let run = try Run(
      Self.idle(900),
      Self.group(
        "min: 1, max: 2, scheduled: [{at: 100s, desired: 2}, {at: 120s, desired: 1}], "
          + "termination: newest-instance, application-start: 0s, boot: 0s, launch: 1s"))
    // The second runs from 101 s to 120 s.
    #expect(abs(Self.hours(run) - run.record.endTime.inSeconds - 60) < 1e-6)
  }

  // MARK: Hooks

  @Test func `hooks hold an instance before it is in service and before it is gone`() throws {
    let run = try Run(
      Self.idle(900),
      Self.group(
        """
        min: 1, max: 2, launch-hook: 30s, termination-hook: 45s, termination: newest-instance, \
        scheduled: [{at: 100s, desired: 2}, {at: 400s, desired: 1}]
        """))
    let end = run.record.endTime.inSeconds
    // In service from 100 + 79.6 + 30 to 400 s; billed from 116.5 to 445 s.
    #expect(abs(run.number("app", "instances") * end - end - (400 - 209.6)) < 1e-6)
    #expect(abs(Self.hours(run) - end - (445 - 116.5)) < 1e-6)
    #expect(
      ScalingTests.delays(run.record.scaling[0]) == [
        "launch 16.5", "boot 3.1", "application_start 60.0", "hook 30.0",
      ])
  }

  // MARK: Health

  static func sick(_ health: String, seed: Int = 1) throws -> Run {
    // A check computes for 3 s and may take 2 s: every instance is found unhealthy.
    try Run(
      "rate: 0.01/s\nprocess: constant\nduration: 600s",
      """
      alb: {kind: application-load-balancer, targets: app, \
      health-check: {interval: 30s, timeout: 2s}}
      \(Self.group("min: 1, max: 2, health-check-time: 3s, \(health)"))
      """, seed: seed)
  }

  @Test func `an unhealthy instance is replaced only if the load balancer's checks count`() throws {
    #expect(try Self.sick("health: {type: ec2}").number("app", "replaced") == 0)
    let run = try Self.sick("health: {type: elb}")
    // The first is found unhealthy at its second check, up to 62 s after the start. Each that
    // follows is in service after 79.6 s and unhealthy 32 to 62 s later: about every two minutes.
    #expect((4...6).contains(run.number("app", "replaced")), "seed 1")
    #expect(run.record.scaling.isEmpty)
  }

  @Test func `within the grace period an unhealthy instance is not replaced`() throws {
    // The first was there before the run. The second, from about 140 s on, has 300 s of grace: it
    // goes at about 440 s, and the third has grace until the end.
    let run = try Self.sick("health: {type: elb, grace: 300s}")
    #expect(run.number("app", "replaced") == 2, "seed 1")
  }

  @Test func `an instance that is in service before its application listens fails its checks`()
    throws
  {
    let run = try Run(
      "rate: 0.01/s\nprocess: constant\nduration: 900s",
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 30s}}
      \(Self.group("min: 1, max: 2, in-service: running, application-start: 120s, "
        + "scheduled: [{at: 100s, desired: 2}]"))
      """)
    // In service at 116.5 s, listening at 239.6 s: four or five checks fail, so that it needs five
    // that pass, 120 s apart from first to last.
    let check = try #require(run.record.scaling[0].delays.first { $0.name == "health_check" })
    #expect(check.duration.inSeconds > 120 && check.duration.inSeconds < 151, "seed 1")
  }

  // MARK: Warm pools

  @Test func `a warm pool shortens the launch and is filled again`() throws {
    let run = try Run(
      Self.idle(900),
      Self.group(
        """
        min: 1, max: 4, warm-pool: {state: stopped, prepared: 2}, \
        scheduled: [{at: 100s, desired: 2}, {at: 400s, desired: 3}]
        """))
    // One stopped instance is prepared for the first; then the group has as many as are prepared.
    #expect(ScalingTests.delays(run.record.scaling[0]) == ["launch 19.6"])
    #expect(
      ScalingTests.delays(run.record.scaling[1]) == [
        "launch 16.5", "boot 3.1", "application_start 60.0",
      ])
    let end = run.record.endTime.inSeconds
    #expect(
      abs(run.number("app", "instances") * end - (end + (end - 119.6) + (end - 479.6))) < 1e-6)
    // The stopped one is billed from when it runs.
    #expect(abs(Self.hours(run) - (end + (end - 116.5) + (end - 416.5))) < 1e-6)
  }

  @Test func `a running warm pool is billed, serves at once, and takes back what is reused`() throws
  {
    let run = try Run(
      Self.idle(900),
      Self.group(
        """
        min: 1, max: 2, warm-pool: {state: running, reuse: true}, termination: newest-instance, \
        scheduled: [{at: 100s, desired: 2}, {at: 400s, desired: 1}]
        """))
    #expect(ScalingTests.delays(run.record.scaling[0]) == ["launch 0.0"])
    let end = run.record.endTime.inSeconds
    // Two run all the time: in the pool, in service from 100 to 400 s, in the pool again.
    #expect(abs(Self.hours(run) - 2 * end) < 1e-6)
    #expect(abs(run.number("app", "instances") * end - end - 300) < 1e-6)
  }

  // MARK: Other metrics

  @Test func `target tracking holds a backlog for each instance`() throws {
    // 22/s on one instance that serves 20/s: 2/s more wait, 120, 240 and 360 for one instance at
    // the ends of the first three minutes. At 300 s 360 for each are seen, where 100 are wanted: 4.
    let run = try Run(
      "rate: 22/s\nprocess: constant\nduration: 310s",
      Self.group(
        "min: 1, max: 9, scaling: [{policy: target-tracking, metric: WaitingRequests, "
          + "per-capacity: true, target: 100}]"))
    #expect(Self.timeline(run) == ["300.0: 1 4"])
    #expect(
      run.record.scaling[0].cause == "target-tracking: WaitingRequests for each 360 above 100")
  }

  @Test func `a policy follows the memory in use, which the agent of CloudWatch publishes`() throws
  {
    // A request each 0.7 s takes 7 s: ten are at work at the end of each minute. Of 1 GiB are used
    // 256 MiB, 2 × 128 MiB and 10 × 8 MiB: 592 / 1,024 = 57.8%, where 40% are wanted: 1.45.
    let run = try Run(
      "interarrival: 700ms\nduration: 310s",
      """
      app: {kind: auto-scaling-group, instance: t3.micro, min: 1, max: 4, threads: 20, \
      memory: {base: 256MiB, process: 128MiB, request: 8MiB}, \
      endpoints: {page: [{wait: {time: 7s}}]}, \
      scaling: [{policy: target-tracking, metric: mem_used_percent, target: 40%}]}
      """)
    #expect(Self.timeline(run) == ["300.0: 1 2"])
    #expect(run.record.scaling[0].cause == "target-tracking: mem_used_percent 57.8% above 40%")
  }

  @Test func `a policy follows any metric of the group in its own unit`() throws {
    // 30/s on one instance that serves 20/s. At 60 s 1,800 have come, 1,198 are done, two are about
    // to be, and the others wait: 500 above the threshold, which reaches the second step.
    let run = try Run(
      "rate: 30/s\nprocess: constant\nduration: 200s",
      Self.group(
        "min: 1, max: 3, scaling: [{policy: step, metric: WaitingRequests, threshold: 100, "
          + "steps: [{adjustment: +1}, {from: 400, adjustment: =3}]}]"))
    #expect(Self.timeline(run) == ["180.0: 1 3"])
    #expect(run.record.scaling[0].cause.hasPrefix("step: WaitingRequests 600 above 100"))
  }
}
