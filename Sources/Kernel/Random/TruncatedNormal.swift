/// A normal distribution without the values outside of a range, prepared for computing.
///
/// A range above the mean is mirrored to below it, where probabilities have more digits.
struct TruncatedNormal {
  let mean: Double
  let deviation: Double
  let low: Double
  let high: Double

  /// Minus one if the range is mirrored, otherwise one.
  let sign: Double
  /// The probability of the standard normal distribution below the range, after mirroring.
  let below: Double
  /// The probability of the range.
  let mass: Double

  init(mean: Double, standardDeviation: Double, low: Double, high: Double) {
    self.mean = mean
    self.deviation = standardDeviation
    self.low = low
    self.high = high
    let lowest = (low - mean) / standardDeviation
    let highest = (high - mean) / standardDeviation
    sign = lowest > 0 ? -1 : 1
    below = Elementary.normalCumulative(lowest > 0 ? -highest : lowest)
    mass = Elementary.normalCumulative(lowest > 0 ? -lowest : highest) - below
  }

  func cumulative(_ x: Double) -> Double {
    if x < low { return 0 }
    if x >= high { return 1 }
    let share = (Elementary.normalCumulative(sign * (x - mean) / deviation) - below) / mass
    return Swift.min(1, Swift.max(0, sign > 0 ? share : 1 - share))
  }

  func quantile(_ p: Double) -> Double {
    if p == 0 { return low }
    if p == 1 { return high }
    let z = sign * Elementary.normalQuantile(below + (sign > 0 ? p : 1 - p) * mass)
    return Swift.min(high, Swift.max(low, mean + deviation * z))
  }

  /// Mean and variance, by integrating the density around its highest point.
  ///
  /// The closed forms are differences that lose all digits for a narrow range or one in the tail.
  var moments: (mean: Double, variance: Double) {
    let lowest = (low - mean) / deviation
    let highest = (high - mean) / deviation
    let top = Swift.min(Swift.max(0, lowest), highest)
    // Where the density has fallen by 20 powers of ten, the rest does not count.
    let reach = Swift.min(10, 46 / Swift.max(top.magnitude, 1e-9))
    let start = Swift.max(lowest - top, -reach)
    let step = (Swift.min(highest - top, reach) - start) / 64
    var sums = (mass: 0.0, first: 0.0, second: 0.0)
    for panel in 0..<64 {
      let middle = start + (Double(panel) + 0.5) * step
      for (node, weight) in Self.nodes {
        for side in [-0.5, 0.5] {
          let w = middle + side * node * step
          let density = weight * Elementary.exp(-w * (top + 0.5 * w))
          sums.mass += density
          sums.first += density * w
          sums.second += density * w * w
        }
      }
    }
    let offset = sums.first / sums.mass
    let variance = sums.second / sums.mass - offset * offset
    return (mean + deviation * (top + offset), deviation * deviation * variance)
  }

  /// The Gauss-Legendre rule with six points: the positive nodes and their weights.
  private static let nodes: [(node: Double, weight: Double)] = [
    (0.23861918608319690863, 0.46791393457269104739),
    (0.66120938646626451366, 0.36076157304813860757),
    (0.93246951420315202781, 0.17132449237917034504),
  ]
}
