import Analysis

/// Two values beside each other in words.
enum Ratio {
  /// What is said of two values that differ by less than half a percent.
  static let same = "the same"

  /// How much faster a duration is than another; nil if that is undefined.
  static func speed(_ value: Double?, _ baseline: Double?) -> String? {
    guard let value, let baseline else { return nil }
    if value == baseline || isSame(value, baseline) { return same }
    guard value > 0, baseline > 0 else { return nil }
    return value < baseline
      ? "\(Wording.factor(baseline / value)) times faster"
      : "\(Wording.factor(value / baseline)) times slower"
  }

  /// How much more there is than before, as a percentage up to the double; nil if undefined.
  static func amount(_ value: Double?, _ baseline: Double?) -> String? {
    guard let value, let baseline else { return nil }
    if value == baseline || isSame(value, baseline) { return same }
    guard value >= 0, baseline > 0 else { return nil }
    let ratio = value / baseline
    if ratio >= 2 { return "\(Wording.factor(ratio)) times as much" }
    return "\(Wording.share((ratio - 1).magnitude)) \(ratio > 1 ? "more" : "less")"
  }

  private static func isSame(_ value: Double, _ baseline: Double) -> Bool {
    baseline != 0 && (value / baseline - 1).magnitude < 0.005
  }
}
