import Kernel

/// An S3 bucket at work.
///
/// A call keeps what becomes of it in `outcome`.
final class RunningS3Bucket: RunningComponent {
  /// A request as it was prepared.
  private struct Prepared: BitwiseCopyable {
    var method: UInt8
    var isRead: Bool
    var isCall: Bool
    var firstPrefix: Int
    var prefixes: Int
    var size: Int
    var isSmall: Bool
    var transfer: Nanoseconds
  }

  private struct Counts: BitwiseCopyable {
    var reads = 0
    var writes = 0
    var deletions = 0
    var refused = 0
    var missing = 0
    var downloaded = 0
    var uploaded = 0
  }

  private let specification: S3Bucket
  private let requests = GrowingCells<Prepared>()
  private let methods = S3Request.Method.allCases
  /// The prefixes of all kinds of objects, one kind after the other.
  private let prefixes: Cells<S3Prefix>
  private let small: Sampler
  private let large: Sampler
  private let refusal: Sampler
  private let timeKey: UInt64
  private let prefixKey: UInt64
  private let counts = Cell(Counts())
  /// Whether a key is there; keys that are not here are as `present` says.
  private var presence: [UInt64: Bool] = [:]
  /// Whether objects come and go, so that their keys must be kept.
  private var followsKeys: Bool
  private let population = LevelRecorder(at: 0)
  private let firstByte = HistogramRecorder()
  private let sojourn = HistogramRecorder()

  init(_ specification: S3Bucket, at site: Site) {
    self.specification = specification
    let count = specification.kinds.reduce(0) { $0 + $1.value.prefixes }
    prefixes = Cells(S3Prefix(specification.limits), count: count)
    small = Sampler(specification.latency.small)
    large = Sampler(specification.latency.large)
    refusal = Sampler(specification.latency.refusal)
    timeKey = site.drawKey("time")
    prefixKey = site.drawKey("prefix")
    followsKeys = !specification.arePresent
    super.init(at: site)
  }

