import Experiments
import Kernel
import Runner
import Testing

@testable import Components

/// What a database does that is told to fail over, as a fault injector tells it.
struct RDSFailoverTests {
  /// Tells the database at a time.
  private final class Injector: RunningComponent {
    let database: RunningRDSDatabase
    let time: Nanoseconds

    init(_ database: RunningRDSDatabase, at time: Nanoseconds, _ site: Site) {
      (self.database, self.time) = (database, time)
      super.init(at: site)
    }

    override func begin(_ kernel: inout Kernel) { kernel.schedule(after: time, id, 0, 0) }

    override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
      database.failOver(&kernel)
    }
  }

  /// What the client saw of a request a second, from 1 s on, with a failover at a time.
  private func outcomes(
    _ settings: String, step: String = "query: {database: db, index: primary}",
    failingAt time: Nanoseconds, requests: Int = 10,
    workload: String = "rate: 1/s\nprocess: constant"
  ) throws -> EndpointRecord {
    let experiment = try experimentOf(
      Run.text(
        "\(workload)\nrequests: \(requests)",
        """
        web: {kind: service, endpoints: {page: [{\(step)}]}}
        db: {kind: rds-database, \(RDSTests.merged(settings))}
        """, seed: 1))
    let arm = try #require(experiment.arms.first)
    var assembly = Assembly(seed: 1, replication: 1)
    let (client, _) = assembly.addClient(experiment.workload, entry: arm.entry)
    var components = arm.components.map { component in
      assembly.add(component.name) { component.specification.build(at: $0) }
    }
    let database = try #require(components[1] as? RunningRDSDatabase)
    components.append(assembly.add("fault") { Injector(database, at: time, $0) })
    _ = assembly.addMetrics()
    assembly.link()
    for component in [client] + components { component.begin(&assembly.kernel) }
    assembly.kernel.run(until: .longest)
    #expect(assembly.kernel.calls.count == 0)
    #expect(database.primary.sessions.level == 0)
    var record = RunRecord()
    client.report(into: &record)
    return record.endpoints.first ?? EndpointRecord(name: "none")
  }

  @Test func `calls are refused while the standby takes over`() throws {
    // Gone from 3.5 s to 7.5 s: of the requests at 1, 2, … 10 s those at 4, 5, 6 and 7 s fail.
    let page = try outcomes("multi-az: true, failover: 4s", failingAt: ms(3500))
    #expect(page.failures.map { "\($0.cause): \($0.count)" } == ["connection_refused: 4"])
    #expect(page.succeeded.count == 6)
  }

  @Test func `what is in progress is lost at once`() throws {
    // The request of 3 s would compute until 3.9 s and ends at 3.5 s; that of 4 s is refused.
    let page = try outcomes(
      "query-cpu: 900ms, failover: 1s", failingAt: ms(3500), requests: 4)
    let causes = page.failures.map { "\($0.cause): \($0.count)" }.sorted()
    #expect(causes == ["connection_refused: 1", "instance_terminated: 1"])
    #expect(page.failed.maximum == 500_000_000)
  }

  @Test func `what reads or commits is lost at its next event`() throws {
    let page = try outcomes(
      "storage: {write: 600ms}, failover: 1s", step: "write: {database: db, key: shared}",
      failingAt: ms(3500), requests: 6)
    let causes = page.failures.map { "\($0.cause): \($0.count)" }.sorted()
    #expect(causes == ["connection_refused: 1", "instance_terminated: 1"])
    #expect(page.succeeded.count == 4)
  }

  @Test func `with a proxy calls wait for the standby`() throws {
    // Those of 4, 5, 6 and 7 s wait until 7.5 s.
    let page = try outcomes(
      "failover: 4s, connect: 0s, connect-cpu: 0s, proxy: {}", failingAt: ms(3500))
    #expect(page.failures.isEmpty)
    #expect(page.succeeded.maximum == 3_500_000_000)
    #expect(page.succeeded.sum == 3_500_000_000 + 2_500_000_000 + 1_500_000_000 + 500_000_000)
  }

  @Test func `with a proxy calls wait for no longer than the borrow timeout`() throws {
    // Those of 4, 5 and 6 s give up after 1.2 s; that of 7 s has to wait 0.5 s.
    let page = try outcomes(
      "failover: 4s, connect: 0s, connect-cpu: 0s, proxy: {borrow-timeout: 1200ms}",
      failingAt: ms(3500))
    #expect(page.failures.map { "\($0.cause): \($0.count)" } == ["pool_timeout: 3"])
    #expect(page.failed.sum == 3_600_000_000)
    #expect(page.succeeded.maximum == 500_000_000)
  }

  @Test func `a failover takes between 60 and 120 seconds`() throws {
    // By default 90 s: the requests from 4 to 93 s fail.
    let page = try outcomes("", failingAt: ms(3500), requests: 120)
    #expect(page.failed.count == 90)
  }

  @Test(arguments: ["", "proxy: {borrow-timeout: 500ms}, "])
  func `nothing is left of calls, whatever they were doing when the server went away`(
    proxy: String
  ) throws {
    let page = try outcomes(
      """
      \(proxy)replicas: {count: 2, lag: exponential 50ms}, query-cache: {ttl: 1s}, max-connections: 9, \
      query-cpu: exponential 10ms, row-cpu: 10us, buffer-hit: 50%, failover: 2s, network: 1ms
      """,
      step: """
        parallel: {do: [[{write: {database: db, key: {of: 5}, connection: new}}], \
        [{query: {database: db, key: {of: 50}, rows: 50, index: primary}}], \
        [{query: {name: copy, database: db, key: {of: 5}, read-from: replica}}]]}
        """,
      failingAt: ms(5000), requests: 2000, workload: "rate: 100/s\ntimeout: 1s\nobserve: 1h")
    #expect(page.succeeded.count > 0, "seed 1")
    #expect(page.failed.count > 0, "seed 1")
    #expect(page.succeeded.count + page.failed.count == 2000, "seed 1")
  }

  @Test func `PostgreSQL takes 5,000 connections at most`() throws {
    var catalogue = CatalogueReader.builtIn
    catalogue.instanceTypes.append(
      Catalogue.InstanceType(
        name: "big", vCPUs: 16, processor: .core, memory: 64 << 30, pricePerHour: 1, speed: 1,
        credits: nil))
    catalogue.prices.append(
      Catalogue.Price(
        key: "rds.hour.db.big", amount: 1, provenance: Provenance(source: "this test")))
    let big = try #require(DatabaseClass("db.big", catalogue))
    // 95% of 64 GiB are 65,283,502,899 bytes: 6,849 times 9,531,392, 5,188 times 12,582,880.
    #expect(big.connections(.postgres, catalogue) == 5000)
    #expect(big.connections(.mysql, catalogue) == 5188)
  }
}
