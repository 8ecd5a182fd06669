import Components
import Experiments
import Kernel
import Runner
import Synchronization
import Testing

struct ExperimentRunTests {
  private static func experiment() throws -> Experiment {
    try experimentOf(
      """
      windtunnel: 1
      title: test
      seed: 11
      replications: 5
      workload: {users: {count: 20, think: exponential 50ms}, duration: 20s}
      arms:
        one:
          entry: alb
          components: &arm
      """.replacing(" &arm", with: "\n" + indented(Self.components, by: 6)) + """

          two:
            extends: one
            components:
              app: {min: 1}

        """)
  }

  private static let components = """
    alb: {kind: application-load-balancer, targets: app}
    app:
      kind: auto-scaling-group
      min: 2
      max: 3
      endpoints:
        page:
          - get: {cache: redis, key: {of: 50, popularity: zipf}, coalesce: true, miss: [\
    {scan: {table: table}}, {set: {cache: redis, key: {of: 50, popularity: zipf}, ttl: 2s}}]}
          - work: {time: exponential 30ms}
      scaling: [{policy: simple, threshold: 50%}]
    redis: {kind: redis}
    table: {kind: dynamodb-table, items: 5000, read-capacity: 10}
    """

  /// What makes a result: of each arm and replication the digest, the response times, the rest.
  private static func essence(_ runs: [ExperimentRun.ArmRun]) -> [[String]] {
    runs.map { run in
      [run.arm]
        + run.records.map { record in
          "\(record.digest) \(record.events) \(record.endTime) \(record.unfinished) "
            + "\(record.endpoints.map { "\($0.offered) \($0.succeeded) \($0.failures)" }) "
            + "\(record.components) \(record.series.map { "\($0.name) \($0.points)" })"
        }
    }
  }

  @Test func `the same experiment gives the same records, on one thread and on two`() throws {
    let experiment = try Self.experiment()
    let runs = try [1, 2, 1, 7].map {
      Self.essence(try ExperimentRun(experiment, arms: experiment.arms, threads: $0).run())
    }
    #expect(runs[0].map(\.count) == [6, 6])
    for run in runs.dropFirst() { #expect(run == runs[0], "seed 11") }
  }

  @Test func `an arm that is run alone gives what it gives beside others`() throws {
    let experiment = try Self.experiment()
    let all = Self.essence(
      try ExperimentRun(experiment, arms: experiment.arms, threads: 1).run())
    let alone = Self.essence(
      try ExperimentRun(experiment, arms: [experiment.arms[1]], threads: 1).run())
    #expect(alone == [all[1]])
  }

  @Test func `progress is told once for each replication, in order`() throws {
    let experiment = try Self.experiment()
    let told = Mutex<[Int]>([])
    _ = try ExperimentRun(experiment, arms: experiment.arms, threads: 2).run(progress: { progress in
      told.withLock { $0.append(progress.finished) }
    })
    #expect(told.withLock { $0 } == Array(1...10))
  }

  @Test func `a run that is cancelled keeps what has ended`() throws {
    let experiment = try Self.experiment()
    let finished = Mutex(0)
    let runs = try ExperimentRun(experiment, arms: experiment.arms, threads: 1).run(
      isCancelled: { finished.withLock { $0 >= 3 } },
      progress: { _ in finished.withLock { $0 += 1 } })
    #expect(runs.map(\.records.count) == [3, 0])
  }
}