  // MARK: Setting up

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    switch operation {
    case let request as S3Request:
      if request.method == .delete { followsKeys = true }
      return prepare(request.method, request.object, size: request.size, isCall: false)
    case let call as EndpointOperation:
      let name = specification.kinds.contains { $0.name != nil } ? call.endpoint : nil
      return prepare(.get, name, size: nil, isCall: true)
    default: return nil
    }
  }

  private func prepare(
    _ method: S3Request.Method, _ object: String?, size: Int?, isCall: Bool
  ) -> UInt16? {
    guard let index = specification.index(ofKind: object) else { return nil }
    let kind = specification.kinds[index].value
    let size = size ?? kind.size
    let bytes = method.moves ? size : 0
    let before = specification.kinds[..<index].reduce(0) { $0 + $1.value.prefixes }
    requests.append(
      Prepared(
        method: UInt8(methods.firstIndex(of: method) ?? 0), isRead: method.isRead, isCall: isCall,
        firstPrefix: before, prefixes: kind.prefixes, size: size,
        isSmall: size < specification.latency.smallBelow,
        transfer: .seconds(Double(bytes) / Double(specification.latency.bytesPerSecond))))
    return UInt16(requests.count - 1)
  }

  // MARK: Requests

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    let row = kernel.calls[call]
    let request = requests[Int(row.operation)]
    let draw = mixed(row.drawKey &+ timeKey)
    guard
      prefixes[prefix(of: request, row)].admits(
        isRead: request.isRead, specification.limits, at: kernel.now)
    else {
      counts.value.refused += 1
      kernel.calls[call].outcome = .throttled
      return kernel.schedule(after: refusal.nanoseconds(draw), id, 0, call)
    }
    let wait = (request.isSmall ? small : large).nanoseconds(draw)
    firstByte.record(wait)
    // A read that begins after a write has succeeded sees it.
    if request.isRead, followsKeys, !isPresent(row.key, request) {
      counts.value.reads += 1
      counts.value.missing += 1
      kernel.calls[call].outcome = .miss
      return kernel.schedule(after: wait, id, 0, call)
    }
    count(request)
    kernel.calls[call].outcome = .ok
    kernel.schedule(after: wait + request.transfer, id, 0, call)
  }

  /// A call may come without a key; then which object it means is drawn.
  private func prefix(of request: Prepared, _ row: Call) -> Int {
    guard request.prefixes > 1 else { return request.firstPrefix }
    let key = row.key == 0 && request.isCall ? mixed(row.drawKey &+ prefixKey) : row.key
    return request.firstPrefix + Int(key % UInt64(request.prefixes))
  }

  private func isPresent(_ key: UInt64, _ request: Prepared) -> Bool {
    if request.isCall, key == 0 { return true }
    return presence[object(key, request)] ?? specification.arePresent
  }

  /// Objects of different kinds are different, whatever their keys.
  private func object(_ key: UInt64, _ request: Prepared) -> UInt64 {
    mixed(key &+ UInt64(request.firstPrefix) &* KeyStride.number)
  }

  private func count(_ request: Prepared) {
    let method = methods[Int(request.method)]
    if method.isRead {
      counts.value.reads += 1
    } else if method == .delete {
      counts.value.deletions += 1
    } else {
      counts.value.writes += 1
    }
    if method.downloads { counts.value.downloaded += request.size }
    if method.uploads { counts.value.uploaded += request.size }
  }

  override func fire(_ call: CallID, _ kind: UInt16, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    let row = kernel.calls[call]
    if row.outcome.isSuccess { sojourn.record(kernel.now - row.began) }
    let request = requests[Int(row.operation)]
    if followsKeys, row.outcome == .ok, !request.isRead {
      presence[object(row.key, request)] = methods[Int(request.method)] != .delete
    }
    kernel.reply(call, row.outcome)
  }

  // MARK: Reporting

  override var gauges: [Gauge] {
    [
      .rate("requests") {
        let counts = self.counts.value
        return Double(counts.reads + counts.writes + counts.deletions)
      },
      .rate("throttled") { Double(self.counts.value.refused) },
    ]
  }

  override var metrics: [PublishedMetric] {
    let times = { (recorder: HistogramRecorder) in
      PublishedMetric.Reading.average { _ in
        let times = recorder.snapshot()
        return (Double(times.sum) / 1e9, Double(times.count))
      }
    }
    let readings: [PublishedMetric.Reading] = [
      .occurrences { _ in Double(self.counts.value.refused) },
      .occurrences { _ in Double(self.counts.value.missing) },
      .occurrences { _ in Double(self.counts.value.downloaded) },
      .occurrences { _ in Double(self.counts.value.uploaded) },
      times(firstByte), times(sojourn),
    ]
    return zip(S3Bucket.publishedMetrics, readings).map { PublishedMetric($0, $1) }
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: S3Bucket.kind)
    let counts = counts.value
    population.finish(at: context.now)
    report.record.add("reads", Double(counts.reads))
    report.record.add("writes", Double(counts.writes))
    report.record.add("deletions", Double(counts.deletions))
    report.record.add("throttled", Double(counts.refused))
    report.record.add("missing", Double(counts.missing))
    report.record.add("bytes_downloaded", Double(counts.downloaded))
    report.record.add("bytes_uploaded", Double(counts.uploaded))
    let partitions = (0..<prefixes.count).reduce(0) { $0 + prefixes[$1].partitions }
    report.record.add("partitions", Double(partitions))
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("first_byte", firstByte.snapshot())
    report.record.add("sojourn", sojourn.snapshot())
    let stored = specification.kinds.reduce(0) {
      $0 + Double($1.value.count) * Double($1.value.size)
    }
    let toInternet = specification.readers == .internet ? Double(counts.downloaded) : 0
    report.cost = specification.bill.items(
      of: site.name,
      S3Bill.Month(
        storedGigabytes: stored / 1e9, reads: context.perMonth(Double(counts.reads)),
        writes: context.perMonth(Double(counts.writes)),
        gigabytesToInternet: context.perMonth(toInternet) / 1e9))
    return report
  }
}
