import Components
import Kernel
import Testing

/// How a distribution asks its origin, what it compresses, and what it costs.
struct CloudFrontOriginTests {
  private static func distribution(
    _ behaviors: String, _ settings: String = "", origin time: String = "100ms"
  ) -> String {
    CloudFrontCachingTests.distribution(behaviors, settings, origin: time)
  }

  // MARK: Ways

  @Test func `a miss pays every stage and a hit the point of presence alone`() throws {
    // In us-east-1 with an access of 0 s: 3 ms at the point, 20 ms for the regional cache. The
    // origin is 0.82 ms away: TCP and TLS 1.2 take 3 round trips, the request one.
    let run = try Run(
      users: [("1s", "page", 1), ("2s", "page", 1)],
      workload: "regions: {us-east-1: 1}\nnetwork: {access: 0s}",
      """
      cdn: {kind: cloudfront, origin: web, behaviors: {page: {key: shared}}}
      web: {kind: service, endpoints: {page: [{wait: {time: 100ms}}]}}
      """)
    let miss = ms(3) + ms(20) + 4 * 820_000 + ms(100)
    #expect(run.endpoint().succeeded.maximum == miss)
    #expect(run.endpoint().succeeded.minimum == ms(3))
    #expect(run.durations("cdn", "origin_latency").sum == Int128(miss))
  }

  @Test func `what is not cached goes from the point of presence to the origin`() throws {
    // Sydney to Virginia without a regional cache: 3 ms, then 4 round trips of 207 ms.
    let run = try Run(
      users: [("1s", "page", 1)],
      workload: "regions: {ap-southeast-2: 1}\nnetwork: {access: 0s}",
      """
      cdn: {kind: cloudfront, origin: web, behaviors: {page: {method: POST}}}
      web: {kind: service, endpoints: {page: [{wait: {time: 100ms}}]}}
      """)
    #expect(run.response() == ms(3) + 4 * ms(207) + ms(100))
    #expect(run.number("cdn", "regional_hit_rate").isNaN)
  }

  @Test func `an origin shield makes one request of those of two regional caches`() throws {
    func origin(_ shield: String) throws -> Double {
      try Run(
        users: (0..<40).map { ("\($0 + 1)s", "page", $0) },
        workload: "regions: {us-west-2: 1, us-east-2: 1}",
        """
        cdn: {kind: cloudfront, origin: web, behaviors: {page: {key: shared}}\(shield)}
        web: {kind: service, endpoints: {page: [{wait: {time: 1ms}}]}}
        """
      ).number("cdn", "origin_requests")
    }
    #expect(try origin("") == 2)
    #expect(try origin(", origin-shield: us-east-1") == 1)
  }

  @Test func `a connection to the origin stays open for five seconds`() throws {
    func opened(_ second: String) throws -> Double {
      try Run(
        users: [("1s", "page", 1), (second, "page", 1)],
        Self.distribution("page: {method: POST}", origin: "0s")
      ).number("cdn", "origin_connections")
    }
    #expect(try opened("6s") == 1)
    #expect(try opened("6000000001ns") == 2)
  }

  // MARK: Failures

  @Test func `a read whose answer does not come is asked for three times`() throws {
    let run = try Run(
      users: [("1s", "page", 1)],
      Self.distribution("page: {key: shared}", origin: "200s"))
    // 3 × 30 s, then 504.
    #expect(run.response() == .seconds(90))
    #expect(run.failures == ["gateway_timeout_504: 1"])
    #expect(run.number("cdn", "origin_requests") == 3)
    #expect(run.number("cdn", "retries") == 2)
    #expect(run.number("cdn", "error_rate_5xx") == 1)
  }

  @Test(arguments: ["PUT", "POST", "PATCH", "DELETE", "OPTIONS"])
  func `other methods are sent once`(method: String) throws {
    let run = try Run(
      users: [("1s", "page", 1)],
      Self.distribution("page: {method: \(method)}", origin: "200s"))
    #expect(run.response() == .seconds(30))
    #expect(run.number("cdn", "origin_requests") == 1)
  }

  @Test func `an origin that accepts no connection is tried for three times ten seconds`() throws {
    let run = try Run(
      users: [("1s", "a", 1), ("2s", "b", 2)],
      """
      cdn: {kind: cloudfront, origin: app, edge-time: 0s, response-timeout: 120s}
      app: {kind: auto-scaling-group, processes: 1, threads: 1, backlog: 0, endpoints: {\
      a: [{wait: {time: 100s}}], b: [{wait: {time: 1s}}]}}
      """)
    #expect(run.response("b") == .seconds(30))
    #expect(run.failures == ["gateway_timeout_504: 1"])
  }

