import Kernel

/// An S3 bucket: objects behind limits on the rate of requests of each prefix.
///
/// Sources: S3/optimizing-performance (3,500 writes and 5,500 reads a second of a prefix, 503 when
/// they are exceeded, gradual scaling), S3/optimizing-performance-design-patterns (latencies),
/// S3/Welcome (consistency), INF:s3_bucket_v3_test (prices).
struct S3Bucket: ComponentSpecification {
  static let kind = "s3-bucket"
  static let summary = "Objects behind limits on the rate of requests of each prefix."
  static let storesObjects = true
  static let operations =
    [OperationDeclaration.call] + S3Request.Method.allCases.map(\.declaration)
  static let publishedMetrics = [
    MetricDeclaration("5xxErrors", unit: .count, statistic: .sum),
    MetricDeclaration("4xxErrors", unit: .count, statistic: .sum),
    MetricDeclaration("BytesDownloaded", unit: .bytes, statistic: .sum),
    MetricDeclaration("BytesUploaded", unit: .bytes, statistic: .sum),
    MetricDeclaration("FirstByteLatency", unit: .seconds),
    MetricDeclaration("TotalRequestLatency", unit: .seconds),
  ]
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {bucket: files, key: {of: 100}}}]}}
    files: {kind: s3-bucket, object-count: 100, object-size: 200KB}
    """

  /// Objects of one kind: what an endpoint of the bucket names.
  struct Kind: Sendable {
    let size: Int
    let count: Int
    let prefixes: Int

    init(from parameters: inout ParameterReader, size: Int, prefixes: Int) {
      self.size = parameters.size(
        "size", default: size, in: 0...Self.largest, "The size of one.")
      count = parameters.count(
        "count", default: 0, in: 0...1_000_000_000_000, "How many there are, for the bill.")
      self.prefixes = parameters.count(
        "prefixes", default: prefixes, in: 1...10_000,
        "Over how many prefixes of their own their keys spread evenly.")
    }

    init(size: Int, count: Int, prefixes: Int) {
      self.size = size
      self.count = count
      self.prefixes = prefixes
    }

    /// The largest object that S3 stores.
    static let largest = 5_000_000_000_000
  }

  /// Who reads, as far as the bill for transfer tells them apart.
  enum Readers: String, CaseIterable, Sendable {
    case region
    case cloudfront
    case internet
  }

  /// The kinds of objects by name; one without a name if none is written.
  let kinds: [(name: String?, value: Kind)]
  let arePresent: Bool
  let limits: S3Prefix.Limits
  let latency: Latency
  let readers: Readers
  let bill: S3Bill

  /// How long requests take.
  struct Latency: Sendable {
    let small: Distribution
    let large: Distribution
    let smallBelow: Int
    let refusal: Distribution
    let bytesPerSecond: Int

    init(from parameters: inout ParameterReader) {
      let any = parameters.optionalTimeDistribution(
        "first-byte", "The time to the first byte, the way included; by size if none is written.")
      let small = parameters.timeDistribution(
        "small-first-byte", from: "s3.small-first-byte", "The same of small objects.")
      let large = parameters.timeDistribution(
        "large-first-byte", from: "s3.first-byte", "The same of other objects.")
      self.small = any ?? small
      self.large = any ?? large
      smallBelow = parameters.size(
        "small-below", default: 512_000, in: 0...Kind.largest, "Objects below this size are small.",
        source: "S3/optimizing-performance-design-patterns")
      refusal = parameters.timeDistribution(
        "refusal", from: "s3.refusal", "How long a refusal takes.")
      bytesPerSecond = parameters.size(
        "bandwidth", default: 85_000_000, in: 1...1_000_000_000_000,
        "Bytes a second of one transfer.", source: "S3/optimizing-performance-design-patterns")
    }
  }

  init(from parameters: inout ParameterReader) {
    let size = parameters.size(
      "object-size", default: 100_000, in: 0...Kind.largest,
      "The size of an object, where it does not say itself.")
    let count = parameters.count(
      "object-count", default: 0, in: 0...1_000_000_000_000,
      "How many objects without a kind there are, for the bill.")
    let prefixes = parameters.count(
      "prefixes", default: 1, in: 1...10_000,
      "Over how many prefixes keys spread evenly; each has the limits for itself.")
    let named = parameters.namedSections(
      "objects", "Kinds of objects by name, each an endpoint with prefixes of its own.",
      required: false
    ) { _, kind in Kind(from: &kind, size: size, prefixes: prefixes) }
    kinds =
      named.isEmpty
      ? [(nil, Kind(size: size, count: count, prefixes: prefixes))]
      : named.map { (Optional($0.name), $0.value) }
    arePresent = parameters.flag(
      "present", default: true, "Whether all objects are there from the start.")
    limits = S3Prefix.Limits(from: &parameters)
    latency = Latency(from: &parameters)
    readers = parameters.choice(
      "readers", default: .region,
      "Who reads: the Region and CloudFront pay no transfer, the internet does.",
      source: "INF:data_transfer_test")
    bill = S3Bill(parameters.catalogue)
  }

  var endpoints: EndpointNames {
    let names = kinds.compactMap(\.name)
    return names.isEmpty ? .unnamed : .named(names)
  }

  func problem(
    with operation: any OperationSpecification
  ) -> (message: String, help: String?)? {
    guard let request = operation as? S3Request, index(ofKind: request.object) == nil else {
      return nil
    }
    let names = kinds.compactMap(\.name)
    guard let object = request.object else {
      return (
        "the bucket has \(names.count) kinds of objects",
        "add 'object': one of "
          + names.joined(separator: ", ")
      )
    }
    return (
      "the bucket has no objects '\(object)'",
      names.isEmpty
        ? "leave out 'object', or name kinds in 'objects'"
        : Spelling.help(for: object, among: names)
    )
  }

  /// The index of the kind that a request names, or that is the only one.
  func index(ofKind name: String?) -> Int? {
    guard let name else { return kinds.count == 1 ? 0 : nil }
    return kinds.firstIndex { $0.name == name }
  }

  func build(at site: Site) -> RunningComponent { RunningS3Bucket(self, at: site) }
}
