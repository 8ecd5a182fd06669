import Experiments
import Kernel
import Runner
import Testing

@testable import Components

/// The metrics that a database publishes, against what follows from a run by hand.
struct RDSMetricTests {
  @Test func `a database publishes what CloudWatch names`() throws {
    let experiment = try experimentOf(
      Run.text(
        "rate: 10/s\nprocess: constant\nduration: 60s",
        """
        web: {kind: service, endpoints: {page: [{write: {database: db, key: shared}}]}}
        db: {kind: rds-database, class: db.m5.large, query-cpu: 20ms, row-cpu: 0s, network: 0s, \
        buffer-hit: 100%, held-connections: 4, session-memory: 10MiB, \
        storage: {type: gp2, size: 100GiB, write: 30ms}, replicas: {count: 1, lag: 2s}, \
        tables: {orders: {rows: 1000}}}
        """, seed: 1))
    let arm = try #require(experiment.arms.first)
    var assembly = Assembly(seed: 1, replication: 1)
    let (client, _) = assembly.addClient(experiment.workload, entry: arm.entry)
    let components = arm.components.map { component in
      assembly.add(component.name) { component.specification.build(at: $0) }
    }
    let database = try #require(components[1] as? RunningRDSDatabase)
    _ = assembly.addMetrics()
    assembly.link()
    for component in [client] + components { component.begin(&assembly.kernel) }
    assembly.kernel.run(until: .seconds(60))
    #expect(database.metrics.map(\.declaration) == RDSDatabase.publishedMetrics)
    var values: [String: Double] = [:]
    for metric in database.metrics {
      switch metric.reading {
      case .average(let totals):
        let (one, other) = totals(.seconds(60))
        values[metric.declaration.name] = one / other
      case .level(let level): values[metric.declaration.name] = level(.seconds(60))
      default: break
      }
    }
    // 10 writes a second of 20 ms on two processors; a session is 50 ms long, and four are held.
    #expect(abs((values["CPUUtilization"] ?? 0) - 0.1) < 0.002)
    #expect(abs((values["DatabaseConnections"] ?? 0) - 4.5) < 0.01)
    // A log and a page for each write.
    #expect(abs((values["WriteIOPS"] ?? 0) - 20) < 0.2)
    #expect(values["ReadIOPS"] == 0)
    // What is written is far below the baseline of 300.
    #expect(abs((values["BurstBalance"] ?? 0) - 1) < 1e-4)
    #expect(abs((values["ReplicaLag"] ?? 0) - 2) < 1e-6)
    // 2,040,109,465.6 bytes beside the pool; four or five sessions of 10,485,760.
    let sessions = (2_040_109_465.6 - (values["FreeableMemory"] ?? 0)) / 10_485_760
    #expect((3.99...5.01).contains(sessions))
  }

  @Test func `a group scales on the connections of its database`() throws {
    let run = try Run(
      "rate: 20/s\nduration: 10min",
      """
      app: {kind: auto-scaling-group, instance: m5.large, min: 1, max: 2, threads: 50, \
      scaling: [{policy: simple, metric: DatabaseConnections, of: db, threshold: 1, \
      adjustment: +1}], endpoints: {page: [{query: {database: db, index: primary}}]}}
      db: {kind: rds-database, class: db.m5.large, query-cpu: 80ms, tables: {orders: {rows: 10}}}
      """)
    // 20/s of at least 80 ms are 1.6 sessions on average.
    #expect(run.record.scaling.count == 1)
    #expect(run.record.scaling.first?.to == 2)
  }
}
