import Analysis
import Components

/// The capacity units that a table consumes, beside those provisioned and what it throttles.
enum CapacityChart {
  /// The chart of a table in an arm, or nil if it consumes none of the kind.
  static func figure(
    _ table: String, kind: String, label: String, arm: ArmResult, isOneOfMany: Bool,
    series: ArmSeries
  ) -> Figure? {
    guard let consumed = series.points(table, "consumed_\(kind)_units", in: arm),
      consumed.contains(where: { $0.value > 0 })
    else { return nil }
    var lines = [TimeChart.Line(name: "consumed", style: LineStyle.line(0), points: consumed)]
    if let provisioned = provisioned(table, kind, arm, series) {
      lines.append(.init(name: "provisioned", style: "limit", points: provisioned))
    }
    if let throttled = series.points(table, "throttled", in: arm),
      throttled.contains(where: { $0.value > 0 })
    {
      lines.append(
        .init(name: "throttled operations per second", style: "bad", points: throttled))
    }
    return TimeChart(
      title: "\(table): \(label.lowercased()) units" + (isOneOfMany ? ", \(arm.name)" : ""),
      axis: "\(label) units", unit: .perSecond, lines: lines,
      end: consumed.last?.time ?? 0
    ).figure
  }

  /// What is provisioned over time, or throughout where it does not change.
  private static func provisioned(
    _ table: String, _ kind: String, _ arm: ArmResult, _ series: ArmSeries
  ) -> [Series.Point]? {
    if let points = series.points(table, "provisioned_\(kind)_units", in: arm) { return points }
    guard let units = arm.component(table)?.number("provisioned_\(kind)_units"), units > 0,
      let last = series.points(table, "consumed_\(kind)_units", in: arm)?.last
    else { return nil }
    return [Series.Point(time: 0, value: units), Series.Point(time: last.time, value: units)]
  }
}
