import Kernel

/// Holding a metric at a target: the alarms that it takes, and the capacity that follows.
///
/// Sources: ASG/as-scaling-target-tracking, AAS/application-auto-scaling-target-tracking.
struct TargetTracking: Sendable {
  let target: Double
  /// The share of the target below which a datapoint is low.
  let lowShare: Double
  let highDatapoints: Int
  let lowDatapoints: Int
  /// Whether capacity is taken away.
  let scalesIn: Bool

  var lowThreshold: Double { target * lowShare }

  /// The capacity at which the metric would be at its target.
  ///
  /// The ceiling of current × metric / target gives all the documented examples: it adds two where
  /// one and a half are missing, and takes away one where one and a half are too many.
  func capacity(for value: Double, of current: Int) -> Int {
    let exact = Double(current) * value / target
    return exact < 1e9 ? Int((exact - 1e-9).rounded(.up)) : 1_000_000_000
  }
}
