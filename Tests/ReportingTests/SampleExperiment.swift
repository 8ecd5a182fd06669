import Analysis
import Components
import Kernel

/// A before and an after made by hand, with the figures of a course platform.
enum SampleExperiment {
  static let twoArms = ExperimentResult(
    title: "Course platform, load test", file: "Experiments/course-platform/load-test.yaml",
    seed: 1, replications: 2, analysis: .terminating, arms: [before, after],
    objectives: [
      objective("p(99) < 500ms", arm: "before", observed: 8.5, .fail, binds: false),
      objective("p(99) < 500ms", arm: "after", observed: 0.15, .pass),
    ])

  static let oneArm = ExperimentResult(
    title: "One arm", file: "one.yaml", seed: 7, replications: 2, analysis: .steady,
    arms: [after])

  static let threeArms: ExperimentResult = {
    var middle = after
    middle.name = "cache-only"
    return ExperimentResult(
      title: "Three arms", file: "three.yaml", seed: 7, replications: 2, analysis: .terminating,
      arms: [before, middle, after])
  }()

  static let before = ArmResult(
    name: "before", records: [beforeRecord(1), beforeRecord(2, slower: 1.002)])
  static let after = ArmResult(
    name: "after", records: [afterRecord(3), afterRecord(4, slower: 1.002)])

  static func objective(
    _ text: String, arm: String, observed: Double?, _ verdict: ObjectiveOutcome.Verdict,
    binds: Bool = true
  ) -> ObjectiveOutcome {
    ObjectiveOutcome(
      text: text, arm: arm, observed: observed, limit: 0.5, unit: .seconds, verdict: verdict,
      binds: binds, isMet: observed.map { $0 < 0.5 })
  }

  /// A histogram of values that are spread evenly from one duration to another, in seconds.
  static func histogram(_ count: Int, from low: Double, to high: Double) -> Histogram {
    let recorder = HistogramRecorder()
    for index in 0..<count {
      let share = count > 1 ? Double(index) / Double(count - 1) : 0
      recorder.record(.seconds(low + (high - low) * share))
    }
    return recorder.snapshot()
  }

  static func endpoint(
    _ name: String, succeeded: Histogram, failed: Histogram = Histogram(),
    failures: [(cause: String, count: Int)] = []
  ) -> EndpointRecord {
    var record = EndpointRecord(name: name)
    record.offered = succeeded.count + failed.count
    record.succeeded = succeeded
    record.failed = failed
    record.failures = failures
    return record
  }

  private static func beforeRecord(_ digest: UInt64, slower: Double = 1) -> RunRecord {
    var record = RunRecord()
    record.digest = digest
    record.loadDuration = .minutes(10)
    record.endTime = .seconds(632)
    record.unfinished = 3
    record.endpoints = [
      endpoint(
        "courses", succeeded: histogram(1020, from: 4.2, to: 8.9 * slower),
        failed: histogram(180, from: 6.5, to: 8.9 * slower),
        failures: [("timeout", 150), ("throttled", 30)]),
      endpoint(
        "enrollments", succeeded: histogram(528, from: 3.8, to: 7.5 * slower),
        failed: histogram(72, from: 5, to: 7.5 * slower), failures: [("timeout", 72)]),
      endpoint("profile", succeeded: histogram(200, from: 0.8, to: 2.1 * slower)),
    ]
    record.endpoints[0].offered += 3
    record.components = beforeComponents(slower: slower)
    record.scaling = beforeScaling
    record.cost = [
      line("app", "t3.micro instances", 2190, "h", 0.0104),
      line("enrollments", "read capacity", 73_000, "RCU-h", 0.00013),
      line("alb", "load balancer", 730, "h", 0.0225),
    ]
    record.series = [
      Series(
        name: "app.cpu", unit: "",
        points: [.init(time: 60, value: 0.75), .init(time: 120, value: 1)]
      )
    ]
    return record
  }

  private static var beforeScaling: [ScalingAction] {
    [
      ScalingAction(
        at: .seconds(90), component: "app", from: 2, to: 3,
        cause: "CPU 92% is above 80% for 1 of 1 datapoints",
        delays: [
          .init("metric", .seconds(60)), .init("publication", .seconds(10)), .init("alarm", 0),
          .init("launch", .seconds(30)), .init("boot", .seconds(45)),
          .init("health_check", .seconds(20)),
        ]),
      ScalingAction(
        at: .seconds(615), component: "app", from: 3, to: 2, cause: "CPU 3% is below 20%",
        delays: [.init("metric", .seconds(15))]),
    ]
  }

  private static func beforeComponents(slower: Double) -> [ComponentRecord] {
    var alb = ComponentRecord(name: "alb", kind: "application-load-balancer")
    alb.add("arrivals", 2000)
    var app = ComponentRecord(name: "app", kind: "auto-scaling-group")
    app.add("instances", 3.4)
    app.add("cpu", 0.82 * slower)
    app.add("workers_busy", 0.97)
    app.add("waiting", histogram(2000, from: 0, to: 1.2))
    app.add("rejected", 0)
    var table = ComponentRecord(name: "enrollments", kind: "dynamodb-table")
    table.add("consumed_read_units", 100)
    table.add("consumed_write_units", 0)
    table.add("provisioned_read_units", 100)
    table.add("read_utilization", 1)
    table.add("throttled", 640)
    table.add("sojourn", histogram(2000, from: 2, to: 5))
    return [alb, app, table]
  }

  private static func afterRecord(_ digest: UInt64, slower: Double = 1) -> RunRecord {
    var record = RunRecord()
    record.digest = digest
    record.loadDuration = .seconds(50)
    record.endTime = .seconds(50.1)
    record.endpoints = [
      endpoint("courses", succeeded: histogram(24_000, from: 0.002, to: 0.046 * slower)),
      endpoint("enrollments", succeeded: histogram(12_000, from: 0.002, to: 0.12 * slower)),
      endpoint("profile", succeeded: histogram(4000, from: 0.001, to: 0.03 * slower)),
    ]
    var app = ComponentRecord(name: "app", kind: "auto-scaling-group")
    app.add("instances", 2)
    app.add("cpu", 0.248 * slower)
    app.add("workers_busy", 0.12)
    app.add("waiting", histogram(40_000, from: 0, to: 0))
    var redis = ComponentRecord(name: "redis", kind: "redis")
    redis.add("utilization", 0.031)
    redis.add("hits", 39_600)
    redis.add("misses", 400)
    redis.add("hit_rate", 0.99)
    redis.add("sojourn", histogram(40_000, from: 0.001, to: 0.003))
    var table = ComponentRecord(name: "enrollments", kind: "dynamodb-table")
    table.add("consumed_read_units", 8)
    table.add("provisioned_read_units", 40)
    table.add("read_utilization", 0.2)
    table.add("throttled", 0)
    table.add("sojourn", histogram(400, from: 0.045, to: 0.055))
    record.components = [app, redis, table]
    record.cost = [
      line("app", "t3.micro instances", 1460, "h", 0.0104),
      line("enrollments", "read capacity", 29_200, "RCU-h", 0.00013),
      line("redis", "cache.t3.micro node", 730, "h", 0.017),
      line("alb", "load balancer", 730, "h", 0.0225),
    ]
    return record
  }

  private static func line(
    _ component: String, _ what: String, _ quantity: Double, _ unit: String, _ price: Double
  ) -> CostItem {
    CostItem(
      component: component, what: what, quantity: quantity, unit: unit, unitPrice: price,
      source: "made up")
  }
}
