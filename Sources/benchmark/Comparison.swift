import Foundation

/// The rounds of one model: in each, the anchor and Windtunnel ran one right after the other.
struct Comparison {
  let model: Model
  private(set) var anchor: [Measurement] = []
  private(set) var ours: [Measurement] = []

  init(_ model: Model) { self.model = model }

  mutating func add(anchor theirs: Measurement, ours own: Measurement) {
    anchor.append(theirs)
    ours.append(own)
  }

  /// Our requests per second over the anchor's, of neighbours in time, smallest first: the speed
  /// of the machine drifts, and cancels out of them.
  var ratios: [Double] {
    zip(ours, anchor).map { $0.requestsPerSecond / $1.requestsPerSecond }.sorted()
  }

  /// A line of the table.
  var row: [String] {
    let (required, goal) = model.targets
    let ratio = ratios.median
    let verdict = ratio >= goal ? "goal met" : ratio >= required ? "met" : "**missed**"
    return [
      model.rawValue,
      rate(anchor.map(\.requestsPerSecond).sorted().median),
      rate(ours.map(\.requestsPerSecond).sorted().median),
      decimals(ratio, 2),
      "\(decimals(ratios.first ?? .nan, 2)) to \(decimals(ratios.last ?? .nan, 2))",
      "\(decimals(required, 2)) (\(decimals(goal, 2))): \(verdict)",
      ours.compactMap(\.peakMemory).max().map(megabytes) ?? "",
    ]
  }

  static let header = [
    "Model", "Anchor, requests/s", "Windtunnel, requests/s", "Ratio", "Range",
    "Required (goal)", "Peak memory",
  ]

  /// Lines that say by how much the response times differ from the anchor's.
  ///
  /// The anchor's histogram is right to 0.8%, and both draw their own random numbers.
  var agreement: [[String]] {
    guard let own = ours.first?.response, let theirs = anchor.first?.response else { return [] }
    let quantities: [(String, Double?, Double?)] = [
      ("mean", theirs.mean, own.mean), ("p50", theirs.p50, own.p50),
      ("p95", theirs.p95, own.p95), ("p99", theirs.p99, own.p99),
    ]
    return quantities.compactMap { name, expected, found in
      guard let expected, let found else { return nil }
      let difference = found / expected - 1
      return [
        model.rawValue, name, milliseconds(expected), milliseconds(found),
        (difference < 0 ? "" : "+") + decimals(100 * difference, 2) + "%",
        abs(difference) <= 0.01 ? "yes" : "**no**",
      ]
    }
  }

  static let agreementHeader = [
    "Model", "Response time", "Anchor", "Windtunnel", "Difference", "Within 1%",
  ]
}

extension [Double] {
  /// The middle value of sorted ones, or the mean of the middle two.
  var median: Double {
    guard !isEmpty else { return .nan }
    return (self[(count - 1) / 2] + self[count / 2]) / 2
  }
}
