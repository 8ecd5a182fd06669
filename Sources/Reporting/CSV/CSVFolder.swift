public import Analysis
import Components
import Kernel

/// The files of `windtunnel run --csv`: one table per subject, all experiments and arms in it.
///
/// Units are in the names of the columns; undefined values are empty. Texts that a spreadsheet
/// would take for a formula begin with an apostrophe.
public enum CSVFolder {
  /// One file of the folder.
  public struct File: Sendable {
    /// The file's name in the folder.
    public var name: String
    /// The file's content.
    public var content: String
  }

  /// The files, each with its header even if nothing was observed.
  public static func files(for experiments: [ExperimentResult]) -> [File] {
    [
      File(name: "summary.csv", content: summary(experiments)),
      File(name: "failures.csv", content: failures(experiments)),
      File(name: "endpoints.csv", content: endpoints(experiments)),
      File(name: "components.csv", content: components(experiments)),
      File(name: "series.csv", content: series(experiments)),
      File(name: "scaling.csv", content: scaling(experiments)),
      File(name: "cost.csv", content: cost(experiments)),
    ]
  }

  private static let summaryColumns = ["mean_s", "min_s", "p50_s", "p95_s", "p99_s", "max_s"]

  private static func fields(_ summary: ResponseSummary) -> [CSVTable.Field] {
    [
      .number(summary.mean), .number(summary.minimum), .number(summary.p50),
      .number(summary.p95), .number(summary.p99), .number(summary.maximum),
    ]
  }

  /// A table over all arms; each row begins with the experiment's file and the arm.
  private static func table(
    _ experiments: [ExperimentResult], columns: [String],
    rows: (ExperimentResult, ArmResult) -> [[CSVTable.Field]]
  ) -> String {
    var table = CSVTable(columns: ["experiment", "arm"] + columns)
    for experiment in experiments {
      for arm in experiment.arms {
        for row in rows(experiment, arm) {
          table.append([.text(experiment.file), .text(arm.name)] + row)
        }
      }
    }
    return table.text
  }

  private static func summary(_ experiments: [ExperimentResult]) -> String {
    let response = summaryColumns.map { "response_" + $0 }
    let responseOK = summaryColumns.map { "response_ok_" + $0 }
    let columns =
      [
        "seed", "replications", "requests", "offered_per_s", "throughput_per_s",
        "goodput_per_s", "failure_rate",
      ] + response + responseOK + ["unfinished", "cost_monthly_usd", "fingerprint"]
    return table(experiments, columns: columns) { experiment, arm in
      let counts: [CSVTable.Field] = [
        .text(String(experiment.seed)), .number(Double(arm.replications)),
        .number(arm.total.requests), .number(arm.offered), .number(arm.throughput),
        .number(arm.goodput), .number(arm.total.failureRate),
      ]
      let last: [CSVTable.Field] = [
        .number(arm.unfinished), .number(arm.cost.monthly),
        .text(experiment.fingerprint.hexadecimal),
      ]
      return [counts + fields(arm.total.response) + fields(arm.total.responseOK) + last]
    }
  }

  private static func failures(_ experiments: [ExperimentResult]) -> String {
    table(experiments, columns: ["endpoint", "cause", "count"]) { _, arm in
      arm.endpoints.flatMap { endpoint in
        endpoint.outcomes.failures.map {
          [.text(endpoint.name), .text($0.cause), .number($0.count)]
        }
      }
    }
  }

  private static func endpoints(_ experiments: [ExperimentResult]) -> String {
    let columns =
      ["endpoint", "requests", "failure_rate"] + summaryColumns.map { "response_" + $0 }
      + summaryColumns.map { "response_ok_" + $0 }
    return table(experiments, columns: columns) { _, arm in
      arm.endpoints.map { endpoint in
        let outcomes = endpoint.outcomes
        let first: [CSVTable.Field] = [
          .text(endpoint.name), .number(outcomes.requests), .number(outcomes.failureRate),
        ]
        return first + fields(outcomes.response) + fields(outcomes.responseOK)
      }
    }
  }

  private static func components(_ experiments: [ExperimentResult]) -> String {
    table(experiments, columns: ["component", "kind", "metric", "value"]) { _, arm in
      arm.components.flatMap { component in
        component.metrics.flatMap { metric -> [[CSVTable.Field]] in
          let first: [CSVTable.Field] = [.text(component.name), .text(component.kind)]
          switch metric.value {
          case .number(let number):
            return [first + [.text(metric.name), .number(number?.value)]]
          case .durations(let durations):
            return zip(summaryColumns, fields(durations)).map { column, field in
              first + [.text("\(metric.name)_\(column)"), field]
            }
          }
        }
      }
    }
  }

  private static func series(_ experiments: [ExperimentResult]) -> String {
    table(experiments, columns: ["series", "unit", "time_s", "value"]) { _, arm in
      arm.series.flatMap { series in
        series.points.map {
          [.text(series.name), .text(series.unit), .number($0.time), .number($0.value)]
        }
      }
    }
  }

  private static func scaling(_ experiments: [ExperimentResult]) -> String {
    let delays = [
      "metric", "publication", "alarm", "cooldown", "launch", "boot", "application_start", "hook",
      "health_check", "warm_up",
    ]
    let columns = ["at_s", "component", "from", "to", "cause"] + delays.map { $0 + "_s" }
    return table(experiments, columns: columns) { _, arm in
      arm.scaling.map { action in
        let first: [CSVTable.Field] = [
          .number(action.at.inSeconds), .text(action.component), .number(Double(action.from)),
          .number(Double(action.to)), .text(action.cause),
        ]
        return first
          + delays.map { name in
            .number(action.delays.first { $0.name == name }?.duration.inSeconds)
          }
      }
    }
  }

  private static func cost(_ experiments: [ExperimentResult]) -> String {
    let columns = [
      "component", "item", "quantity", "unit", "unit_price_usd", "monthly_usd", "source",
    ]
    return table(experiments, columns: columns) { _, arm in
      arm.cost.items.map { item in
        [
          .text(item.component), .text(item.what), .number(item.quantity), .text(item.unit),
          .number(item.unitPrice), .number(item.amount), .text(item.source),
        ]
      }
    }
  }
}
