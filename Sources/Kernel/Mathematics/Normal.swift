extension Elementary {
  /// The probability that a standard normal value is at most `x`.
  ///
  /// Within a few units in the last place, relatively, in the lower tail too; take
  /// `normalCumulative(-x)` for the upper one. Series and continued fraction of Laplace.
  public static func normalCumulative(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 0 { return 1 - normalCumulative(-x) }
    if x < -39 { return 0 }
    let distance = -x
    // The square as a sum: an error of one digit would be multiplied by its size.
    let high = upperHalf(distance)
    let rest = (distance - high) * (distance + high)
    let density = exp(-0.5 * high * high) * exp(-0.5 * rest) * 0.3989422804014326779
    if distance < 1 {
      var term = distance
      var sum = distance
      var odd = 3.0
      while term > sum * 0x1p-56 {
        term *= distance * distance / odd
        sum += term
        odd += 2
      }
      return 0.5 - density * sum
    }
    var index = 20 + Int(400 / (distance * distance))
    var fraction = distance
    while index > 0 {
      fraction = distance + Double(index) / fraction
      index -= 1
    }
    return density / fraction
  }

  /// The value that a standard normal value does not exceed with probability `p`.
  ///
  /// Algorithm AS 241, routine PPND16 (Wichura 1988), to about 16 digits.
  ///
  /// - Parameter p: A probability from 0 to 1.
  /// - Returns: Minus infinity for 0, infinity for 1, not a number outside.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    let q = p - 0.5
    if q.magnitude <= 0.425 {
      let r = 0.180625 - q * q
      return q * centralNumerator(r) / centralDenominator(r)
    }
    let r = (-log(q < 0 ? p : 1 - p)).squareRoot()
    let tail =
      r <= 5
      ? middleNumerator(r - 1.6) / middleDenominator(r - 1.6)
      : farNumerator(r - 5) / farDenominator(r - 5)
    return q < 0 ? -tail : tail
  }

  private static func centralNumerator(_ r: Double) -> Double {
    let high =
      ((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
      + 4.5921953931549871457e4
    return
      (((high * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
      + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
  }

  private static func centralDenominator(_ r: Double) -> Double {
    let high =
      ((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
      + 2.1213794301586595867e4
    return
      (((high * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
      + 4.2313330701600911252e1) * r + 1
  }

  private static func middleNumerator(_ r: Double) -> Double {
    let high =
      ((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r
        + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
    return
      (((high * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
      + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
  }

  private static func middleDenominator(_ r: Double) -> Double {
    let high =
      ((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r
        + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
    return
      (((high * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
      + 2.05319162663775882187e0) * r + 1
  }

  private static func farNumerator(_ r: Double) -> Double {
    let high =
      ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
        + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
    return
      (((high * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
      + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
  }

  private static func farDenominator(_ r: Double) -> Double {
    let high =
      ((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r
        + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
    return
      (((high * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
      + 5.99832206555887937690e-1) * r + 1
  }
}
