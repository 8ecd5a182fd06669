import Kernel

/// How CloudFront treats the requests to one endpoint: a cache behavior in AWS's words.
struct CacheBehavior: Sendable {
  /// The methods of HTTP.
  enum Method: String, CaseIterable, Sendable {
    case get = "GET"
    case head = "HEAD"
    case options = "OPTIONS"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether answers are cached, and a request is repeated when its answer does not come.
    var isRead: Bool { self == .get || self == .head }
  }

  /// The only endpoint that it is for; nil stands for all that are not named.
  let endpoint: String?
  let method: Method
  let origin: ComponentReference?
  /// Which object a request asks for; nil if nothing is cached.
  let key: KeySpecification?
  let timeToLive: TimeToLive?
  let forwardsCookies: Bool
  let compression: Compression?
  let bytes: Int?
  let uploadBytes: Int
  let changedShare: Double

  /// The behavior of endpoints that are not named: nothing is cached.
  static let others = CacheBehavior()

  private init() {
    endpoint = nil
    method = .get
    origin = nil
    key = nil
    timeToLive = nil
    forwardsCookies = false
    compression = nil
    bytes = nil
    uploadBytes = 0
    changedShare = 0
  }

  init(_ endpoint: String, from parameters: inout ParameterReader) {
    self.endpoint = endpoint
    method = parameters.choice(
      "method", default: .get, "The method of its requests; answers to GET and HEAD are cached.")
    origin = parameters.optionalComponent(
      "origin", answering: "call", "The component that is asked, if not that of the distribution.")
    let key = KeySpecification(from: &parameters, endpoint: endpoint, isRequired: false)
    self.key = method.isRead ? key : nil
    let timeToLive = TimeToLive(from: &parameters)
    self.timeToLive = timeToLive
    forwardsCookies = parameters.flag(
      "forward-cookies", default: false,
      "Whether cookies go to the origin and into the cache key: each user has objects of their own.",
      source: "BC:cloudfront")
    compression = Compression(from: &parameters)
    bytes = parameters.optionalSize(
      "size", in: 0...30_000_000_000,
      "The size of its objects; what the workload's network says if none is written.")
    uploadBytes = parameters.size(
      "upload-size", default: 0, in: 0...50_000_000_000,
      "What a request sends to the origin, for the bill.")
    changedShare = parameters.share(
      "changed", default: 0, "How often a stale object turns out to have changed.",
      source: "assumed")
    if parameters.has("key"), !method.isRead {
      parameters.report(
        "answers to \(method.rawValue) are not cached, so there is no 'key'", at: "key",
        help: "leave it out, or write 'method: GET'")
    }
  }

  /// Whether answers are kept.
  var isCached: Bool { key != nil && (timeToLive?.isKept ?? false) }

  /// Whether those who ask for an object while it is fetched wait for it.
  var collapses: Bool { isCached && !forwardsCookies }

  /// The bytes that a viewer receives, a HEAD without the object, for an object of that size.
  func bytesSent(_ bytes: Int) -> Int {
    if method == .head { return 0 }
    let isFresh = isCached && (timeToLive?.effective ?? 0) > 0
    return compression?.bytes(of: bytes, isCached: isFresh) ?? bytes
  }
}
