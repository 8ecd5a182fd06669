import Analysis

// What the client saw: response times, load and failures, and each endpoint.
extension TerminalReport {
  typealias Cell = TerminalTable.Cell
  typealias Column = TerminalTable.Column

  /// Response times of all requests, the arms side by side.
  var responseTable: [String] {
    var table = TerminalTable(comparisonColumns("Response time"))
    let quantiles = [("p50", 0.50), ("p95", 0.95), ("p99", 0.99)]
    table.append(
      comparisonRow("mean", .seconds, "response.mean", compare: Ratio.speed) {
        $0.total.response.meanEstimate
      })
    table.append(comparisonRow("min", .seconds, compare: Ratio.speed) { $0.total.response.minimum })
    for (label, share) in quantiles {
      table.append(
        comparisonRow(label, .seconds, "response." + label, compare: Ratio.speed) {
          $0.total.response.estimate(ofQuantile: share)
        })
    }
    table.append(comparisonRow("max", .seconds, compare: Ratio.speed) { $0.total.response.maximum })
    return table.lines(width: width, style: style)
  }

  /// What ± means, and what a single run of each arm will show.
  var uncertainty: [String] {
    let predicted = result.arms.compactMap { arm -> String? in
      guard let mean = arm.total.response.prediction?.mean,
        let p99 = arm.total.response.prediction?.p99
      else { return nil }
      return "\(arm.name) a mean of \(Wording.range(mean, .seconds)) and a p99 of "
        + Wording.range(p99, .seconds)
    }
    guard !predicted.isEmpty else { return [] }
    return paragraph(
      "± is half of a 95% confidence interval over the replications. A single run of this length "
        + "shows, 19 times in 20: \(predicted.joined(separator: "; ")).")
  }

  /// What was cut from each arm, and how long the rest is.
  var warmUps: [String] {
    result.arms.flatMap { arm -> [String] in
      guard let steady = arm.steady, !steady.isOverloaded else { return [] }
      var text =
        "\(arm.name): a warm-up of \(Wording.duration(steady.warmUp)) is cut by MSER-5 from "
      text += "what the client sees, \(Wording.duration(steady.runLength)) are left"
      text += "; figures of components are over the whole run."
      if steady.tooShort > 0 {
        text += " In \(steady.tooShort) of \(arm.replications) replications the warm-up may last "
        text += "longer than half of the run: make it longer."
      }
      return paragraph(text)
    }
  }

  /// Arrivals, endings and failures, the arms side by side.
  var loadTable: [String] {
    var table = TerminalTable(comparisonColumns("Load and failures"))
    let none: (Double?, Double?) -> String? = { _, _ in nil }
    table.append(comparisonRow("requests", .count, compare: none) { $0.total.requests })
    table.append(
      comparisonRow("offered", .perSecond, "offered", compare: none) { $0.offeredEstimate })
    table.append(
      comparisonRow("throughput", .perSecond, "throughput", compare: Ratio.amount) {
        $0.throughputEstimate
      })
    table.append(
      comparisonRow("goodput", .perSecond, "goodput", compare: Ratio.amount) { $0.goodputEstimate })
    table.append(
      comparisonRow("failed", .share, "failure_rate", compare: none) {
        $0.total.failureRateEstimate
      })
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

  /// A column for the label; for each arm one for the value and one for its uncertainty, and
  /// behind all but the first arm's one for the ratio.
  func comparisonColumns(_ heading: String, hasRatios: Bool = true) -> [Column] {
    var columns = [Column(header: heading, alignment: .left)]
    for (index, arm) in result.arms.enumerated() {
      columns.append(Column(header: arm.name))
      if result.replications > 1 {
        columns.append(Column(header: "", alignment: .left, dispensability: 2, gap: 1))
      }
      if index > 0, hasRatios {
        columns.append(Column(header: "", alignment: .left, dispensability: 1))
      }
    }
    return columns
  }

  /// A row beneath ``comparisonColumns(_:hasRatios:)`` of a figure without an uncertainty.
  func comparisonRow(
    _ label: String, _ unit: MetricUnit, indent: Int = 2,
    compare: (Double?, Double?) -> String?, value: (ArmResult) -> Double?
  ) -> [Cell] {
    comparisonRow(label, unit, nil, indent: indent, compare: compare) { arm in
      value(arm).map { Estimate(value: $0, deviations: []) }
    }
  }

  /// A row beneath ``comparisonColumns(_:hasRatios:)``.
  ///
  /// Where the comparison of the metric is undecided, nothing is said of the ratio.
  func comparisonRow(
    _ label: String, _ unit: MetricUnit, _ metric: String?, indent: Int = 2,
    compare: (Double?, Double?) -> String?, estimate: (ArmResult) -> Estimate?
  ) -> [Cell] {
    var cells = [Cell(label, indent: indent)]
    let baseline = result.arms.first.flatMap(estimate)
    for (index, arm) in result.arms.enumerated() {
      let own = estimate(arm)
      cells += valueCells(own, unit)
      guard index > 0 else { continue }
      let isUndecided = metric.map { result.isUndecided($0, of: arm.name) } ?? false
      let ratio = compare(own?.value, baseline?.value)
      cells.append(Cell(ratio.map { isUndecided && $0 != Ratio.same ? "undecided" : $0 } ?? ""))
    }
    return cells
  }

  /// The cells of a value and of its uncertainty, if that has a column.
  func valueCells(
    _ estimate: Estimate?, _ unit: MetricUnit, _ emphasis: TerminalStyle.Emphasis = .none
  ) -> [Cell] {
    let value = [Cell(unit.text(estimate?.value), emphasis)]
    return result.replications > 1 ? value + [Cell(unit.plusMinus(estimate) ?? "")] : value
  }
}

extension ExperimentResult {
  /// Whether the difference of an arm from the first may as well be none.
  func isUndecided(_ metric: String, of arm: String) -> Bool {
    comparison(metric, of: arm)?.verdict == .undecided
  }
}
