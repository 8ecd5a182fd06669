import Kernel

/// A CloudFront distribution: points of presence near users, regional edge caches behind them.
///
/// Sources: CF/HowCloudFrontWorks, CF/Expiration, CF/RequestAndResponseBehaviorCustomOrigin,
/// CF/GeneratingCustomErrorResponses, CF/ServingCompressedFiles, CF/cloudfront-limits.
struct CloudFront: ComponentSpecification {
  static let kind = "cloudfront"
  static let summary = "Caches answers near users, in points of presence and behind them."
  static let operations = [
    OperationDeclaration.call,
    OperationDeclaration(
      "invalidate", label: "distribution", "Removes an object from all caches.", takesKey: true
    ) { _ in Invalidation() },
  ]
  static let faults: [Fault.Kind] = [.flush]
  static let publishedMetrics = [
    MetricDeclaration("Requests", unit: .count, statistic: .sum),
    MetricDeclaration("BytesDownloaded", unit: .bytes, statistic: .sum),
    MetricDeclaration("BytesUploaded", unit: .bytes, statistic: .sum),
    MetricDeclaration("CacheHitRate", unit: .share),
    MetricDeclaration("OriginLatency", unit: .seconds),
    MetricDeclaration("4xxErrorRate", unit: .share),
    MetricDeclaration("5xxErrorRate", unit: .share),
  ]
  static let example = """
    cdn: {kind: cloudfront, origin: web, behaviors: {page: {key: {of: 100}, max-age: 60s}}}
    web: {kind: service, endpoints: {page: [{work: {time: 5ms}}]}}
    """

  /// The removal of an object.
  struct Invalidation: OperationSpecification {}

  /// What encrypts connections to the origin.
  enum Encryption: String, CaseIterable, Sendable {
    case none
    case tls12 = "1.2"
  }

  let origin: ComponentReference
  let originRegion: String?
  let shieldRegion: String?
  let behaviors: [CacheBehavior]
  let points: Int?
  let pointCapacity: Int?
  let regionalCapacity: Int?
  let edgeTime: Distribution
  let regionalTime: Distribution
  let fetching: OriginFetching
  let errorTimeToLive: Nanoseconds
  let requestRate: Double
  let invalidationTime: Nanoseconds
  let invalidations: [Nanoseconds]
  let locations: [Catalogue.EdgeLocation]
  let prices: [Catalogue.Price]

  /// How the origin is asked.
  struct OriginFetching: Sendable {
    let connectTimeout: Nanoseconds
    let attempts: Int
    let responseTimeout: Nanoseconds
    let keepAlive: Nanoseconds
    /// The round trips before the first byte of a request on a new connection.
    let setUpRoundTrips: Int

    init(from parameters: inout ParameterReader) {
      connectTimeout = parameters.duration(
        "connect-timeout", from: "cloudfront.connect-timeout", in: .seconds(1)...(.seconds(10)),
        "How long an origin that accepts no connection is waited for.")
      attempts = parameters.count(
        "attempts", from: "cloudfront.connect-attempts", in: 1...3,
        "How often it is tried; requests other than GET and HEAD are sent once.")
      responseTimeout = parameters.duration(
        "response-timeout", from: "cloudfront.response-timeout",
        in: .seconds(1)...(.seconds(120)), "How long an answer is waited for.")
      keepAlive = parameters.duration(
        "keep-alive", from: "cloudfront.keep-alive", "How long an idle connection stays open.")
      let encryption = parameters.choice(
        "tls", default: Encryption.tls12, "What encrypts connections to the origin.",
        source: "BC:cloudfront.CustomOriginConfig")
      let known = parameters.catalogue
      func count(_ key: String) -> Int { Int(known.behaviour("network.\(key)")?.number ?? 1) }
      setUpRoundTrips =
        count("tcp-round-trips") + (encryption == .none ? 0 : count("tls12-round-trips"))
    }
  }

  init(from parameters: inout ParameterReader) {
    origin = parameters.component(
      "origin", answering: "call", "The component that is asked for what is not cached.")
    behaviors = parameters.namedSections(
      "behaviors", "What is cached of each endpoint; nothing of those that are not named.",
      required: false
    ) { CacheBehavior($0, from: &$1) }.map(\.value)
    let known = parameters.catalogue
    func region(_ name: String, _ summary: String) -> String? {
      guard let region = parameters.optionalText(name, summary) else { return nil }
      guard !known.regions.contains(region) else { return region }
      parameters.report(
        "there is no Region '\(region)' in the catalogue", at: name,
        help: Spelling.help(for: region, among: known.regions))
      return nil
    }
    originRegion = region("origin-region", "Where the origin is; the arm's Region by default.")
    shieldRegion = region(
      "origin-shield", "The Region of a cache before the origin that all others ask.")
    points = parameters.optionalCount(
      "points-of-presence", in: 1...1000,
      "How many points the users of a Region reach; by default those of the catalogue.")
    pointCapacity = parameters.optionalSize(
      "capacity", in: 1...Int.max,
      "What a point of presence keeps of the objects used last; everything if none is written.")
    regionalCapacity = parameters.optionalSize(
      "regional-capacity", in: 1...Int.max,
      "What a regional edge cache keeps; everything if none is written.")
    edgeTime = parameters.timeDistribution(
      "edge-time", from: "cloudfront.edge-time", "What a point of presence takes for a request.")
    regionalTime = parameters.timeDistribution(
      "regional-time", from: "cloudfront.regional-time",
      "The way to the regional edge cache and back, its work included.")
    fetching = OriginFetching(from: &parameters)
    errorTimeToLive = parameters.duration(
      "error-ttl", from: "cloudfront.error-ttl",
      "How long a failure is answered without asking again.")
    let rate = known.behaviour("cloudfront.requests-per-second")
    requestRate = parameters.rate(
      "quota", default: rate?.rate ?? 1, in: 1...1e9, "Requests a second; more are refused.",
      source: rate?.provenance.source ?? "assumed")
    invalidationTime = parameters.duration(
      "invalidation-time", from: "cloudfront.invalidation-time",
      "How long an invalidation takes to reach the caches.")
    invalidations = parameters.sections(
      "invalidations", "When everything is removed from all caches."
    ) { $0.duration("at", default: nil, "When it is asked for.") }
    locations = known.edgeLocations
    prices = known.prices.filter { $0.key.hasPrefix("cloudfront.") }
  }

  var endpoints: EndpointNames {
    .routed(
      behaviors.map { ($0.endpoint ?? "", ($0.origin ?? origin).name) }, rest: origin.name)
  }

  var questions: [Question] {
    behaviors.map {
      Question(
        target: $0.origin ?? origin, operation: EndpointOperation(endpoint: $0.endpoint),
        endpoint: $0.endpoint)
    }
  }

  /// The Region whose regional edge cache is behind the points that users of a Region reach.
  func regionalCache(of region: String) -> String {
    locations.first { $0.region == region }?.regionalCache ?? region
  }

  func roundTrips(from users: [String], home: String) -> [(String, String)] {
    let origin = originRegion ?? home
    let caches = users.map(regionalCache)
    let ways = (users + caches).map { ($0, origin) }
    guard let shieldRegion else { return ways }
    return ways + caches.map { ($0, shieldRegion) } + [(shieldRegion, origin)]
  }

  func build(at site: Site) -> RunningComponent { RunningCloudFront(self, at: site) }
}
