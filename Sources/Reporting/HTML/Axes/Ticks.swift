import Kernel

/// The round values at which an axis is marked.
enum Ticks {
  /// Multiples of 1, 2 or 5 times a power of ten from 0 to beyond the greatest value.
  ///
  /// - Parameters:
  ///   - greatest: The greatest value that is shown, above 0.
  ///   - count: About how many marks there should be.
  ///   - leastStep: The least distance of two marks; a round number.
  /// - Returns: The marks in ascending order; the last is at least the greatest value.
  static func linear(
    upTo greatest: Double, count: Int = 4, leastStep: Double = 0
  ) -> [Double] {
    guard greatest.isFinite, greatest > 0 else { return [0, 1] }
    let step = max(roundStep(greatest / Double(count)), leastStep)
    let steps = max(1, Int((greatest / step - 1e-9).rounded(.up)))
    return (0...steps).map { rounded(Double($0) * step, to: step) }
  }

  /// The least of 1, 2 and 5 times a power of ten that is at least `least`.
  static func roundStep(_ least: Double) -> Double {
    let power = powerOfTen(notAbove: least)
    for factor in [1.0, 2, 5] where power * factor >= least * (1 - 1e-9) { return power * factor }
    return power * 10
  }

  /// Moments of a run in seconds, at steps that a clock has.
  static func moments(upTo end: Double, count: Int = 5) -> [Double] {
    guard end.isFinite, end > 0 else { return [0] }
    let clock: [Double] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
      86_400,
    ]
    let least = end / Double(count)
    var step = least < 1 ? roundStep(least) : clock.first { $0 >= least } ?? 86_400
    while end / step > Double(2 * count) { step *= 2 }
    return (0...Int(end / step + 1e-9)).map { rounded(Double($0) * step, to: step) }
  }

  /// Powers of ten that enclose a range, and how many there are at most: larger ranges have larger
  /// steps.
  static func powers(from least: Double, to greatest: Double, count: Int = 6) -> [Double] {
    let low = exponent(notAbove: least)
    var high = exponent(notAbove: greatest)
    if power(high) < greatest { high += 1 }
    high = max(high, low + 1)
    let step = max(1, (high - low + count - 1) / count)
    return stride(from: low, through: low + (high - low + step - 1) / step * step, by: step)
      .map(power)
  }

  /// A power of ten, exact where a number can hold it.
  static func power(_ exponent: Int) -> Double {
    var result = 1.0
    for _ in 0..<exponent.magnitude { result *= 10 }
    return exponent < 0 ? 1 / result : result
  }

  private static func powerOfTen(notAbove value: Double) -> Double {
    power(exponent(notAbove: value))
  }

  private static func exponent(notAbove value: Double) -> Int {
    guard value.isFinite, value > 0 else { return 0 }
    var exponent = Int((Elementary.log(value) / Elementary.log(10)).rounded(.down))
    // The logarithm may be off by its last digit.
    if power(exponent + 1) <= value { exponent += 1 }
    if power(exponent) > value { exponent -= 1 }
    return exponent
  }

  /// A multiple of a step without the error of its product: 3 times 0.1 is 0.3.
  private static func rounded(_ value: Double, to step: Double) -> Double {
    guard step < 1 else { return value }
    let scale = (1 / powerOfTen(notAbove: step)).rounded()
    return (value * scale).rounded() / scale
  }
}
