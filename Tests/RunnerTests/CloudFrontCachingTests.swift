import Components
import Kernel
import Testing

/// What a distribution keeps, for how long, and who waits for whom.
struct CloudFrontCachingTests {
  /// A distribution in one place without any network, before an origin that takes `time`; the
  /// endpoint `other` does something before.
  static func distribution(
    _ behaviors: String, _ settings: String = "", points: Int = 1, origin time: String = "100ms",
    other: String = ""
  ) -> String {
    """
    cdn: {kind: cloudfront, origin: web, edge-time: 0s, regional-time: 0s, \
    points-of-presence: \(points), behaviors: {\(behaviors)}\(settings.isEmpty ? "" : ", \(settings)")}
    web: {kind: service, endpoints: {page: [{wait: {name: think, time: \(time)}}], \
    other: [\(other){wait: {name: think, time: \(time)}}]}}
    """
  }

  /// What the behavior and the origin say, and how many seconds an object is fresh then.
  static let clamps: [(settings: String, seconds: Int64)] = [
    // Nothing is said: max(default, min) = max(86,400, 0) and max(60, 300).
    ("", 86_400),
    ("default-ttl: 60s, min-ttl: 300s", 300),
    // max-age is clamped between min and max.
    ("max-age: 30s", 30),
    ("max-age: 30s, min-ttl: 60s", 60),
    ("max-age: 2d, max-ttl: 1d", 86_400),
    // s-maxage wins over max-age, max-age over Expires.
    ("max-age: 90s, s-maxage: 20s", 20),
    ("max-age: 40s, expires: 90s", 40),
    ("expires: 90s", 90),
    // no-store is obeyed if min is 0, else the object is fresh for min.
    ("no-store: true, min-ttl: 30s", 30),
    ("no-store: true, min-ttl: 30s, max-age: 500s", 30),
  ]

  @Test(arguments: clamps)
  func `an object is fresh for what the origin says, between the least and the most`(
    settings: String, seconds: Int64
  ) throws {
    let comma = settings.isEmpty ? "" : ", "
    // The origin takes no time: the object is fresh from 1 s on, and not at 1 s + TTL any more.
    let end = 1_000_000_000 + seconds * 1_000_000_000
    let run = try Run(
      users: [("1s", "page", 1), ("\(end - 1)ns", "page", 1), ("\(end)ns", "page", 1)],
      Self.distribution("page: {key: shared\(comma)\(settings)}", origin: "0s"))
    #expect(run.number("cdn", "origin_requests") == 2, "fresh for \(seconds) s")
    #expect(run.number("cdn", "hits") == 1)
  }

