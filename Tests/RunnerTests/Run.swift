import Components
import Experiments
import Foundation
import Kernel
import Runner

/// A replication of an experiment that is written in a test, and what it observed.
struct Run {
  let experiment: Experiment
  let record: RunRecord

  /// Reads an experiment with one arm and runs it.
  ///
  /// The entries of the workload and the components are a line each; requests enter at the first.
  init(
    _ workload: String, _ components: String, seed: Int = 1, replication: Int = 1
  ) throws {
    let text = Self.text(workload, components, seed: seed)
    try self.init(experiment: experimentOf(text), replication: replication)
  }

  /// Runs one arm of an experiment.
  init(experiment: Experiment, arm: String? = nil, replication: Int = 1) throws {
    self.experiment = experiment
    guard let arm = experiment.arms.first(where: { arm == nil || $0.name == arm }),
      let record = try Replication(of: experiment, arm: arm, number: replication).run()
    else { throw Unreadable(report: "there is no such arm") }
    self.record = record
  }

  /// Runs one arm with the arrivals given, each a time, an endpoint and a user.
  init(
    arrivals: [(time: String, endpoint: String)], _ components: String, workload: String = "",
    users: [Int]? = nil
  ) throws {
    let lines = arrivals.enumerated().map { index, arrival in
      (arrival.time, arrival.endpoint, users?[index] ?? index)
    }
    try self.init(trace: lines, workload: workload) { Self.text($0, components, seed: 1) }
  }

  /// Runs an arm with recorded arrivals, each a time, an endpoint and a user.
  ///
  /// - Parameters:
  ///   - trace: the arrivals.
  ///   - workload: further entries of the workload.
  ///   - text: makes the experiment's text of the workload.
  /// - Throws: what is wrong with the experiment.
  init(
    trace: [(time: String, endpoint: String, user: Int)], workload: String,
    _ text: (String) -> String
  ) throws {
    var names: [String] = []
    for arrival in trace where !names.contains(arrival.endpoint) { names.append(arrival.endpoint) }
    let mix = names.map { "\($0): 1" }.joined(separator: ", ")
    let lines = trace.map { "\($0.time),\($0.endpoint),\($0.user)\n" }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(lines.joined().utf8).write(to: folder.appendingPathComponent("arrivals.csv"))
    let entries = "trace: arrivals.csv\nmix: {\(mix)}\ngrace: 1d\n\(workload)"
    try self.init(experiment: experimentOf(text(entries), file: folder.path + "/test.yaml"))
  }

  static func text(_ workload: String, _ components: String, seed: Int) -> String {
    let entry = components.prefix { $0 != ":" }
    return """
      windtunnel: 1
      title: test
      seed: \(seed)
      workload:
      \(indented(workload, by: 2))
      arms:
        only:
          entry: \(entry)
          components:
      \(indented(components, by: 6))
      """
  }

  // MARK: What was observed

  /// A number that a component reports; NaN if it does not.
  func number(_ component: String, _ metric: String) -> Double {
    for entry in metrics(component) where entry.name == metric {
      if case .number(let value) = entry.value { return value }
    }
    return .nan
  }

  /// The durations that a component reports.
  func durations(_ component: String, _ metric: String) -> Histogram {
    for entry in metrics(component) where entry.name == metric {
      if case .durations(let value) = entry.value { return value }
    }
    return Histogram()
  }

  private func metrics(_ component: String) -> [ComponentRecord.Metric] {
    record.components.first { $0.name == component }?.metrics ?? []
  }

  /// What the client saw of an endpoint; of the first if none is named.
  func endpoint(_ name: String? = nil) -> EndpointRecord {
    record.endpoints.first { name == nil || $0.name == name } ?? EndpointRecord(name: "none")
  }

  /// The response time of the only request to an endpoint, whatever its outcome; -1 if there is
  /// not just one.
  func response(_ endpoint: String? = nil) -> Nanoseconds {
    let record = self.endpoint(endpoint)
    guard record.succeeded.count + record.failed.count == 1 else { return -1 }
    return Nanoseconds(record.succeeded.sum + record.failed.sum)
  }

  /// Failures by cause over all endpoints, as `cause: count`.
  var failures: [String] {
    record.endpoints.flatMap { $0.failures.map { "\($0.cause): \($0.count)" } }
  }

  /// Requests that ended, of all endpoints.
  var ended: Int { record.endpoints.reduce(0) { $0 + $1.succeeded.count + $1.failed.count } }
  /// Requests that succeeded, of all endpoints.
  var succeeded: Int { record.endpoints.reduce(0) { $0 + $1.succeeded.count } }
  /// Requests that failed, of all endpoints.
  var failed: Int { ended - succeeded }
  /// Requests that arrived, of all endpoints.
  var offered: Int { record.endpoints.reduce(0) { $0 + $1.offered } }

  /// The points of a series.
  func series(_ name: String) -> [Series.Point] {
    record.series.first { $0.name == name }?.points ?? []
  }
}

/// An experiment that a test takes for valid is not.
struct Unreadable: Error, CustomStringConvertible {
  let report: String
  var description: String { report }
}

/// Reads a text that must be a valid experiment.
func experimentOf(_ text: String, file: String = "test.yaml") throws -> Experiment {
  var reader = ExperimentReader()
  guard let experiment = reader.read(SourceText(file: file, text: text)) else {
    throw Unreadable(report: reader.report)
  }
  return experiment
}

/// What is wrong with a text, each problem as `line: message`.
func problems(_ text: String) -> [String] {
  var reader = ExperimentReader()
  _ = reader.read(SourceText(file: "test.yaml", text: text))
  return reader.diagnostics.all.map { "\($0.location.line): \($0.message)" }
}

/// The lines of a text, all moved to the right.
func indented(_ text: String, by width: Int) -> String {
  let margin = String(repeating: " ", count: width)
  return text.split(separator: "\n", omittingEmptySubsequences: false).map { margin + $0 }
    .joined(separator: "\n")
}

/// A number of milliseconds in nanoseconds, exactly.
func ms(_ milliseconds: Int64) -> Nanoseconds { milliseconds * 1_000_000 }
