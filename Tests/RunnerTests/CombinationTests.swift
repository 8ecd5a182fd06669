import Components
import Kernel
import Testing

/// Rules that show only where components work together.
struct CombinationTests {
  // MARK: Load balancer and group

  @Test func `target tracking on requests per target follows from its rules to the second`() throws
  {
    // 4/s are 240 a minute until 300 s; then 10/s are 600, until 1,500 s; then 2/s are 120.
    let run = try Run(
      "start-rate: 4/s\nprocess: constant\nstages: [{duration: 300s, target: 4/s}, "
        + "{duration: 1ms, target: 10/s}, {duration: 1200s, target: 10/s}, "
        + "{duration: 1ms, target: 2/s}, {duration: 1100s, target: 2/s}]",
      """
      alb: {kind: application-load-balancer, targets: app, health-check: {interval: 5s, timeout: 2s}}
      app: {kind: auto-scaling-group, min: 1, max: 4, endpoints: {page: [{work: {time: 1ms}}]}, \
      scaling: [{policy: target-tracking, metric: RequestCountPerTarget, of: alb, target: 400}]}
      """)
    // Out: the datapoints of 360, 420 and 480 s are 600. The third is published at 570 s and
    // evaluated at 600 s: 1 × 600 / 400 = 1.5, so two. The second instance is in service at 679.6 s
    // and healthy up to 5 s later. The datapoint of 720 s is up to 600 / 1.59 = 377 for each, whose
    // two make 1.9; from then on it is 300.
    // In: from 1,500 s on 120 for two are 60, below 0.7 × 400 = 280. The fifteenth such datapoint is
    // of 2,400 s, published at 2,490 s and evaluated at 2,520 s: 2 × 60 / 400 = 0.3, so one.
    #expect(ScalingTests.timeline(run) == ["600.0: 1 2", "2520.0: 2 1"])
    #expect(
      run.record.scaling.first?.cause == "target-tracking: RequestCountPerTarget 600 above 400")
    #expect(run.record.scaling.last?.cause == "target-tracking: RequestCountPerTarget 60 below 280")
    #expect(
      ScalingTests.delays(run.record.scaling[0]).prefix(6) == [
        "metric 180.0", "publication 90.0", "alarm 30.0", "launch 16.5", "boot 3.1",
        "application_start 60.0",
      ])
  }

  @Test(arguments: [("elb", 1.0), ("ec2", 0)])
  func `an instance whose application hangs is replaced if the load balancer's checks count`(
    _ health: String, _ replaced: Double
  ) throws {
    // The first instance's loop stands still from 1 s on.
    let run = try Run(
      arrivals: [("1s", "block")],
      """
      alb: {kind: application-load-balancer, targets: app, routing: 0s, idle-timeout: 4000s, \
      deregistration-delay: 30s, health-check: {interval: 10s, timeout: 5s, unhealthy-after: 2}}
      app: {kind: auto-scaling-group, min: 2, concurrency: event-loop, processes: 1, \
      health: {type: \(health)}, endpoints: {block: [{work: {time: 500s, cpu: 0%}}]}}
      """)
    #expect(run.number("app", "replaced") == replaced)
    guard health == "elb" else {
      #expect(run.succeeded == 1)
      return
    }
    // Its first check after 1 s, at most 10 s later, and the next one time out after 5 s: it goes
    // between 16 and 26 s. The request gets 502 when the deregistration delay is over, 30 s later.
    #expect(run.failures == ["bad_gateway_502: 1"])
    let response = Double(run.response("block")) / 1e9
    #expect(response >= 45 && response <= 55, "\(response)")
    // Another is in service 79.6 s after it went.
    let end = run.record.endTime.inSeconds
    let missing = min(end - (response - 29), ScalingTests.launch)
    #expect(abs(run.number("app", "instances") * end - (2 * end - missing)) < 1e-6)
  }

  @Test(arguments: [(1000, "", 0), (1001, "", 1), (900, ", scheduled: [{at: 1h, max: 1001}]", 1)])
  func `a load balancer takes a thousand targets`(
    _ most: Int, _ more: String, _ expected: Int
  ) {
    let found = problems(
      Run.text(
        "rate: 1/s\nrequests: 1",
        """
        alb: {kind: application-load-balancer, targets: app}
        app: {kind: auto-scaling-group, min: 1, max: \(most), processes: 1, \
        endpoints: {page: [{work: {time: 1ms}}]}\(more)}
        """, seed: 1))
    let message = "11: 'alb' may have 1001 targets, more than 1000"
    #expect(found == Array(repeating: message, count: expected))
  }

  @Test func `a target that is lost while it works gives 502`() throws {
    // Twenty requests in 2 s, all in flight at 2.05 s, ten of them on the instance that stops.
    let run = try FaultTests.run(
      "rate: 10/s\nprocess: constant\nduration: 2s",
      """
      alb: {kind: application-load-balancer, targets: app, routing: 0s}
      app: {kind: auto-scaling-group, min: 2, threads: 20, \
      endpoints: {page: [{wait: {time: 5s}}]}}
      """, ["at: 2.05s, stop: app"])
    #expect(run.failures == ["bad_gateway_502: 10"])
    #expect(run.succeeded == 10)
    #expect(run.number("alb", "bad_gateway_502") == 10)
    #expect(run.number("alb", "target_5xx") == 0)
    // They end when the instance does, of which the longest has waited since the start or 0.1 s.
    #expect((run.endpoint().failed.maximum ?? .max) <= ms(2050))
  }

  // MARK: Distribution and bucket

  private static let bucket = """
    cdn: {kind: cloudfront, origin: files, behaviors: {page: {key: shared}}}
    files: {kind: s3-bucket, object-size: 170KB
    """

  // 3 ms at the point of presence, 32 ms of the bucket, four round trips for connection and request:
  // within the Region of 0.82 ms, else of 76 ms behind the regional cache's 20 ms.
  @Test(arguments: [("us-east-1", 38.28, false), ("eu-west-1", 359, true)])
  func `a bucket in the same Region is asked without a regional edge cache`(
    _ region: String, _ milliseconds: Double, _ isRegional: Bool
  ) throws {
    let run = try Run(
      users: [("1s", "page", 1)], workload: "regions: {us-east-1: 1}\nnetwork: {access: 0s}",
      region: region, Self.bucket + "}")
    #expect(run.response() == .milliseconds(milliseconds))
    #expect(run.number("cdn", "regional_hit_rate").isNaN != isRegional)
  }

  @Test func `that an object is missing is 404, and kept for ten seconds`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("9s", "page", 1), ("12s", "page", 1)],
      Self.bucket + ", present: false}")
    // The first is answered at 1.055 s at the latest: 3 ms, 20 ms and 30 ms, and two more.
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.number("cdn", "repeated_failures") == 1)
    #expect(run.number("cdn", "error_rate_4xx") == 1)
    #expect(run.number("cdn", "error_rate_5xx") == 0)
  }

  // MARK: Faults of what stores

  private static let second = "rate: 1/s\nprocess: constant\nrequests: 60"

  @Test func `a flush empties a Redis node`() throws {
    let run = try FaultTests.run(
      Self.second,
      """
      web: {kind: service, endpoints: {page: [{get: {cache: redis, key: shared, \
      miss: [{set: {cache: redis, key: shared}}]}}]}}
      redis: {kind: redis}
      """, ["at: 30.5s, flush: redis"])
    #expect(run.number("redis", "misses") == 2)
    #expect(run.number("redis", "hits") == 58)
  }

  @Test func `a flush empties all caches of a distribution`() throws {
    let run = try FaultTests.run(
      Self.second,
      """
      cdn: {kind: cloudfront, origin: web, behaviors: {page: {key: shared}}}
      web: {kind: service, endpoints: {page: [{wait: {time: 1ms}}]}}
      """, ["at: 30.5s, flush: cdn"])
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.number("cdn", "hits") == 58)
  }

  @Test(arguments: [
    ("redis: {kind: redis, replicas: 1, failover: 30s}", "get: {cache: redis, key: shared}"),
    (
      "redis: {kind: rds-database, class: db.m5.large, multi-az: true, failover: 30s, "
        + "tables: {users: {rows: 1000}}}", "query: {database: redis, index: primary}"
    ),
  ])
  func `a failover refuses calls until another has taken over`(_ store: String, _ step: String)
    throws
  {
    let run = try FaultTests.run(
      Self.second,
      """
      web: {kind: service, endpoints: {page: [{\(step)}]}}
      \(store)
      """, ["at: 10.5s, fail-over: redis"])
    // 30 s with a request each.
    #expect(run.failures == ["connection_refused: 30"])
    #expect(run.succeeded == 30)
    #expect(run.number("redis", "failovers") == 1)
  }
}