  @Test func `no-store with a least time of zero is obeyed`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("2s", "page", 1)],
      Self.distribution("page: {key: shared, no-store: true, max-age: 1h}"))
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.number("cdn", "hits") == 0)
  }

  @Test func `a least time above the most is told`() {
    let text = Run.text(
      "rate: 1/s\nduration: 1s\nmix: {page: 1}",
      Self.distribution("page: {key: shared, min-ttl: 2h, max-ttl: 1h}"), seed: 1)
    #expect(problems(text).map { $0.drop { $0 != " " } } == [" 'min-ttl' is above 'max-ttl'"])
  }

  // MARK: Collapsing

  /// Ten users who ask at the same moment.
  private static let tenAtOnce = (0..<10).map { (time: "1s", endpoint: "page", user: $0) }

  @Test func `later misses of an object wait for the first, and count as hits`() throws {
    let run = try Run(users: Self.tenAtOnce, Self.distribution("page: {key: shared}"))
    #expect(run.number("cdn", "origin_requests") == 1)
    #expect(run.number("cdn", "collapsed") == 9)
    #expect(run.number("cdn", "hits") == 9)
    #expect(run.number("cdn", "misses") == 1)
    // All have their answer when the first has: after 100 ms.
    #expect(run.endpoint().succeeded.sum == Int128(10 * ms(100)))
  }

  @Test func `who comes later waits for the rest of the time`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("1060ms", "page", 2)], Self.distribution("page: {key: shared}"))
    // 100 ms for the first, 40 ms for the second.
    #expect(run.endpoint().succeeded.sum == Int128(ms(100) + ms(40)))
  }

  @Test func `a viewer who gives up does not stop the request that others wait for`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("1060ms", "page", 2)], workload: "timeout: 50ms",
      Self.distribution("page: {key: shared}"))
    #expect(run.failures == ["timeout: 1"])
    #expect(run.endpoint().succeeded.sum == Int128(ms(40)))
    #expect(run.number("cdn", "origin_requests") == 1)
  }

  @Test(arguments: ["forward-cookies: true", "no-store: true"])
  func `nobody waits for another where cookies are forwarded or nothing may be kept`(
    setting: String
  ) throws {
    let run = try Run(users: Self.tenAtOnce, Self.distribution("page: {key: shared, \(setting)}"))
    #expect(run.number("cdn", "origin_requests") == 10)
    #expect(run.number("cdn", "collapsed") == 0)
  }

  @Test func `a time to live of zero alone does not keep requests from collapsing`() throws {
    let run = try Run(
      users: Self.tenAtOnce, Self.distribution("page: {key: shared, max-age: 0s}"))
    #expect(run.number("cdn", "origin_requests") == 1)
  }

  @Test func `with cookies each user has objects of their own`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("2s", "page", 2), ("3s", "page", 1)],
      Self.distribution("page: {key: shared, forward-cookies: true}"))
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.number("cdn", "hits") == 1)
  }

  // MARK: Levels

  @Test func `the regional cache hides the origin from the points of presence`() throws {
    // 200 users reach 20 points one after the other: each point misses once, the regional cache
    // misses once in all.
    let run = try Run(
      users: (0..<200).map { ("\($0 + 1)s", "page", $0) },
      Self.distribution("page: {key: shared}", points: 20))
    let misses = run.number("cdn", "misses")
    // 20 points of 200 users: that one point has none has a chance of 20 × 0.95^200 = 0.07%.
    #expect(misses == 20, "seed 1")
    #expect(run.number("cdn", "origin_requests") == 1)
    #expect(abs(run.number("cdn", "regional_hit_rate") - (misses - 1) / misses) < 1e-12)
  }

  @Test func `misses of several points collapse in the regional cache`() throws {
    let run = try Run(
      users: (0..<100).map { ("1s", "page", $0) },
      Self.distribution("page: {key: shared}", points: 4))
    // Four lead, each at its point; of these one leads in the regional cache.
    #expect(run.number("cdn", "misses") == 4, "seed 1")
    #expect(run.number("cdn", "regional_collapsed") == 3)
    #expect(run.number("cdn", "origin_requests") == 1)
  }

  @Test func `an object's time runs from when the origin gave it, in all caches`() throws {
    // One point has the object from 1 s on; the other takes it from the regional cache at 50 s. Both
    // ask again at 61 s: counted from 50 s, the second would keep it until 110 s.
    let components = Self.distribution(
      "page: {key: shared, max-age: 60s}", points: 2, origin: "0s")
    let later = (0..<20).map { (time: "50s", endpoint: "page", user: $0) }
    let last = (0..<20).map { (time: "61s", endpoint: "page", user: $0) }
    let run = try Run(users: [("1s", "page", 0)] + later + last, components)
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.number("cdn", "refresh_hits") == 2, "one at each point, seed 1")
  }

  @Test func `where there is no room the object goes that was not used the longest`() throws {
    // Room for two objects of 1 MB: 1 and 2 are stored, 1 is used, 3 takes the place of 2.
    let order = [1, 2, 1, 3, 1, 2]
    let run = try Run(
      users: order.enumerated().map { ("\($0.offset + 1)s", "page", $0.element) },
      Self.distribution("page: {key: user, size: 1MB}", "capacity: 2MB"))
    // Misses: 1, 2, 3 and 2 again, which the regional cache still has, and which drives out 3.
    #expect(run.number("cdn", "hits") == 2)
    #expect(run.number("cdn", "misses") == 4)
    #expect(run.number("cdn", "evictions") == 2)
    #expect(run.number("cdn", "origin_requests") == 3)
  }

  // MARK: Revalidation

  @Test(arguments: [(changed: "0%", bytes: 100_000.0), (changed: "100%", bytes: 200_000.0)])
  func `a stale object is asked about, and comes again only if it has changed`(
    changed: String, bytes: Double
  ) throws {
    let run = try Run(
      users: [("1s", "page", 1), ("100s", "page", 1)],
      Self.distribution("page: {key: shared, max-age: 60s, size: 100KB, changed: \(changed)}"))
    #expect(run.number("cdn", "origin_requests") == 2)
    #expect(run.number("cdn", "bytes_from_origin") == bytes)
    #expect(run.number("cdn", "bytes_downloaded") == 200_000)
    #expect(run.number("cdn", "not_modified") == (bytes == 100_000 ? 1 : 0))
    #expect(run.number("cdn", "refresh_hits") == (bytes == 100_000 ? 1 : 0))
  }

  // MARK: Invalidation

  @Test func `an invalidation removes an object after its time`() throws {
    let components = Self.distribution(
      "page: {key: shared}", "invalidation-time: 5s", origin: "0s",
      other: "{invalidate: {distribution: cdn, key: shared, namespace: page}}, ")
    let run = try Run(
      users: [
        ("1s", "page", 1), ("10s", "other", 1), ("14999999999ns", "page", 1),
        ("15001ms", "page", 1),
      ], components)
    #expect(run.number("cdn", "invalidations") == 1)
    #expect(run.number("cdn", "hits") == 1)
    // Two for the page and the one for the endpoint that invalidates.
    #expect(run.number("cdn", "origin_requests") == 3)
  }

  @Test func `invalidations at times remove everything`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("19s", "page", 1), ("21s", "page", 1)],
      Self.distribution("page: {key: shared}", "invalidations: [{at: 10s}]", origin: "0s"))
    // Asked for at 10 s and done 10 s later.
    #expect(run.number("cdn", "hits") == 1)
    #expect(run.number("cdn", "origin_requests") == 2)
  }
}
