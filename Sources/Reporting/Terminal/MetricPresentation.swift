import Analysis

/// How a component's metric is shown to people, if it is.
struct MetricPresentation {
  /// The metric's name in the record.
  var metric: String
  /// What it is called in the table.
  var label: String
  /// The unit of its value.
  var unit: MetricUnit
  /// Whether it is left out where it is 0 in all arms.
  var isHiddenAtZero = false
  /// From which value on it needs a look.
  var alarm: Double?
  /// Which figure of durations is shown.
  var figure: any KeyPath<ResponseSummary, Estimate?> & Sendable = \.meanEstimate

  /// The metrics that matter to people, in the order of the table; any kind may report any.
  static let all: [MetricPresentation] = [
    .init(metric: "utilization", label: "utilization", unit: .share, alarm: 0.8),
    .init(metric: "cpu", label: "CPU", unit: .share, alarm: 0.8),
    .init(metric: "storage_utilization", label: "storage busy", unit: .share, alarm: 0.8),
    .init(metric: "burst_balance_minimum", label: "burst credits, least", unit: .share),
    .init(metric: "database_connections_maximum", label: "connections, most", unit: .count),
    .init(
      metric: "connections_refused", label: "connections refused", unit: .count,
      isHiddenAtZero: true, alarm: 1),
    .init(metric: "replica_cpu", label: "CPU of replicas", unit: .share, alarm: 0.8),
    .init(metric: "replica_lag", label: "replica lag, mean", unit: .seconds),
    .init(metric: "instances", label: "instances", unit: .count),
    .init(metric: "workers_busy", label: "workers busy", unit: .share, alarm: 0.8),
    .init(metric: "queue_length", label: "queue length", unit: .count),
    .init(metric: "waiting", label: "waiting, mean", unit: .seconds, isHiddenAtZero: true),
    .init(
      metric: "waiting", label: "waiting, p99", unit: .seconds, isHiddenAtZero: true,
      figure: \.p99Estimate),
    .init(metric: "hit_rate", label: "hit rate", unit: .share),
    .init(metric: "hits", label: "hits", unit: .count),
    .init(metric: "misses", label: "misses", unit: .count),
    .init(metric: "collapsed", label: "collapsed", unit: .count, isHiddenAtZero: true),
    .init(metric: "regional_hit_rate", label: "regional hit rate", unit: .share),
    .init(metric: "origin_requests", label: "origin requests", unit: .count),
    .init(metric: "evictions", label: "evictions", unit: .count, isHiddenAtZero: true),
    .init(metric: "consumed_read_units", label: "read units", unit: .perSecond),
    .init(metric: "provisioned_read_units", label: "provisioned", unit: .perSecond),
    .init(metric: "read_utilization", label: "of provisioned", unit: .share, alarm: 0.95),
    .init(
      metric: "consumed_write_units", label: "write units", unit: .perSecond,
      isHiddenAtZero: true),
    .init(
      metric: "throttled", label: "throttled", unit: .count, isHiddenAtZero: true, alarm: 1),
    .init(metric: "rejected", label: "rejected", unit: .count, isHiddenAtZero: true, alarm: 1),
    .init(metric: "retries", label: "retries", unit: .count, isHiddenAtZero: true),
    .init(metric: "coalesced", label: "coalesced", unit: .count, isHiddenAtZero: true),
    .init(metric: "blocked", label: "blocked", unit: .count, isHiddenAtZero: true),
    .init(metric: "reneged", label: "reneged", unit: .count, isHiddenAtZero: true),
  ]

  /// The metrics that matter to people, and the response times of each Region that there are.
  static func all(in components: [ComponentResult?]) -> [MetricPresentation] {
    let prefix = "response_"
    var regions: [String] = []
    for metric in components.compactMap({ $0 }).flatMap(\.metrics) {
      guard metric.name.hasPrefix(prefix), !regions.contains(metric.name) else { continue }
      regions.append(metric.name)
    }
    return all
      + regions.flatMap { metric in
        let region = String(metric.dropFirst(prefix.count).map { $0 == "_" ? "-" : $0 })
        return [
          MetricPresentation(
            metric: metric, label: "\(region), p50", unit: .seconds, figure: \.p50Estimate),
          MetricPresentation(
            metric: metric, label: "\(region), p99", unit: .seconds, figure: \.p99Estimate),
        ]
      }
  }

  /// The value in a component's result with its uncertainty, or nil if it has none.
  func estimate(in component: ComponentResult?) -> Estimate? {
    component?.estimate(metric) ?? component?.durations(metric)?[keyPath: figure]
  }
}

extension ResponseSummary {
  fileprivate var p50Estimate: Estimate? { estimate(ofQuantile: 0.50) }
  fileprivate var p99Estimate: Estimate? { estimate(ofQuantile: 0.99) }
}
