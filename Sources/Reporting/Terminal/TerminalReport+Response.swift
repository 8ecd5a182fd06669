import Analysis

// What the client saw: response times, load and failures, and each endpoint.
extension TerminalReport {
  typealias Cell = TerminalTable.Cell
  typealias Column = TerminalTable.Column

  /// Response times of all requests, the arms side by side.
  var responseTable: [String] {
    var table = TerminalTable(comparisonColumns("Response time"))
    let rows: [(String, KeyPath<ResponseSummary, Double?>)] = [
      ("mean", \.mean), ("min", \.minimum), ("p50", \.p50), ("p95", \.p95), ("p99", \.p99),
      ("max", \.maximum),
    ]
    for (label, path) in rows {
      table.append(
        comparisonRow(label, .seconds, compare: Ratio.speed) { $0.total.response[keyPath: path] })
    }
    return table.lines(width: width, style: style)
  }

  /// Arrivals, endings and failures, the arms side by side.
  var loadTable: [String] {
    var table = TerminalTable(comparisonColumns("Load and failures"))
    let none: (Double?, Double?) -> String? = { _, _ in nil }
    table.append(comparisonRow("requests", .count, compare: none) { $0.total.requests })
    table.append(comparisonRow("offered", .perSecond, compare: none) { $0.offered })
    table.append(comparisonRow("throughput", .perSecond, compare: Ratio.amount) { $0.throughput })
    table.append(comparisonRow("goodput", .perSecond, compare: Ratio.amount) { $0.goodput })
    table.append(comparisonRow("failed", .share, compare: none) { $0.total.failureRate })
    for cause in causes {
      table.append(
        comparisonRow(Wording.words(cause), .count, indent: 4, compare: none) { arm in
          arm.total.failures.first { $0.cause == cause }?.count ?? 0
        })
    }
    if result.arms.contains(where: { $0.unfinished > 0 }) {
      table.append(comparisonRow("unfinished", .count, compare: none) { $0.unfinished })
    }
    return table.lines(width: width, style: style)
  }

  /// All causes of failures, in the order in which the arms name them.
  private var causes: [String] {
    var causes: [String] = []
    for failure in result.arms.flatMap(\.total.failures) where !causes.contains(failure.cause) {
      causes.append(failure.cause)
    }
    return causes
  }

  /// Each endpoint in each arm.
  var endpointTable: [String] {
    var names: [String] = []
    for endpoint in result.arms.flatMap(\.endpoints) where !names.contains(endpoint.name) {
      names.append(endpoint.name)
    }
    guard names.count > 1 else { return [] }
    let hasArms = result.arms.count > 1
    var columns = [Column(header: "Endpoint", alignment: .left)]
    if hasArms { columns.append(Column(header: "arm", alignment: .left)) }
    columns += [
      Column(header: "requests"), Column(header: "mean"),
      Column(header: "min", dispensability: 3), Column(header: "p50", dispensability: 2),
      Column(header: "p95", dispensability: 1), Column(header: "p99"),
      Column(header: "max", dispensability: 4), Column(header: "failed"),
    ]
    var table = TerminalTable(columns)
    for name in names {
      var isFirst = true
      for arm in result.arms {
        guard let outcomes = arm.endpoints.first(where: { $0.name == name })?.outcomes else {
          continue
        }
        let label = Cell(isFirst ? name : "", indent: 2)
        table.append([label] + (hasArms ? [Cell(arm.name)] : []) + cells(outcomes))
        isFirst = false
      }
    }
    return table.lines(width: width, style: style)
  }

  private func cells(_ outcomes: Outcomes) -> [Cell] {
    let response = outcomes.response
    let durations = [
      response.mean, response.minimum, response.p50, response.p95, response.p99,
      response.maximum,
    ]
    let rate = outcomes.failureRate
    return [Cell(Wording.count(outcomes.requests))]
      + durations.map { Cell(MetricUnit.seconds.text($0)) }
      + [Cell(MetricUnit.share.text(rate), rate ?? 0 >= 0.01 ? .bad : .none)]
  }

  // MARK: - The arms side by side

  /// A column for the label, one for each arm, and behind all but the first one for the ratio.
  func comparisonColumns(_ heading: String, hasRatios: Bool = true) -> [Column] {
    var columns = [Column(header: heading, alignment: .left)]
    for (index, arm) in result.arms.enumerated() {
      columns.append(Column(header: arm.name))
      if index > 0, hasRatios {
        columns.append(Column(header: "", alignment: .left, dispensability: 1))
      }
    }
    return columns
  }

  /// A row beneath ``comparisonColumns(_:hasRatios:)``.
  func comparisonRow(
    _ label: String, _ unit: MetricUnit, indent: Int = 2,
    compare: (Double?, Double?) -> String?, value: (ArmResult) -> Double?
  ) -> [Cell] {
    var cells = [Cell(label, indent: indent)]
    let baseline = result.arms.first.flatMap(value)
    for (index, arm) in result.arms.enumerated() {
      let own = value(arm)
      cells.append(Cell(unit.text(own)))
      if index > 0 { cells.append(Cell(compare(own, baseline) ?? "")) }
    }
    return cells
  }
}