  @Test func `a failure is answered for ten seconds without asking again`() throws {
    let run = try Run(
      users: [
        ("1s", "page", 1), ("11999999999ns", "page", 1), ("12000000000ns", "page", 1),
      ],
      Self.distribution("page: {key: shared}", "attempts: 1, response-timeout: 1s", origin: "50s"))
    // The first fails at 2 s; until 12 s nobody asks.
    #expect(run.failed == 3)
    #expect(run.number("cdn", "repeated_failures") == 1)
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.endpoint().failed.minimum == 0)
  }

  @Test func `a copy that is stale is given where the origin fails`() throws {
    // The bucket gives one object a second. What 'drain' takes at 100 s is missing for the page,
    // whose copy is then given for another 10 s; at 111 s the origin is asked again, and answers.
    let run = try Run(
      users: [
        ("1s", "page", 1), ("100s", "drain", 2), ("100000000001ns", "page", 1),
        ("109s", "page", 1), ("111s", "page", 1),
      ],
      """
      cdn: {kind: cloudfront, origin: web, edge-time: 0s, regional-time: 0s, \
      behaviors: {page: {key: shared, max-age: 60s}}}
      web: {kind: service, endpoints: {\
      page: [{get: {bucket: files, key: shared, retries: none}}], \
      drain: [{get: {bucket: files, key: shared, retries: none}}]}}
      files: {kind: s3-bucket, read-rate: 1/s, first-byte: 0s, refusal: 0s, object-size: 0B}
      """)
    #expect(run.failures.isEmpty)
    #expect(run.number("cdn", "stale_served") == 1)
    #expect(run.number("cdn", "hits") == 1)
    #expect(run.number("cdn", "refresh_hits") == 1)
    #expect(run.number("files", "throttled") == 1)
    #expect(run.number("cdn", "origin_requests") == 4)
  }

  @Test func `beyond its quota a distribution refuses requests`() throws {
    let run = try Run(
      users: (0..<12).map { ("1s", "page", $0) },
      Self.distribution("page: {key: shared}", "quota: 10/s"))
    #expect(run.failures == ["service_unavailable_503: 2"])
    #expect(run.number("cdn", "throttled") == 2)
  }

  // MARK: Compression

  /// Settings of a behavior and the bytes that a viewer gets.
  static let compressions: [(settings: String, bytes: Double)] = [
    // Between 1,000 and 10,000,000 bytes a quarter is left by Brotli, 1 / 3.3 by gzip.
    ("size: 999B, compress: true", 999),
    ("size: 1000B, compress: true", 250),
    ("size: 10000000B, compress: true", 2_500_000),
    ("size: 10000001B, compress: true", 10_000_001),
    ("size: 33KB, compress: true, encoding: gzip", 10_000),
    ("size: 33KB, compress: true, encoding: none", 33_000),
    ("size: 33KB", 33_000),
    // Only what has a time to live above zero.
    ("size: 33KB, compress: true, max-age: 0s", 33_000),
    ("size: 33KB, compress: true, no-store: true", 33_000),
  ]

  @Test(arguments: compressions)
  func `objects of 1,000 to 10,000,000 bytes that are cached are compressed`(
    settings: String, bytes: Double
  ) throws {
    let run = try Run(
      users: [("1s", "page", 1)], Self.distribution("page: {key: shared, \(settings)}"))
    #expect(run.number("cdn", "bytes_downloaded") == bytes, "\(settings)")
  }

  // MARK: Cost

  @Test func `the bill is data and requests by area, and data to the origin`() throws {
    // 100 requests of 10 MB in 100 s: 1 GB in 100 s, 26,280 GB in a month of 730 h at $0.114;
    // 100 requests are 2,628,000 in a month at $0.00000125; 1 GB to the origin, 26,280 at $0.02.
    let run = try Run(
      "interarrival: 1s\nduration: 100001ms\nmix: {page: 1}\nregions: {ap-southeast-2: 1}",
      region: "us-east-1",
      """
      cdn: {kind: cloudfront, origin: web, behaviors: {\
      page: {method: POST, size: 10MB, upload-size: 10MB}}}
      web: {kind: service, endpoints: {page: [{wait: {time: 1ms}}]}}
      """)
    let lines = run.record.cost.filter { $0.component == "cdn" }
    #expect(
      lines.map(\.what) == [
        "data to viewers, australia", "HTTPS requests, australia", "data to origin",
      ])
    #expect(abs(lines[0].amount - 26_280 * 0.114) < 0.1)
    #expect(abs(lines[1].amount - 2_628_000 * 0.00000125) < 0.001)
    #expect(abs(lines[2].amount - 26_280 * 0.02) < 0.1)
  }

  @Test func `without an edge what users receive is paid as data to the internet`() throws {
    // The same 26,280 GB a month at $0.09.
    let run = try Run(
      "interarrival: 1s\nduration: 100001ms\nmix: {page: 1}\nregions: {us-east-1: 1}\n"
        + "network: {responses: {page: 10MB}}", region: "us-east-1",
      "web: {kind: service, endpoints: {page: [{wait: {time: 1ms}}]}}")
    let lines = run.record.cost.filter { $0.component == "user-network" }
    #expect(lines.map(\.what) == ["data to the internet"])
    #expect(abs(lines[0].amount - 26_280 * 0.09) < 0.1)
  }

  @Test func `what is wrong with a distribution is told`() {
    let text = Run.text(
      "rate: 1/s\nduration: 1s\nmix: {page: 1}",
      """
      cdn: {kind: cloudfront, origin: web, origin-shield: us-east-9, behaviors: {\
      page: {method: POST, key: shared}, pages: {key: shared}}}
      web: {kind: service, endpoints: {page: [{wait: {time: 1ms}}]}}
      """, seed: 1)
    let found = problems(text).joined(separator: "\n")
    #expect(found.contains("there is no Region 'us-east-9' in the catalogue"))
    #expect(found.contains("answers to POST are not cached, so there is no 'key'"))
    #expect(found.contains("'web' has no endpoint 'pages'"))
  }
}
