import Components
import Kernel
import Testing

struct LoadBalancerBillTests {
  /// Five requests a second for two hours.
  private static func bill(_ usage: String, share: String = "100%") throws -> Run {
    let text = """
      windtunnel: 1
      title: test
      load-share: \(share)
      workload: {interarrival: 200ms, duration: 7200001ms}
      arms:
        only:
          entry: alb
          components:
            alb: {kind: application-load-balancer, targets: app, usage: {\(usage)}}
            app: {kind: delay, time: 1ms}
      """
    return try Run(experiment: experimentOf(text))
  }

  private static func units(_ run: Run) -> CostItem? {
    run.record.cost.first { $0.component == "alb" && $0.unit == "LCU-h" }
  }

  /// One new connection a second that lasts two minutes, five requests a second, 300 KB/s, and
  /// 60 rules: 1/25 = 0.04 for new connections, 120/3000 = 0.04 for active ones, 1.08 GB/h = 1.08
  /// for bytes, and 5 × (60 - 10) / 1000 = 0.25 for rules.
  private static let example =
    "requests-per-connection: 5, connection-time: 2min, request-size: 10KB, "
    + "response-size: 50KB, rules: 60"

  @Test func `capacity units are those of the dimension that needs the most`() throws {
    let run = try Self.bill(Self.example)
    #expect(abs(run.number("alb", "consumed_lcus") - 1.08) < 1e-4)
    #expect(abs(run.number("alb", "new_connections") - 7200) < 1)
    #expect(abs(run.number("alb", "active_connections") - 120) < 0.01)
  }

  @Test(arguments: [
    // Without bytes the rules lead: 0.25.
    (
      "requests-per-connection: 5, connection-time: 2min, request-size: 0B, response-size: 0B, "
        + "rules: 60", 0.25
    ),
    // Ten rules are free; then connections that last 4 min lead: 1/s × 240 s / 3000 = 0.08.
    (
      "requests-per-connection: 5, connection-time: 4min, request-size: 0B, response-size: 0B, "
        + "rules: 10", 0.08
    ),
    // With a connection for each request that lasts 1 s: 5 / 25 = 0.2.
    ("requests-per-connection: 1, connection-time: 1s, request-size: 0B, response-size: 0B", 0.2),
  ])
  func `each dimension can lead`(_ usage: String, _ units: Double) throws {
    #expect(abs(try Self.bill(usage).number("alb", "consumed_lcus") - units) < 1e-4)
  }

  @Test func `the bill is hours and capacity units`() throws {
    let run = try Self.bill(Self.example)
    let lines = run.record.cost.filter { $0.component == "alb" }
    // 730 h at $0.0225 = $16.425; 730 h × 1.08 = 788.4 LCU-h at $0.008 = $6.3072.
    #expect(lines.map(\.what) == ["load balancer", "capacity units"])
    #expect(abs(lines[0].amount - 16.425) < 1e-9)
    #expect(abs(lines[1].amount - 6.3072) < 1e-3)
  }

  @Test func `a part of an hour is billed as a whole one`() throws {
    // A load for 10.1% of 730 h is 73.73 h, of which 74 are billed: 74 × 1.08 = 79.92.
    let item = try #require(Self.units(try Self.bill(Self.example, share: "10.1%")))
    #expect(abs(item.quantity - 79.92) < 0.01)
  }
}
