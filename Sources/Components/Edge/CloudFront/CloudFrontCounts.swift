import Kernel

/// What a distribution counts.
struct CloudFrontCounts: BitwiseCopyable {
  /// What the users of an area cost.
  struct Traffic {
    let area: String
    var requests = 0
    var bytes = 0

    init(area: String) { self.area = area }
  }

  /// A number for the points of presence, the regional edge caches and the shield.
  struct PerLevel: BitwiseCopyable {
    private var point = 0
    private var regional = 0
    private var shield = 0

    subscript(level: Int) -> Int {
      get { level == 0 ? point : level == 1 ? regional : shield }
      set {
        switch level {
        case 0: point = newValue
        case 1: regional = newValue
        default: shield = newValue
        }
      }
    }
  }

  var requests = 0
  var throttled = 0
  var hits = PerLevel()
  var misses = PerLevel()
  /// Requests that waited for the answer to another.
  var collapsed = PerLevel()
  var refreshHits = 0
  var repeatedFailures = 0
  var staleServed = 0
  var failures = 0
  var notFound = 0
  var originRequests = 0
  var originConnections = 0
  var notModified = 0
  var retries = 0
  var evictions = 0
  var invalidations = 0
  var bytesFromOrigin = 0
  var bytesUploaded = 0
  /// How long those took together that asked the origin, and how many they are.
  var originTime: Nanoseconds = 0
  var originAnswers = 0

  /// Those that waited at a point of presence are hits in its log.
  var pointHits: Int { hits[0] + collapsed[0] }

  /// The share of what came to a level that it answered.
  func hitRate(at level: Int) -> Double {
    let answered = hits[level] + collapsed[level]
    let all = answered + misses[level]
    return all > 0 ? Double(answered) / Double(all) : .nan
  }
}

extension RunningCloudFront {
  /// What CloudWatch is told.
  var publishedMetrics: [PublishedMetric] {
    func total(_ count: @escaping (CloudFrontCounts) -> Int) -> PublishedMetric.Reading {
      .occurrences { _ in Double(count(self.counts.value)) }
    }
    func share(
      of whole: @escaping (CloudFrontCounts) -> Int, _ part: @escaping (CloudFrontCounts) -> Int
    ) -> PublishedMetric.Reading {
      .average { _ in (Double(part(self.counts.value)), Double(whole(self.counts.value))) }
    }
    let readings: [PublishedMetric.Reading] = [
      total { $0.requests },
      .occurrences { _ in Double(self.traffic.reduce(0) { $0 + $1.bytes }) },
      total { $0.bytesUploaded },
      share(of: { $0.pointHits + $0.misses[0] }) { $0.pointHits },
      .average { _ in
        (self.counts.value.originTime.inSeconds, Double(self.counts.value.originAnswers))
      },
      share(of: { $0.requests }) { $0.notFound },
      share(of: { $0.requests }) { $0.failures },
    ]
    return zip(CloudFront.publishedMetrics, readings).map { PublishedMetric($0, $1) }
  }

  /// The metrics and the bill.
  func report(_ context: ReportContext, _ prices: [Catalogue.Price]) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: CloudFront.kind)
    population.finish(at: context.now)
    let counts = counts.value
    let bytes = traffic.reduce(0) { $0 + $1.bytes }
    let requests = Double(counts.requests)
    let numbers: [(String, Double)] = [
      ("requests", requests),
      ("hit_rate", counts.hitRate(at: 0)),
      ("hits", Double(counts.pointHits)),
      ("misses", Double(counts.misses[0])),
      ("collapsed", Double(counts.collapsed[0])),
      ("refresh_hits", Double(counts.refreshHits)),
      ("regional_hit_rate", counts.hitRate(at: 1)),
      ("regional_collapsed", Double(counts.collapsed[1])),
      ("shield_hit_rate", counts.hitRate(at: 2)),
      ("origin_requests", Double(counts.originRequests)),
      ("origin_connections", Double(counts.originConnections)),
      ("not_modified", Double(counts.notModified)),
      ("retries", Double(counts.retries)),
      ("throttled", Double(counts.throttled)),
      ("repeated_failures", Double(counts.repeatedFailures)),
      ("stale_served", Double(counts.staleServed)),
      ("evictions", Double(counts.evictions)),
      ("invalidations", Double(counts.invalidations)),
      ("error_rate_4xx", requests > 0 ? Double(counts.notFound) / requests : .nan),
      ("error_rate_5xx", requests > 0 ? Double(counts.failures) / requests : .nan),
      ("bytes_downloaded", Double(bytes)),
      ("bytes_from_origin", Double(counts.bytesFromOrigin)),
      ("bytes_uploaded", Double(counts.bytesUploaded)),
      ("in_system", population.timeAverage ?? .nan),
    ]
    for (name, value) in numbers { report.record.add(name, value) }
    report.record.add("origin_latency", originLatency.snapshot())
    report.cost = bill(context, prices)
    return report
  }

  private func bill(_ context: ReportContext, _ prices: [Catalogue.Price]) -> [CostItem] {
    var lines: [(what: String, quantity: Double, unit: String, key: String)] = []
    for area in traffic {
      lines.append(
        ("data to viewers, \(area.area)", Double(area.bytes) / 1e9, "GB", "gb.\(area.area)"))
      lines.append(
        (
          "HTTPS requests, \(area.area)", Double(area.requests), "request",
          "https-request.\(area.area)"
        ))
    }
    if counts.value.bytesUploaded > 0 {
      lines.append(
        ("data to origin", Double(counts.value.bytesUploaded) / 1e9, "GB", "to-origin-gb"))
    }
    return lines.compactMap { line in
      prices.first { $0.key == "cloudfront.\(line.key)" }.map { price in
        CostItem(
          component: site.name, what: line.what, quantity: context.perMonth(line.quantity),
          unit: line.unit, unitPrice: price.amount, source: price.provenance.source)
      }
    }
  }
}
