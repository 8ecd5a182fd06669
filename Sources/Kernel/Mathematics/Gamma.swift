extension Elementary {
  /// The logarithm of the gamma function of a positive number.
  ///
  /// Within 1e-14 of the true value, relatively where that is more than one. Stirling's series,
  /// after the recurrence has made the argument at least 16.
  public static func logGamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    guard x < 1e17 else { return x * (log(x) - 1) }
    var shifted = x
    var product = 1.0
    while shifted < 16 {
      product *= shifted
      shifted += 1
    }
    let halfLogTwoPi = 0.91893853320467274178
    return (shifted - 0.5) * log(shifted) - shifted + halfLogTwoPi
      + stirlingCorrection(shifted) - log(product)
  }

  /// The probability that a gamma value of the given shape and of scale one is at most `x`.
  ///
  /// The regularised lower incomplete gamma function. The relative error is below 1e-13 for
  /// shapes up to 1000 and grows with the root of the shape.
  ///
  /// - Parameters:
  ///   - x: Zero or more.
  ///   - shape: More than zero.
  /// - Returns: A probability.
  public static func gammaCumulative(_ x: Double, shape: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < .infinity else { return 1 }
    if x < shape + 1 { return gammaSeries(x, shape: shape) }
    return 1 - gammaFraction(x, shape: shape)
  }

  /// The probability that a gamma value of the given shape and of scale one exceeds `x`.
  ///
  /// Relatively accurate in the upper tail, above `shape + 1`, and within 1e-14 below.
  public static func gammaSurvival(_ x: Double, shape: Double) -> Double {
    guard x > 0 else { return 1 }
    guard x < .infinity else { return 0 }
    if x < shape + 1 { return 1 - gammaSeries(x, shape: shape) }
    return gammaFraction(x, shape: shape)
  }

  /// The value that a gamma value of scale one does not exceed with probability `p`.
  ///
  /// Found by halving; some ten microseconds.
  ///
  /// - Parameters:
  ///   - p: A probability from 0 to 1.
  ///   - shape: More than zero.
  /// - Returns: The least number whose cumulative probability is `p` or more.
  public static func gammaQuantile(_ p: Double, shape: Double) -> Double {
    guard p > 0 else { return 0 }
    guard p < 1 else { return .infinity }
    var high = Swift.max(1, shape)
    while gammaCumulative(high, shape: shape) < p { high *= 2 }
    // The smaller of both tails has the more digits.
    return p <= 0.5
      ? leastNumber(upTo: high) { gammaCumulative($0, shape: shape) >= p }
      : leastNumber(upTo: high) { gammaSurvival($0, shape: shape) <= 1 - p }
  }

  /// The least number from zero to `high` that meets a condition which all greater ones meet.
  ///
  /// Positive numbers are ordered as their bits are, so 64 halvings find it.
  static func leastNumber(upTo high: Double, where condition: (Double) -> Bool) -> Double {
    var (below, above) = (UInt64(0), high.bitPattern)
    while below < above {
      let middle = below + (above - below) / 2
      if condition(Double(bitPattern: middle)) { above = middle } else { below = middle + 1 }
    }
    return Double(bitPattern: above)
  }

  /// x^shape e^-x / gamma(shape + 1): the common factor of series and fraction.
  private static func gammaFactor(_ x: Double, shape: Double) -> Double {
    if shape < 16 { return exp(shape * log(x) - x - logGamma(shape + 1)) }
    // Near the shape the large terms cancel, so their difference is computed instead.
    let excess = (x - shape) / shape
    let exponent = shape * ((excess < -0.5 ? log(x / shape) : log1p(excess)) - excess)
    let twoPi = 6.28318530717958647693
    return exp(exponent - stirlingCorrection(shape)) / (twoPi * shape).squareRoot()
  }

  /// By the power series, all of whose terms are positive.
  private static func gammaSeries(_ x: Double, shape: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var denominator = shape
    while term > sum * 0x1p-55 {
      denominator += 1
      term *= x / denominator
      sum += term
    }
    return sum * gammaFactor(x, shape: shape)
  }

  /// By Legendre's continued fraction, evaluated as Lentz did.
  private static func gammaFraction(_ x: Double, shape: Double) -> Double {
    var b = x + 1 - shape
    var c = 1e300
    var d = 1 / b
    var fraction = d
    var index = 1.0
    while true {
      let a = -index * (index - shape)
      b += 2
      d = 1 / (a * d + b)
      c = b + a / c
      let change = d * c
      fraction *= change
      if (change - 1).magnitude < 0x1p-52 || index > 100_000 { break }
      index += 1
    }
    return Swift.min(1, fraction * shape * gammaFactor(x, shape: shape))
  }

  /// What Stirling's formula for log gamma(x + 1) lacks, for x of 16 or more.
  private static func stirlingCorrection(_ x: Double) -> Double {
    let r = 1 / (x * x)
    let tail = -1 / 1680.0 + r * (1 / 1188.0 + r * (-691 / 360_360.0 + r / 156))
    return (1 / 12.0 + r * (-1 / 360.0 + r * (1 / 1260.0 + r * tail))) / x
  }
}
