import ArgumentParser
import Experiments
import Reporting

/// Reads the experiment files that a command was given.
enum ExperimentFiles {
  /// Reads all; if anything is wrong with any, tells everything and exits.
  static func read(_ files: [String], overrides: [String]) throws -> [Experiment] {
    var experiments: [Experiment] = []
    var isInvalid = false
    for file in files {
      var reader = ExperimentReader(overrides: overrides)
      if let experiment = reader.read(file: file) {
        experiments.append(experiment)
      } else {
        isInvalid = true
      }
      let report = reader.report
      if !report.isEmpty { Terminal.tell(report) }
    }
    if isInvalid { throw ExitStatus.invalid }
    return experiments
  }
}
