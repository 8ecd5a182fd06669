import Analysis
import Components

// The sentences and tables: verdict, objectives, the arms side by side, endpoints, inputs.
extension ExperimentPage {
  /// The verdict, the objectives and what limits each arm.
  var lead: [Markup] {
    // As many columns as no paragraph has: each stays one line.
    let report = TerminalReport(result, width: 1 << 20, style: TerminalStyle(usesColor: false))
    var parts = report.verdict.map { Markup.paragraph($0, class: "lead") }
    if !result.objectives.isEmpty { parts.append(objectives) }
    for arm in arms {
      let finding = Bottleneck(of: arm)
      parts.append(
        .paragraph(arms.count > 1 ? "\(arm.name): \(finding.sentence)" : finding.sentence))
    }
    return parts
  }

  private var objectives: Markup {
    .element(
      "ul", [.init("class", "objectives"), .init("aria-label", "Objectives")],
      result.objectives.map { outcome in
        let observed = outcome.unit.text(outcome.observed)
        let isKnown = outcome.verdict == .pass || outcome.verdict == .fail
        let binding = outcome.binds ? "" : " (not binding)"
        return .of(
          "li", class: isKnown ? outcome.verdict.rawValue : "open",
          [
            .of("b", [.text(outcome.verdict.mark)]),
            .text(
              " \(outcome.verdict.rawValue): \(outcome.arm), \(outcome.text), "
                + "observed \(observed)\(binding)"),
          ])
      })
  }

  /// The figures of all arms, and those of each arm beside the first.
  var comparison: [Markup] {
    guard !arms.isEmpty else { return [] }
    typealias Row = (String, MetricUnit, (Double?, Double?) -> String?, (ArmResult) -> Double?)
    let none: (Double?, Double?) -> String? = { _, _ in nil }
    var rows: [Row] = [
      ("Response time, mean", .seconds, Ratio.speed, { $0.total.response.mean }),
      ("minimum", .seconds, Ratio.speed, { $0.total.response.minimum }),
      ("median", .seconds, Ratio.speed, { $0.total.response.p50 }),
      ("95th percentile", .seconds, Ratio.speed, { $0.total.response.p95 }),
      ("99th percentile", .seconds, Ratio.speed, { $0.total.response.p99 }),
      ("maximum", .seconds, Ratio.speed, { $0.total.response.maximum }),
      ("Requests", .count, none, { $0.total.requests }),
      ("Offered", .perSecond, none, { $0.offered }),
      ("Throughput", .perSecond, Ratio.amount, { $0.throughput }),
      ("Goodput", .perSecond, Ratio.amount, { $0.goodput }),
      ("Failed", .share, none, { $0.total.failureRate }),
    ]
    if arms.contains(where: { !$0.cost.items.isEmpty }) {
      rows.append(("Cost per month", .dollars, Ratio.amount, { $0.cost.monthly }))
    }
    var columns = ["Figure"]
    for (index, arm) in arms.enumerated() {
      columns += index == 0 ? [arm.name] : [arm.name, "against \(arms[0].name)"]
    }
    let cells = rows.map { label, unit, compare, value in
      arms.enumerated().reduce(into: [label]) { cells, entry in
        let own = value(entry.element)
        cells.append(unit.text(own))
        if entry.offset > 0 { cells.append(compare(own, value(arms[0])) ?? "") }
      }
    }
    let counts = "Means over \(result.replications) replications."
    return [
      DataTable(
        caption: result.replications > 1 ? "Response times are pooled. \(counts)" : "One run",
        columns: columns, rows: cells
      ).markup
    ]
  }

  /// Each endpoint in each arm, where there are several.
  var endpoints: [Markup] {
    var names: [String] = []
    for endpoint in arms.flatMap(\.endpoints) where !names.contains(endpoint.name) {
      names.append(endpoint.name)
    }
    guard names.count > 1 else { return [] }
    let rows = names.flatMap { name in
      arms.compactMap { arm -> [String]? in
        guard let outcomes = arm.endpoints.first(where: { $0.name == name })?.outcomes else {
          return nil
        }
        let response = outcomes.response
        let times = [response.mean, response.p50, response.p95, response.p99, response.maximum]
        return [name, arm.name, Wording.count(outcomes.requests)]
          + times.map { MetricUnit.seconds.text($0) }
          + [MetricUnit.share.text(outcomes.failureRate)]
      }
    }
    return [
      .of("h3", class: "apart", ["Each endpoint"]),
      DataTable(
        caption: "Response times of each endpoint",
        columns: [
          "Endpoint", "Arm", "Requests", "Mean", "Median", "95th", "99th", "Maximum", "Failed",
        ], rows: rows
      ).markup,
    ]
  }

  /// Failures by cause.
  var failures: Figure? {
    var causes: [String] = []
    for failure in arms.flatMap(\.total.failures) where !causes.contains(failure.cause) {
      causes.append(failure.cause)
    }
    return BarChart(
      title: "Failures by cause", things: "Cause", arms: arms.map(\.name),
      rows: causes.map { cause in
        .init(
          name: Wording.words(cause),
          values: arms.map { arm in
            arm.total.failures.first { $0.cause == cause }?.count ?? 0
          })
      }, text: MetricUnit.count.text
    ).figure
  }

  /// The bill by item.
  var cost: Figure? {
    var lines: [(component: String, what: String)] = []
    for item in arms.flatMap(\.cost.items)
    where !lines.contains(where: { $0.component == item.component && $0.what == item.what }) {
      lines.append((item.component, item.what))
    }
    var figure = BarChart(
      title: "Cost by item", things: "Item", arms: arms.map(\.name),
      rows: lines.map { component, what in
        .init(
          name: "\(component): \(what)",
          values: arms.map { arm in
            arm.cost.items.first { $0.component == component && $0.what == what }?.amount
          })
      }, text: MetricUnit.dollars.text
    ).figure
    figure?.table.rows.append(["total"] + arms.map { Wording.money($0.cost.monthly) })
    return figure
  }

  /// What one needs to get the same results again.
  var appendix: [Markup] {
    var entries = [
      ("Experiment", result.file), ("Analysis", result.analysis.rawValue),
      ("Replications", "\(result.replications) of each arm"), ("Seed", "\(result.seed)"),
      ("Fingerprint", result.fingerprint.hexadecimal),
    ]
    if arms.contains(where: { !$0.series.isEmpty || !$0.scaling.isEmpty }),
      result.replications > 1
    {
      entries.append(("Over time", "charts over time show the first replication"))
    }
    for value in inputs.overrides { entries.append(("Changed", value)) }
    var parts = [Markup.definitions(entries)]
    if let text = inputs.text {
      parts.append(
        .details(
          "The experiment's file",
          [.element("pre", [.init("tabindex", "0")], [.text(text)])]))
    }
    return parts
  }
}
