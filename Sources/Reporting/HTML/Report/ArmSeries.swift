import Analysis
import Components

/// The series of the arms, found by component and metric.
struct ArmSeries {
  let arms: [ArmResult]

  /// When the longest series of any arm ends.
  var end: Double {
    arms.flatMap { $0.series.compactMap(\.points.last?.time) }.max() ?? 0
  }

  /// The components that have a series of a metric in any arm, in the order of the arms.
  func components(with metric: String) -> [String] {
    var names: [String] = []
    for arm in arms {
      for component in arm.components where points(component.name, metric, in: arm) != nil {
        if !names.contains(component.name) { names.append(component.name) }
      }
    }
    return names
  }

  /// The values of a metric over time in an arm; nil if it has none.
  func points(_ component: String, _ metric: String, in arm: ArmResult) -> [Series.Point]? {
    let points = arm.series.first { $0.name == "\(component).\(metric)" }?.points
    return points?.isEmpty == true ? nil : points
  }

  /// The chart of a metric with a line for each arm.
  func chart(
    _ component: String, _ metric: String, title: String, axis: String, _ unit: AxisUnit
  ) -> Figure? {
    let lines = arms.enumerated().compactMap { index, arm -> TimeChart.Line? in
      guard let points = points(component, metric, in: arm) else { return nil }
      return TimeChart.Line(name: arm.name, style: LineStyle.line(index), points: points)
    }
    return TimeChart(
      title: title, axis: axis, unit: unit, lines: lines, end: end,
      isUnambiguous: arms.count == 1
    ).figure
  }
}

/// Metrics over time, and what they are called.
struct SeriesPresentation {
  var metric: String
  var label: String
  var axis: String
  var unit: AxisUnit

  /// What the client sees.
  static let load: [SeriesPresentation] = [
    .init(metric: "offered", label: "Arrivals", axis: "Requests", unit: .perSecond),
    .init(metric: "throughput", label: "Throughput", axis: "Requests", unit: .perSecond),
    .init(metric: "failures", label: "Failures", axis: "Requests", unit: .perSecond),
    .init(metric: "in_flight", label: "Requests in flight", axis: "Requests", unit: .count),
  ]

  /// How busy components are, and what waits for them.
  static let usage: [SeriesPresentation] = [
    .init(metric: "utilization", label: "utilization", axis: "Utilization", unit: .share),
    .init(metric: "cpu", label: "CPU", axis: "CPU utilization", unit: .share),
    .init(metric: "memory", label: "memory", axis: "Memory used", unit: .share),
    .init(metric: "waiting_requests", label: "waiting requests", axis: "Requests", unit: .count),
    .init(metric: "in_system", label: "calls inside", axis: "Calls", unit: .count),
    .init(metric: "in_flight", label: "requests in flight", axis: "Requests", unit: .count),
    .init(
      metric: "database_connections", label: "connections", axis: "Connections", unit: .count),
    .init(metric: "read_iops", label: "read operations", axis: "Operations", unit: .perSecond),
    .init(metric: "write_iops", label: "write operations", axis: "Operations", unit: .perSecond),
    .init(metric: "burst_balance", label: "burst balance", axis: "Balance", unit: .share),
    .init(metric: "credit_balance", label: "CPU credits", axis: "Credits", unit: .count),
    .init(
      metric: "unhealthy_hosts", label: "unhealthy targets", axis: "Targets", unit: .count),
  ]

  /// What caches answer by themselves.
  static let caching: [SeriesPresentation] = [
    .init(metric: "hit_rate", label: "hit rate", axis: "Hits of all lookups", unit: .share),
    .init(metric: "items", label: "items kept", axis: "Items", unit: .count),
    .init(metric: "evictions", label: "evictions", axis: "Evictions", unit: .perSecond),
    .init(
      metric: "origin_requests", label: "requests to the origin", axis: "Requests",
      unit: .perSecond),
  ]
}
