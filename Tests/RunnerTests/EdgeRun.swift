import Experiments
import Foundation

/// A replication with arrivals of known users, whose Regions may be known too.
extension Run {
  /// Runs an arm with the arrivals given, each a time, an endpoint and a user.
  ///
  /// The first component is the entry; the arm is in `region`.
  init(
    users arrivals: [(time: String, endpoint: String, user: Int)], workload: String = "",
    region: String = "us-east-1", _ components: String
  ) throws {
    try self.init(trace: arrivals, workload: workload) {
      Run.placedText($0, region: region, components)
    }
  }

  /// Runs an arm in a Region under a workload.
  init(_ workload: String, region: String, _ components: String) throws {
    try self.init(
      experiment: experimentOf(Run.placedText(workload, region: region, components)))
  }

  static func placedText(_ workload: String, region: String?, _ components: String) -> String {
    placed(text(workload, components, seed: 1), in: region)
  }

  /// The experiment with its arm in a Region.
  static func placed(_ text: String, in region: String?) -> String {
    guard let region else { return text }
    return text.replacingOccurrences(of: "    entry:", with: "    region: \(region)\n    entry:")
  }
}
