import Components
import Kernel
import Testing

/// Timelines of scaling worked out by hand.
///
/// An instance is a t3.micro: two vCPUs, so that a load of r requests a second of 100 ms CPU each
/// is r × 5% of one instance.
struct ScalingTests {
  /// From the request for an instance until it is in service.
  static let launch = 16.5 + 3.1 + 60

  static func group(_ parameters: String) -> String {
    """
    app: {kind: auto-scaling-group, instance: t3.micro, \(parameters), backlog: 1000000, \
    endpoints: {page: [{work: {time: 100ms}}]}}
    """
  }

  /// The timeline as `seconds: from to`.
  static func timeline(_ run: Run) -> [String] {
    run.record.scaling.map { "\($0.at.inSeconds): \($0.from) \($0.to)" }
  }

  static func delays(_ action: ScalingAction) -> [String] {
    action.delays.map { "\($0.name) \($0.duration.inSeconds)" }
  }

  @Test func `simple scaling waits for its activity and its cooldown`() throws {
    let run = try Run(
      "rate: 36/s\nprocess: constant\nduration: 15min",
      Self.group(
        """
        min: 1, max: 4, scaling: [{policy: simple, threshold: 80%, adjustment: +1}]
        """))
    // The datapoint of the first minute is seen 90 s later and evaluated at 180 s. The instance is
    // in service at 259.6 s, and 300 s later alarms count again: the next evaluation is at 600 s.
    // With three instances, two of them at 60%, no datapoint is above 80%.
    #expect(Self.timeline(run) == ["180.0: 1 2", "600.0: 2 3"])
    let first = try #require(run.record.scaling.first)
    #expect(
      Self.delays(first) == [
        "metric 60.0", "publication 90.0", "alarm 30.0", "launch 16.5", "boot 3.1",
        "application_start 60.0",
      ])
    #expect(first.cause.hasPrefix("simple: CPU 99.9% above 80%"))
    let second = try #require(run.record.scaling.last)
    // The alarm acted again at 240 s.
    #expect(
      Self.delays(second) == [
        "metric 60.0", "publication 90.0", "alarm 30.0", "cooldown 360.0", "launch 16.5",
        "boot 3.1",
        "application_start 60.0",
      ])
    let end = run.record.endTime.inSeconds
    #expect(
      abs(
        run.number("app", "instances")
          - (1 + (end - 180 - Self.launch) / end + (end - 600 - Self.launch) / end)) < 1e-9)
    // An instance is billed from when it runs, 16.5 s after it was asked for.
    let hours = (end + (end - 196.5) + (end - 616.5)) / 3600
    #expect(abs(run.number("app", "instance_hours") - hours) < 1e-9)
    #expect(run.number("app", "instances_maximum") == 3)
  }

  @Test func `a step policy asks once for what warms up, and for more if the step is larger`()
    throws
  {
    let run = try Run(
      "start-rate: 12/s\nprocess: constant\n"
        + "stages: [{duration: 60s, target: 12/s}, {duration: 1ms, target: 40/s}, "
        + "{duration: 320s, target: 40/s}]",
      Self.group(
        """
        min: 1, max: 9, scaling: [{policy: step, threshold: 50%, warm-up: 600s, \
        steps: [{from: 0%, adjustment: +1}, {from: 30%, adjustment: +2}]}]
        """))
    // 60% in the first minute asks for one more, 100% in the second for two more than there were.
    #expect(Self.timeline(run) == ["180.0: 1 2", "240.0: 2 3"])
    let first = try #require(run.record.scaling.first)
    #expect(
      Self.delays(first) == [
        "metric 60.0", "publication 90.0", "alarm 30.0", "launch 16.5", "boot 3.1",
        "application_start 60.0", "warm_up 600.0",
      ])
  }

  @Test func `a step policy acts again after the warm-up, up to the maximum`() throws {
    let run = try Run(
      "rate: 60/s\nprocess: constant\nduration: 9min",
      Self.group(
        """
        min: 1, max: 4, scaling: [{policy: step, threshold: 50%, warm-up: 120s, \
        steps: [{adjustment: +2}]}]
        """))
    // In service at 259.6 s and warm at 379.6 s; the datapoint evaluated at 420 s is of 240 to
    // 300 s, when only the first instance counted. The maximum is 4.
    #expect(Self.timeline(run) == ["180.0: 1 3", "420.0: 3 4"])
  }

  @Test func `target tracking adds after three datapoints and removes after fifteen`() throws {
    let run = try Run(
      "start-rate: 18/s\nprocess: constant\n"
        + "stages: [{duration: 600s, target: 18/s}, {duration: 1ms, target: 4/s}, "
        + "{duration: 1800s, target: 4/s}]",
      Self.group("min: 1, max: 4, scaling: [{policy: target-tracking, target: 60%}]"))
    // 90% of 60% is 1.5 instances: two, after the datapoints of 0 to 180 s, seen at 270 s and
    // evaluated at 300 s. At 600 s the load falls to 10% of two instances, below 42%: the fifteenth
    // low datapoint is that of 1,440 to 1,500 s, seen at 1,590 s and evaluated at 1,620 s. Ten
    // percent on two instances make one; then there is the minimum.
    #expect(Self.timeline(run) == ["300.0: 1 2", "1620.0: 2 1"])
    let out = try #require(run.record.scaling.first)
    #expect(
      Self.delays(out) == [
        "metric 180.0", "publication 90.0", "alarm 30.0", "launch 16.5", "boot 3.1",
        "application_start 60.0", "warm_up 300.0",
      ])
    #expect(out.cause == "target-tracking: CPU 90% above 60%")
    let back = try #require(run.record.scaling.last)
    #expect(Self.delays(back) == ["metric 900.0", "publication 90.0", "alarm 30.0"])
    #expect(back.cause == "target-tracking: CPU 10% below 42%")
    // The older instance goes at once, for nothing routes to it.
    let end = run.record.endTime.inSeconds
    let hours = (1620 + (end - 316.5)) / 3600
    #expect(abs(run.number("app", "instance_hours") - hours) < 1e-9)
  }

  @Test func `target tracking does not ask again for what warms up`() throws {
    let run = try Run(
      "rate: 30/s\nprocess: constant\nduration: 10min",
      Self.group(
        """
        min: 1, max: 9, scaling: [{policy: target-tracking, target: 50%, warm-up: 300s}]
        """))
    // 100% of 50% are two instances. Until 679.6 s only the first counts, at up to 100%.
    #expect(Self.timeline(run) == ["300.0: 1 2"])
  }

  @Test func `a group without policies keeps its size, and pays for it`() throws {
    let run = try Run(
      "rate: 1/s\nprocess: constant\nduration: 10min", Self.group("min: 2, max: 5, desired: 3"))
    #expect(run.record.scaling.isEmpty)
    #expect(run.number("app", "instances") == 3)
    #expect(abs(run.number("app", "instance_hours") - 3.0 / 6) < 1e-3)
    // 1/s × 100 ms on three instances of two vCPUs.
    #expect(abs(run.number("app", "cpu") - 0.1 / 6) < 1e-4)
    // The minimum all month, the third for as long as the load lasts: all month too.
    let item = try #require(run.record.cost.first)
    #expect(abs(item.quantity - 3 * 730) < 0.5)
    #expect(abs(item.amount - item.quantity * 0.0104) < 1e-9)
    #expect(item.what == "t3.micro instances")
  }

  @Test func `what a policy adds is billed for the share of the month that the load lasts`() throws
  {
    let text = Run.text(
      "rate: 18/s\nprocess: constant\nduration: 1h",
      Self.group("min: 1, max: 2, scaling: [{policy: simple, threshold: 80%, adjustment: +1}]"),
      seed: 1
    ).replacing("workload:", with: "load-share: 10%\nworkload:")
    let run = try Run(experiment: experimentOf(text))
    #expect(Self.timeline(run) == ["180.0: 1 2"])
    let item = try #require(run.record.cost.first)
    // Asked for at 180 s, billed from 196.5 s.
    let added = (3600 - 196.5) / 3600
    #expect(abs(item.quantity - (730 + added * 73)) < 0.05)
  }

  @Test func `a new target gets requests after one health check, and the delay is recorded`() throws
  {
    let run = try Run(
      "rate: 18/s\nprocess: constant\nduration: 5min",
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 30s}}
      \(Self.group("min: 1, max: 2, scaling: [{policy: simple, threshold: 80%}]"))
      """)
    let action = try #require(run.record.scaling.first)
    let names = action.delays.map(\.name)
    #expect(
      names == [
        "metric", "publication", "alarm", "launch", "boot", "application_start", "health_check",
      ])
    let check = try #require(action.delays.last)
    #expect(check.duration > 0 && check.duration.inSeconds < 30.01, "seed 1")
    // Until then it is registered and neither healthy nor unhealthy.
    let start = ["launch", "boot", "application_start"].reduce(action.at.inSeconds) { time, name in
      time + (action.delays.first { $0.name == name }?.duration.inSeconds ?? .nan)
    }
    let end = run.record.endTime.inSeconds
    let healthy = end - start - check.duration.inSeconds
    #expect(abs(run.number("alb", "healthy_hosts") * end - end - healthy) < 1e-6)
    #expect(run.number("alb", "unhealthy_hosts_maximum") == 0)
  }

  @Test func `taking away more than is in service also takes what is on its way`() throws {
    let run = try Run(
      "start-rate: 36/s\nprocess: constant\n"
        + "stages: [{duration: 60s, target: 36/s}, {duration: 1ms, target: 0.1/s}, "
        + "{duration: 1000s, target: 0.1/s}]",
      Self.group(
        """
        min: 0, max: 3, desired: 1, launch: 500s, scaling: [\
        {policy: step, threshold: 90%, steps: [{adjustment: +1}], warm-up: 0s}, \
        {policy: simple, when: below, threshold: 50%, adjustment: -2, cooldown: 60s}]
        """))
    let last = try #require(run.record.scaling.last)
    #expect(last.to == 0)
    #expect(run.record.scaling.first.map(\.to) == 2)
    // Nothing is in service after that, and nothing is billed.
    #expect(run.series("app.instances").last?.value ?? 0 == 0)
    #expect(abs(run.number("app", "instance_hours") - last.at.inSeconds / 3600) < 1e-9)
  }
}
