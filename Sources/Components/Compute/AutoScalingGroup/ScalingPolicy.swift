import Kernel

/// A rule that changes a group's capacity when its CPU metric breaches a threshold.
struct ScalingPolicy: Sendable {
  /// The kinds of policy.
  enum Kind: String, CaseIterable, Sendable {
    /// One adjustment, then a cooldown.
    case simple
    /// An adjustment by how far the threshold is breached, with a warm-up.
    case step
    /// As many instances as bring the metric to its target, with a warm-up.
    case targetTracking = "target-tracking"
  }

  /// Which side of the threshold is a breach.
  enum Side: String, CaseIterable, Sendable { case above, below }

  /// An adjustment for a part of the range beyond the threshold.
  struct Step: Sendable {
    /// The distance from the threshold where it begins.
    let from: Double
    /// Instances to add or, below zero, to take away.
    let adjustment: Int
  }

  let kind: Kind
  let threshold: Double
  let side: Side
  let adjustment: Int
  let steps: [Step]
  let datapoints: Int
  let lowDatapoints: Int
  let lowThreshold: Double
  let scalesIn: Bool
  let cooldown: Nanoseconds
  let warmUp: Nanoseconds

  init(from parameters: inout ParameterReader) {
    kind = parameters.choice("policy", default: nil, "The kind of policy.")
    side = parameters.choice(
      "when", default: .above, "The side of the threshold that is a breach; simple and step.")
    let target = parameters.optionalShare(
      "target", in: 0.01...1, "The CPU utilization to hold; target-tracking.")
    let limit = parameters.optionalShare(
      "threshold", in: 0...1, "The CPU utilization that must not be passed; simple and step.")
    let adjustment = parameters.optionalText(
      "adjustment", "Instances to add, or with a minus sign to take away; simple.")
    steps = parameters.sections("steps", "Adjustments by the distance from the threshold; step.") {
      Step(
        from: $0.share("from", default: 0, "The distance from the threshold where it begins."),
        adjustment: Self.integer(
          $0.text("adjustment", default: nil, "Instances to add or take away."), &$0))
    }
    let isTracking = kind == .targetTracking
    datapoints = parameters.count(
      "datapoints", default: isTracking ? 3 : 1, in: 1...100,
      "Breaching datapoints in a row that raise the alarm: 3 with target-tracking, else 1.",
      source: "ASG/as-scaling-target-tracking")
    lowDatapoints = parameters.count(
      "scale-in-datapoints", from: "autoscaling.low-datapoints", in: 1...100,
      "Low datapoints in a row before capacity is taken away; target-tracking.")
    let lowShare = parameters.share(
      "scale-in-below", from: "autoscaling.low-threshold-share",
      "The share of the target below which a datapoint is low; target-tracking.")
    scalesIn = parameters.flag(
      "scale-in", default: true, "Whether capacity is taken away; target-tracking.")
    cooldown = parameters.duration(
      "cooldown", from: "autoscaling.cooldown",
      "How long after a scaling activity alarms are ignored; simple.")
    warmUp = parameters.duration(
      "warm-up", from: "autoscaling.cooldown",
      "How long after it is in service an instance is left out of the metric; "
        + "step and target-tracking.")
    threshold = (isTracking ? target : limit) ?? 0.8
    lowThreshold = threshold * lowShare
    self.adjustment = adjustment.map { Self.integer($0, &parameters) } ?? 1
    if !parameters.isDescribing { check(target, limit, adjustment, &parameters) }
  }

  private func check(
    _ target: Double?, _ limit: Double?, _ adjustment: String?, _ parameters: inout ParameterReader
  ) {
    if kind == .targetTracking, target == nil {
      parameters.report("a target-tracking policy needs a 'target'", at: nil, help: "target: 60%")
    }
    if kind != .targetTracking, limit == nil {
      parameters.report(
        "a \(kind.rawValue) policy needs a 'threshold'", at: nil, help: "threshold: 80%")
    }
    if kind == .step, steps.isEmpty {
      parameters.report(
        "a step policy needs 'steps'", at: nil, help: "steps: [{from: 0%, adjustment: +1}]")
    }
  }

  /// A whole number with an optional sign.
  private static func integer(_ text: String, _ parameters: inout ParameterReader) -> Int {
    if let number = Int(text), (-5000...5000).contains(number) { return number }
    parameters.report(
      "'\(text)' is not a number of instances", at: "adjustment", help: "write +1 or -1")
    return 1
  }

  // MARK: Deciding

  /// Whether the latest datapoints raise the alarm for adding capacity, or for taking it away.
  func isBreached(by datapoints: [Double]) -> Bool {
    guard datapoints.count >= self.datapoints else { return false }
    return datapoints.suffix(self.datapoints).allSatisfy(breaches)
  }

  /// Whether a target-tracking policy's low alarm is raised.
  func isLow(by datapoints: [Double]) -> Bool {
    guard kind == .targetTracking, scalesIn, datapoints.count >= lowDatapoints else { return false }
    return datapoints.suffix(lowDatapoints).allSatisfy { $0 < lowThreshold }
  }

  private func breaches(_ value: Double) -> Bool {
    side == .above || kind == .targetTracking ? value > threshold : value < threshold
  }

  /// The capacity that the policy wants.
  ///
  /// - Parameters:
  ///   - current: the capacity that counts, warming instances included.
  ///   - inService: the instances that the metric is the average of.
  ///   - value: the latest datapoint.
  /// - Returns: A number of instances, not yet kept between minimum and maximum.
  func wanted(current: Int, inService: Int, value: Double) -> Int {
    switch kind {
    case .simple: return current + adjustment
    case .step:
      let distance = side == .above ? value - threshold : threshold - value
      let step = steps.filter { $0.from <= distance }.max { $0.from < $1.from }
      return current + (step?.adjustment ?? 0)
    case .targetTracking:
      // ceil(current × metric / target) reproduces AWS's documented examples, in and out.
      return Int((Double(inService) * value / threshold - 1e-9).rounded(.up))
    }
  }
}
