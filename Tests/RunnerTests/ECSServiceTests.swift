import Experiments
import Kernel
import Testing

@testable import Components

/// Tasks and their scaling, to the second.
///
/// A task has one vCPU, so that r requests a second of 100 ms each are r × 10% of it; it starts in
/// 40 s.
struct ECSServiceTests {
  static func service(_ parameters: String) -> String {
    """
    app: {kind: ecs-service, cpu: "1", memory: 512MiB, \(parameters), backlog: 1000000, \
    endpoints: {page: [{work: {time: 100ms}}]}}
    """
  }

  // MARK: Timelines

  @Test func `target tracking adds after three minutes and removes after fifteen below 90%`() throws
  {
    let run = try Run(
      "start-rate: 9/s\nprocess: constant\nstages: [{duration: 600s, target: 9/s}, "
        + "{duration: 1ms, target: 2/s}, {duration: 1200s, target: 2/s}]",
      Self.service("min: 1, max: 6, scaling: [{policy: target-tracking, target: 60%}]"))
    // 90% of 60% is 1.5 tasks: two, after the datapoints of 0 to 180 s, published at 270 s and
    // evaluated at 300 s. The second runs from 340 s on: 54 s of 80 are 67.5% at 360 s, and from
    // 420 s on 45%, which is below 0.9 × 60%. The fifteenth such datapoint is of 1,260 s, seen at
    // 1,350 s, evaluated at 1,380 s; 10% by then, 2 × 10 / 60 = 0.33.
    #expect(ScalingTests.timeline(run) == ["300.0: 1 2", "1380.0: 2 1"])
    #expect(
      ScalingTests.delays(run.record.scaling[0]) == [
        "metric 180.0", "publication 90.0", "alarm 30.0", "launch 40.0",
      ])
    #expect(run.record.scaling[0].cause == "target-tracking: CPU 90% above 60%")
    #expect(run.record.scaling[1].cause == "target-tracking: CPU 10% below 54%")
    #expect(
      ScalingTests.delays(run.record.scaling[1]) == [
        "metric 900.0", "publication 90.0", "alarm 30.0",
      ])
    // Billed from when it is asked for until it is stopped.
    let end = run.record.endTime.inSeconds
    #expect(abs(run.number("app", "task_hours") * 3600 - end - (1380 - 300)) < 1e-6)
    #expect(abs(run.number("app", "tasks") * end - end - (1380 - 340)) < 1e-6)
  }

  @Test func `in the cooldown after a scale-out only a larger one proceeds`() throws {
    let run = try Run(
      "start-rate: 9/s\nprocess: constant\nstages: [{duration: 361s, target: 9/s}, "
        + "{duration: 1ms, target: 24/s}, {duration: 540s, target: 24/s}]",
      Self.service("min: 1, max: 9, scaling: [{policy: target-tracking, target: 60%}]"))
    // 300 s: 1 × 90 / 60 is two; the cooldown lasts until 600 s. 480 s: the datapoint of 360 s asks
    // for 2 × 67.5 / 60 = 2.25, one more than there are, which is what was added already. 540 s:
    // that of 420 s, 100%, asks for 3.3, two more than there are: one more than was added. The
    // cooldown begins anew, until 840 s. At 600 s that of 480 s asks for two more again, which is
    // nothing new. At 840 s that of 720 s is free: two tasks at 100% with what waits, the third at
    // 80%, so that 3 × 93.3 / 60 = 4.7.
    #expect(ScalingTests.timeline(run) == ["300.0: 1 2", "540.0: 2 3", "840.0: 3 5"])
    let second = run.record.scaling[1].delays.first { $0.name == "cooldown" }
    #expect(second?.duration == .seconds(60))
    let third = run.record.scaling[2].delays.first { $0.name == "cooldown" }
    #expect(third?.duration == .seconds(240))
  }

  @Test func `a service scales on its memory though its processors are idle`() throws {
    // 10/s that take 5 s each are 50 at once: 100 MiB + 50 × 8 MiB of 512 MiB are 97.7%. One task
    // is 1.3 times too few for 75%.
    let run = try Run(
      "rate: 10/s\nprocess: constant\nduration: 400s",
      """
      app: {kind: ecs-service, memory: 512MiB, memory-base: 100MiB, memory-per-request: 8MiB, \
      threads: 200, min: 1, max: 4, endpoints: {page: [{wait: {time: 5s}}]}, scaling: [\
      {policy: target-tracking, target: 60%}, \
      {policy: target-tracking, metric: MemoryUtilization, target: 75%}]}
      """)
    #expect(ScalingTests.timeline(run) == ["300.0: 1 2"])
    #expect(
      run.record.scaling[0].cause == "target-tracking: MemoryUtilization 97.7% above 75%")
  }

  @Test func `a policy follows a metric of another component`() throws {
    // The front serves 20/s of 30/s, so that 600 wait after a minute (two more are in service).
    let run = try Run(
      "rate: 30/s\nprocess: constant\nduration: 200s",
      """
      front: {kind: auto-scaling-group, instance: t3.micro, backlog: 1000000, \
      endpoints: {page: [{work: {time: 100ms}}]}}
      app: {kind: ecs-service, min: 1, max: 5, endpoints: {page: [{work: {time: 1ms}}]}, \
      scaling: [{policy: step, metric: WaitingRequests, of: front, threshold: 500, \
      steps: [{adjustment: +100%}]}]}
      """)
    #expect(ScalingTests.timeline(run) == ["180.0: 1 2"])
    #expect(run.record.scaling[0].component == "app")
  }

  @Test func `a task that a load balancer finds unhealthy is replaced`() throws {
    let run = try Run(
      "rate: 0.01/s\nprocess: constant\nduration: 600s",
      """
      alb: {kind: application-load-balancer, targets: app, \
      health-check: {interval: 30s, timeout: 2s}}
      \(Self.service("min: 1, max: 2, health-check-time: 3s"))
      """)
    // Unhealthy 32 to 62 s after the start, and each that follows 40 s plus that later.
    #expect((5...8).contains(run.number("app", "replaced")), "seed 1")
  }

  // MARK: Memory

  @Test func `a task whose memory is used up ends with all its requests, and another starts`()
    throws
  {
    // 100 MiB and 4 × 100 MiB fit in 512 MiB, the fifth request at 10.4 s does not. Another task is
    // there at 50.4 s.
    let arrivals = (0..<5).map { (time: "\(10_000 + $0 * 100)ms", endpoint: "page") }
    let run = try Run(
      arrivals: arrivals + [("20s", "page"), ("51s", "page")],
      """
      app: {kind: ecs-service, memory: 512MiB, memory-base: 100MiB, memory-per-request: 100MiB, \
      threads: 10, endpoints: {page: [{wait: {time: 30s}}]}}
      """)
    #expect(run.failures == ["connection_refused: 1", "instance_terminated: 5"])
    #expect(run.succeeded == 1)
    #expect(run.number("app", "out_of_memory") == 1)
    let end = run.record.endTime.inSeconds
    #expect(abs(run.number("app", "tasks") * end - (end - 40)) < 1e-6)
    let most: Double = (100 + 5 * 100) / 512
    #expect(run.number("app", "memory_maximum") == most)
  }

  @Test func `requests that wait for a worker take no memory`() throws {
    // Of five requests two are at work: 100 MiB + 2 × 200 MiB of 512 MiB.
    let run = try Run(
      arrivals: Array(repeating: (time: "1s", endpoint: "page"), count: 5),
      """
      app: {kind: ecs-service, memory: 512MiB, memory-base: 100MiB, memory-per-request: 200MiB, \
      processes: 2, endpoints: {page: [{wait: {time: 30s}}]}}
      """)
    #expect(run.succeeded == 5)
    #expect(run.number("app", "out_of_memory") == 0)
    #expect(run.number("app", "memory_maximum") == 500.0 / 512)
  }

  @Test func `a task that has too little memory for a request is a problem`() {
    let found = problems(
      Run.text(
        "rate: 1/s\nrequests: 1",
        Self.service("memory-base: 512MiB, memory-per-request: 1MiB"), seed: 1))
    #expect(found == ["11: a task has 512MiB, too little for itself and a request"])
  }

  // MARK: Sizes and the bill

  @Test(arguments: [("0.25", 400), ("0.5", 200), ("1", 100), ("2", 100)])
  func `a task computes with the vCPUs that it reserves`(_ size: String, _ milliseconds: Int64)
    throws
  {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      app: {kind: ecs-service, cpu: "\(size)", endpoints: {page: [{work: {time: 100ms}}]}}
      """)
    #expect(run.response() == ms(milliseconds))
  }

  @Test func `tasks are billed by vCPU and memory`() throws {
    let run = try Run(
      "rate: 1/s\nprocess: constant\nduration: 10min",
      """
      app: {kind: ecs-service, cpu: "0.5", memory: 1GiB, min: 2, \
      endpoints: {page: [{work: {time: 1ms}}]}}
      """)
    // Two tasks for 730 h: 2 × 730 × 0.5 × $0.04048 and 2 × 730 × 1 × $0.004445.
    let amounts = run.record.cost.map(\.amount)
    #expect(amounts.count == 2)
    #expect(abs(amounts[0] - 29.5504) < 0.001 && abs(amounts[1] - 6.4897) < 0.001)
  }

  // MARK: Cooldowns by hand

  /// Decides on one alarm after the other, each at a second, and gives the capacities.
  static func capacities(
    _ scaling: String, from desired: Int,
    _ alarms: [(at: Double, policy: Int, isLow: Bool, value: Double)]
  ) throws -> [Int] {
    let experiment = try experimentOf(
      Run.text(
        "rate: 1/s\nrequests: 1", service("min: 1, max: 99, scaling: \(scaling)"), seed: 1))
    let service = try #require(experiment.arms[0].components[0].specification as? ECSService)
    var scaling = ApplicationScaling(service.policies)
    var desired = desired
    return alarms.map { alarm in
      let evaluation = AlarmEvaluation(
        alarm: 0, state: .alarm, previous: .ok, value: alarm.value, periodEnd: 0, delays: [])
      let decision = scaling.decide(
        [RaisedAlarm(policy: alarm.policy, isLow: alarm.isLow, evaluation: evaluation)],
        ApplicationScaling.Situation(
          now: .seconds(alarm.at), desired: desired, minimum: 1, maximum: 99,
          measured: Array(repeating: desired, count: service.policies.count)),
        allLow: true)
      desired = decision?.capacity ?? desired
      return desired
    }
  }

  @Test func `in the cooldown after a scale-in nothing is taken away`() throws {
    // 10 × 30 / 60 = 5; then 5 × 36 / 60 = 3, which waits for the cooldown of 300 s.
    let capacities = try Self.capacities(
      "[{policy: target-tracking, target: 60%}]", from: 10,
      [(0, 0, true, 0.3), (60, 0, true, 0.36), (299, 0, true, 0.36), (300, 0, true, 0.36)])
    #expect(capacities == [5, 5, 5, 3])
  }

  @Test func `a scale-out interrupts the cooldown after a scale-in`() throws {
    // In to 5; out at once to 5 × 84 / 60 = 7; then in to 7 × 34 / 60 = 4 within what was left of
    // the first cooldown.
    let capacities = try Self.capacities(
      "[{policy: target-tracking, target: 60%}]", from: 10,
      [(0, 0, true, 0.3), (60, 0, false, 0.84), (120, 0, true, 0.34)])
    #expect(capacities == [5, 7, 4])
  }

  @Test func `scale-out and scale-in have cooldowns of their own`() throws {
    let capacities = try Self.capacities(
      "[{policy: target-tracking, target: 60%, scale-out-cooldown: 60s, scale-in-cooldown: 0s}]",
      from: 10,
      [
        // 10 × 66 / 60 = 11; one more is nothing new until 60 s have passed: 11 × 66 / 60 = 12.1.
        (0, 0, false, 0.66), (59, 0, false, 0.65), (60, 0, false, 0.66),
        // 13 × 30 / 60 = 6.5 → 7, and at once 7 × 30 / 60 = 3.5 → 4.
        (200, 0, true, 0.3), (200, 0, true, 0.3),
      ])
    #expect(capacities == [11, 11, 13, 7, 4])
  }

  @Test func `in the cooldown a larger step adds the difference`() throws {
    // The first adds 2 to 10; a step of 3 within the cooldown adds one more, the first again none.
    let capacities = try Self.capacities(
      "[{policy: step, threshold: 50%, steps: [{adjustment: +2}, {from: 20%, adjustment: +3}]}]",
      from: 10,
      [(0, 0, false, 0.6), (60, 0, false, 0.6), (120, 0, false, 0.8), (180, 0, false, 0.6)])
    #expect(capacities == [12, 12, 13, 13])
  }
}
