import Analysis
import Components

/// The part of the report that is about one experiment: the verdict first, the inputs last.
struct ExperimentPage {
  let result: ExperimentResult
  let inputs: HTMLReport.Inputs
  /// What the ids of this part begin with, so that those of several experiments differ.
  let prefix: String

  var arms: [ArmResult] { result.arms }
  var series: ArmSeries { ArmSeries(arms: result.arms) }

  /// A section of the page, if it has any content.
  private struct Section {
    var id: String
    var heading: String
    var content: [Markup]
  }

  /// The heading, the contents and the sections.
  var markup: [Markup] {
    let sections = sections.filter { !$0.content.isEmpty }
    let contents = sections.map { section in
      Markup.of(
        "li",
        [.element("a", [.init("href", "#\(prefix)\(section.id)")], [.text(section.heading)])])
    }
    return [
      .of("header", [.of("h1", [.text(result.title)])] + lead),
      .element("nav", [.init("aria-label", "Contents of \(result.title)")], [.of("ul", contents)]),
      .of(
        "main",
        sections.map { .section(prefix + $0.id, $0.heading, $0.content) }),
    ]
  }

  private var sections: [Section] {
    [
      Section(id: "comparison", heading: "The arms side by side", content: comparison),
      Section(
        id: "architecture", heading: "Architecture",
        content: charts("a", arms.map(ArchitectureDiagram.figure))),
      Section(
        id: "response", heading: "Response time",
        content: charts("r", [PercentileChart.figure(arms), DistributionChart.figure(arms)])
          + endpoints),
      Section(id: "load", heading: "Throughput and failures", content: charts("l", load)),
      Section(id: "scaling", heading: "Instances and scaling", content: charts("s", scaling)),
      Section(id: "usage", heading: "Utilization and queues", content: charts("u", usage)),
      Section(id: "capacity", heading: "Capacity of tables", content: charts("t", capacity)),
      Section(id: "caches", heading: "Caches", content: charts("h", caching)),
      Section(id: "cost", heading: "Cost per month", content: charts("c", [cost])),
      Section(id: "inputs", heading: "Inputs", content: appendix),
    ]
  }

  /// Figures in a grid, each with ids of its own.
  private func charts(_ letter: String, _ figures: [Figure?]) -> [Markup] {
    let figures = figures.compactMap { $0 }
    guard !figures.isEmpty else { return [] }
    return [
      .of(
        "div", class: "charts",
        figures.enumerated().map { $1.markup(id: "\(prefix)\(letter)\($0 + 1)") })
    ]
  }

  // MARK: - Over time

  private var load: [Figure?] {
    let overTime = SeriesPresentation.load.map { metric in
      series.chart(
        "client", metric.metric, title: metric.label, axis: metric.axis, metric.unit)
    }
    return overTime + [failures]
  }

  private var scaling: [Figure?] {
    series.components(with: "instances").map { name in
      series.chart(
        name, "instances", title: "\(name): instances", axis: "Instances", .count)
    } + arms.map { ScalingChart.figure($0, end: series.end) }
  }

  private var usage: [Figure?] { figures(SeriesPresentation.usage) }

  private var caching: [Figure?] { figures(SeriesPresentation.caching) }

  /// The charts of metrics, component by component in the order of the arms.
  private func figures(_ metrics: [SeriesPresentation]) -> [Figure?] {
    var names: [String] = []
    for component in arms.flatMap(\.components) where !names.contains(component.name) {
      names.append(component.name)
    }
    return names.flatMap { name in
      metrics.map { metric in
        series.chart(
          name, metric.metric, title: "\(name): \(metric.label)", axis: metric.axis, metric.unit)
      }
    }
  }

  private var capacity: [Figure?] {
    series.components(with: "consumed_read_units").flatMap { name in
      arms.flatMap { arm in
        [("read", "Read"), ("write", "Write")].map { word, label in
          CapacityChart.figure(
            name, kind: word, label: label, arm: arm, isOneOfMany: arms.count > 1, series: series)
        }
      } + [
        series.chart(
          name, "burst_units", title: "\(name): burst capacity left", axis: "Capacity units",
          .count)
      ]
    }
  }
}
