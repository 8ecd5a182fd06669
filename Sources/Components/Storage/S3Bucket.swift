import Kernel

/// An S3 bucket: objects of one size behind limits on the rate of requests of each prefix.
///
/// Sources: S3/optimizing-performance (3,500 writes and 5,500 reads a second of a prefix, 503 when
/// they are exceeded), BC:data/_retry.json (what the SDK does then), INF:s3_bucket_v3_test (prices).
struct S3Bucket: ComponentSpecification {
  static let kind = "s3-bucket"
  static let summary = "Objects behind limits on the rate of requests of each prefix."
  static let operations = [
    OperationDeclaration("get", label: "bucket", "Reads an object.", takesKey: true) {
      Request(isWrite: false, &$0)
    },
    OperationDeclaration("put", label: "bucket", "Writes an object.", takesKey: true) {
      Request(isWrite: true, &$0)
    },
  ]
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {bucket: files, key: {of: 100}}}]}}
    files: {kind: s3-bucket, objects: 100, object-size: 200KB}
    """

  /// What the bucket can be asked.
  struct Request: OperationSpecification {
    let isWrite: Bool
    let bytes: Int?
    let clientRetry: RetryPolicy?

    init(isWrite: Bool, _ parameters: inout ParameterReader) {
      self.isWrite = isWrite
      bytes = parameters.optionalSize(
        "size", in: 0...5_000_000_000_000,
        "The object's size; the bucket's object size if none is written.")
      clientRetry =
        parameters.choice(
          "retries", default: Retries.legacy, "What the client's SDK does when it is refused.",
          source: "BC:data/_retry.json"
        ).policy
    }
  }

  /// What the AWS SDK does by itself when S3 refuses.
  private enum Retries: String, CaseIterable {
    case legacy
    case standard
    case none

    var policy: RetryPolicy? {
      switch self {
      case .legacy: RetryPolicy(attempts: 5, base: .seconds(1), cap: .seconds(60), jitter: .full)
      case .standard:
        RetryPolicy(
          attempts: 3, base: .seconds(1), cap: .seconds(20), jitter: .full,
          budget: RetryPolicy.Budget(capacity: 500, cost: 5, timeoutCost: 10))
      case .none: nil
      }
    }
  }

  let objects: Int
  let objectSize: Int
  let prefixes: Int
  let readRate: Double
  let writeRate: Double
  let firstByte: Distribution
  let refusal: Distribution
  let bandwidth: Int
  let prices: [(what: String, price: Catalogue.Price?)]

  init(from parameters: inout ParameterReader) {
    objects = parameters.count(
      "objects", default: 0, in: 0...1_000_000_000_000, "How many objects there are, for the bill.")
    objectSize = parameters.size(
      "object-size", default: 100_000, in: 0...5_000_000_000_000, "The size of an object.")
    prefixes = parameters.count(
      "prefixes", default: 1, in: 1...10_000,
      "Over how many prefixes keys spread evenly; each has the limits for itself.")
    let known = parameters.catalogue
    readRate = parameters.rate(
      "read-rate", default: known.behaviour("s3.gets-per-second")?.rate ?? 5500, in: 1...1e9,
      "Reads a second of a prefix; further ones are refused.", source: "S3/optimizing-performance")
    writeRate = parameters.rate(
      "write-rate", default: known.behaviour("s3.puts-per-second")?.rate ?? 3500, in: 1...1e9,
      "Writes a second of a prefix; further ones are refused.", source: "S3/optimizing-performance")
    firstByte = parameters.timeDistribution(
      "first-byte", from: "s3.first-byte", "The time to the first byte, the way included.")
    refusal = parameters.timeDistribution(
      "refusal", default: .constant(0.01), "How long a refusal takes.", source: "assumed")
    bandwidth = parameters.size(
      "bandwidth", default: 85_000_000, in: 1...1_000_000_000_000,
      "Bytes a second of one transfer.", source: "assumed")
    prices = [
      ("storage", known.price("s3.storage-gb-month")), ("reads", known.price("s3.get")),
      ("writes", known.price("s3.put")),
    ]
  }

  func build(at site: Site) -> RunningComponent { RunningS3Bucket(self, at: site) }
}

/// An S3 bucket at work.
final class RunningS3Bucket: RunningComponent {
  private let specification: S3Bucket
  private var requests: [S3Bucket.Request] = []
  /// The limits of each prefix: reads first, then writes.
  private var limits: [TokenBucket]
  private let firstByte: Sampler
  private let refusal: Sampler
  private let timeKey: UInt64
  private let population = LevelRecorder(at: 0)
  private let sojourn = HistogramRecorder()
  private var reads = 0
  private var writes = 0
  private var refused = 0
  private var bytes = 0

  init(_ specification: S3Bucket, at site: Site) {
    self.specification = specification
    // What a second brings can come at one moment.
    limits = [specification.readRate, specification.writeRate].flatMap { rate in
      (0..<specification.prefixes).map { _ in
        TokenBucket(ratePerSecond: rate, capacity: rate, level: rate, at: 0)
      }
    }
    firstByte = Sampler(specification.firstByte)
    refusal = Sampler(specification.refusal)
    timeKey = site.drawKey("time")
    super.init(at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let request = operation as? S3Bucket.Request else { return nil }
    requests.append(request)
    return UInt16(requests.count - 1)
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    let request = requests[Int(kernel.calls[call].operation)]
    let prefix = Int(kernel.calls[call].key % UInt64(specification.prefixes))
    let limit = (request.isWrite ? specification.prefixes : 0) + prefix
    let draw = mixed(kernel.calls[call].drawKey &+ timeKey)
    guard limits[limit].take(1, at: kernel.now, allowDebt: false) else {
      refused += 1
      kernel.calls[call].outcome = .throttled
      return kernel.schedule(after: refusal.nanoseconds(draw), id, 0, call)
    }
    let size = request.bytes ?? specification.objectSize
    if request.isWrite { writes += 1 } else { reads += 1 }
    bytes += size
    kernel.calls[call].outcome = .ok
    let transfer = Nanoseconds.seconds(Double(size) / Double(specification.bandwidth))
    kernel.schedule(after: firstByte.nanoseconds(draw) + transfer, id, 0, call)
  }

  override func fire(_ call: CallID, _ kind: UInt16, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    let outcome = kernel.calls[call].outcome
    if outcome.isSuccess { sojourn.record(kernel.now - kernel.calls[call].began) }
    kernel.reply(call, outcome)
  }

  override var gauges: [Gauge] {
    [
      .rate("requests") { Double(self.reads + self.writes) },
      .rate("throttled") { Double(self.refused) },
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: S3Bucket.kind)
    population.finish(at: context.now)
    report.record.add("reads", Double(reads))
    report.record.add("writes", Double(writes))
    report.record.add("throttled", Double(refused))
    report.record.add("bytes", Double(bytes))
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    let stored = Double(specification.objects) * Double(specification.objectSize) / 1e9
    let quantities: [(Double, String)] = [
      (stored, "GB"), (context.perMonth(Double(reads)), "request"),
      (context.perMonth(Double(writes)), "request"),
    ]
    report.cost = zip(specification.prices, quantities).compactMap { line, quantity in
      line.price.map {
        CostItem(
          component: site.name, what: line.what, quantity: quantity.0, unit: quantity.1,
          unitPrice: $0.amount, source: $0.provenance.source)
      }
    }
    return report
  }
}
