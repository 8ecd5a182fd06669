import Components
import Kernel
import Testing

/// What a load balancer publishes under CloudWatch's names, seen by policies that watch it.
struct LoadBalancerMetricTests {
  /// Ten even requests a second for six minutes to two instances that wait 20 ms.
  private static func cause(
    _ policy: String, step: String = "wait: {time: 20ms}", group: String = "min: 2, max: 4"
  ) throws -> String? {
    let run = try Run(
      "rate: 10/s\nprocess: constant\nduration: 6min",
      """
      alb: {kind: application-load-balancer, targets: app}
      app: {kind: auto-scaling-group, \(group), endpoints: {page: [{\(step)}]}, \
      scaling: [{\(policy), of: alb}]}
      """)
    return run.record.scaling.first?.cause
  }

  // The first minute has 599: the request that comes at its very end is routed after it. The
  // thresholds lie between.
  @Test(arguments: [
    ("RequestCount", "599", "600"),
    // 600 requests of the minute for two healthy targets.
    ("RequestCountPerTarget", "299.6", "300"),
    ("TargetResponseTime", "19ms", "20ms"),
    ("HealthyHostCount", "1", "2"),
    // Ten requests to a connection, which is open for a minute: 60 new ones, 60 at a time.
    ("NewConnectionCount", "59.95", "60"), ("ActiveConnectionCount", "59.95", "60"),
    // 10/s of 11 kB each are 0.396 GB an hour; connections need 1/25 and 60/3000 only.
    ("ConsumedLCUs", "0.3958", "0.396"),
  ])
  func `a metric is published each minute under its name`(
    _ metric: String, _ threshold: String, _ value: String
  ) throws {
    let cause = try Self.cause(
      "policy: simple, metric: \(metric), threshold: \(threshold), adjustment: +1")
    #expect(cause?.hasPrefix("simple: \(metric) \(value) above ") == true, "\(cause ?? "none")")
  }

  @Test func `what targets fail with and what the load balancer fails with are disjoint`() throws {
    let failing = try Self.cause(
      "policy: simple, metric: HTTPCode_Target_5XX_Count, threshold: 599, adjustment: +1",
      step: "fail: {}")
    #expect(failing == "simple: HTTPCode_Target_5XX_Count 600 above 599")
    // A metric without a datapoint raises no alarm.
    #expect(
      try Self.cause(
        "policy: simple, metric: HTTPCode_ELB_5XX_Count, threshold: 0, adjustment: +1",
        step: "fail: {}") == nil)
  }

  @Test(arguments: ["HTTPCode_ELB_503_Count", "HTTPCode_ELB_5XX_Count"])
  func `requests without a target are 503 and in no count of requests`(_ metric: String) throws {
    let cause = try Self.cause(
      "policy: simple, metric: \(metric), threshold: 599, adjustment: +1",
      group: "min: 0, max: 1, desired: 0")
    #expect(cause == "simple: \(metric) 600 above 599")
    #expect(
      try Self.cause(
        "policy: simple, metric: RequestCount, threshold: 0, adjustment: +1",
        group: "min: 0, max: 1, desired: 0") == nil)
  }

  @Test func `a group can follow the requests per target`() throws {
    // 300 a minute for each of two where 200 are wanted: three.
    let cause = try Self.cause(
      "policy: target-tracking, metric: RequestCountPerTarget, target: 200")
    #expect(cause == "target-tracking: RequestCountPerTarget 300 above 200")
  }
}
