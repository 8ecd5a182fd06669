import Kernel

/// Adjustments of a capacity by how far a metric is beyond a threshold.
///
/// Source: ASG/as-scaling-simple-step.
struct StepAdjustments: Sendable {
  /// Which side of the threshold is a breach.
  enum Side: String, CaseIterable, Sendable { case above, below }

  /// An adjustment for a part of the range beyond the threshold; it ends where the next begins.
  struct Step: Sendable {
    /// The distance from the threshold where it begins.
    let from: Double
    let adjustment: CapacityAdjustment
  }

  let side: Side
  let threshold: Double
  let steps: [Step]

  /// Reads a policy's threshold and steps.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the policy.
  ///   - metric: the metric, in whose unit they are.
  ///   - magnitude: the least change that a percentage makes.
  init(from parameters: inout ParameterReader, _ metric: ScalingMetric, magnitude: Int) {
    side = parameters.choice(
      "when", default: .above, "The side of the threshold that is a breach; not target-tracking.")
    threshold =
      metric.value(
        "threshold", from: &parameters,
        "The value that must not be passed, in the metric's unit; not target-tracking.") ?? 0.8
    steps = parameters.sections(
      "steps", "Adjustments by the distance from the threshold; step."
    ) {
      Step(
        from: metric.value(
          "from", from: &$0,
          "The distance from the threshold where it begins, in the metric's unit; 0 if none is "
            + "written.") ?? 0,
        adjustment: CapacityAdjustment(
          "adjustment", default: nil, from: &$0, minimumMagnitude: magnitude,
          "The change: +1, -1, +10%, -10%, or =4 for a capacity of four."))
    }
    for (index, step) in steps.enumerated()
    where steps.prefix(index).contains(where: { $0.from == step.from }) {
      parameters.report(
        "two steps begin at \(metric.declaration.format(step.from))", at: "steps",
        help: "let each step begin where the one before ends")
    }
  }

  /// The side of the threshold that raises an alarm.
  var comparison: Alarm.Comparison { side == .above ? .above : .below }

  /// The capacity that the step gives that a value falls into: the farthest that it reaches.
  func capacity(for value: Double, from current: Int) -> Int {
    let distance = side == .above ? value - threshold : threshold - value
    let step = steps.filter { $0.from <= distance }.max { $0.from < $1.from }
    return step?.adjustment.capacity(from: current) ?? current
  }
}
