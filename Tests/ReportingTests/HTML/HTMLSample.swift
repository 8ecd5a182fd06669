import Analysis
import Components
import Kernel

/// The sample experiment with its structure and with series of all that is drawn over time.
enum HTMLSample {
  static let result = ExperimentResult(
    title: "Course platform, load test", file: "Experiments/course-platform/load-test.yaml",
    seed: 1, replications: 2, analysis: .terminating, arms: [before, after],
    objectives: SampleExperiment.twoArms.objectives)

  static let before: ArmResult = {
    var arm = SampleExperiment.before
    arm.architecture = Architecture(
      entry: "alb", components: ["alb", "app", "enrollments"],
      calls: [.init(from: "alb", to: "app"), .init(from: "app", to: "enrollments")])
    arm.series = series(end: 630, rate: 3.3, failures: 0.4, cpu: 0.82, units: 100)
    arm.series += [steps("app.instances", "", [(90, 2), (245, 3), (615, 3), (630, 2)])]
    arm.series += [line("enrollments.throttled", "/s", end: 630, 1)]
    return arm
  }()

  static let after: ArmResult = {
    var arm = SampleExperiment.after
    arm.architecture = Architecture(
      entry: "alb", components: ["alb", "app", "redis", "enrollments"],
      calls: [
        .init(from: "alb", to: "app"), .init(from: "app", to: "redis"),
        .init(from: "redis", to: "enrollments"), .init(from: "app", to: "enrollments"),
      ])
    arm.series = series(end: 50, rate: 800, failures: 0, cpu: 0.25, units: 8)
    arm.series += [
      steps("app.instances", "", [(50, 2)]), line("redis.hit_rate", "share", end: 50, 0.9),
    ]
    return arm
  }()

  private static func series(
    end: Double, rate: Double, failures: Double, cpu: Double, units: Double
  ) -> [Series] {
    [
      line("client.offered", "/s", end: end, rate), line("client.throughput", "/s", end: end, rate),
      line("client.failures", "/s", end: end, failures),
      line("client.in_flight", "", end: end, 20), line("app.cpu", "share", end: end, cpu),
      line("app.waiting_requests", "", end: end, cpu * 40),
      line("enrollments.consumed_read_units", "/s", end: end, units),
      line("enrollments.burst_units", "RCU", end: end, 300),
    ]
  }

  /// Ten values that rise and fall about a mean.
  private static func line(_ name: String, _ unit: String, end: Double, _ mean: Double) -> Series {
    Series(
      name: name, unit: unit,
      points: (1...10).map {
        .init(
          time: end * Double($0) / 10, value: mean * (0.9 + Double($0 % 3) / 10))
      })
  }

  private static func steps(
    _ name: String, _ unit: String, _ points: [(Double, Double)]
  ) -> Series {
    Series(name: name, unit: unit, points: points.map { .init(time: $0.0, value: $0.1) })
  }
}
