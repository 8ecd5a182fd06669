/// Student's t distribution, by the finite series that there are for whole degrees of freedom.
///
/// Only +, −, ×, ÷ and square roots are used, so that every machine gives the same bits. The series
/// are formulas 26.7.3 and 26.7.4 of Abramowitz and Stegun, Handbook of Mathematical Functions
/// (1964).
public struct StudentT: Sendable {
  /// The degrees of freedom.
  private let degrees: Int

  /// Beyond these, degrees of freedom add less than 0.02% to the precision of a quantile.
  private static let mostDegrees = 10_000

  /// The distribution with so many degrees of freedom, 1 or more; more than 10,000 count as 10,000.
  public init(degreesOfFreedom degrees: Int) {
    precondition(degrees >= 1, "Student's t has one degree of freedom at least.")
    self.degrees = min(degrees, Self.mostDegrees)
  }

  /// The probability of a value between `-t` and `t`.
  public func probability(within t: Double) -> Double {
    let cosineSquared = Double(degrees) / (Double(degrees) + t * t)
    let sine = t / (Double(degrees) + t * t).squareRoot()
    if degrees % 2 == 0 {
      return sine * series(cosineSquared, firstFactor: 1, terms: degrees / 2)
    }
    let angle = arcTangent(t / Double(degrees).squareRoot())
    let cosine = cosineSquared.squareRoot()
    let rest = series(cosineSquared, firstFactor: 2, terms: (degrees - 1) / 2)
    return 2 / Double.pi * (angle + sine * cosine * rest)
  }

  /// The `t` for which values between `-t` and `t` have a probability between 0 and 1.
  ///
  /// For a probability of 0.95 it is the 97.5th percentile, which tables list.
  public func bound(ofCentral probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "A probability is between 0 and 1.")
    var high = 1.0
    while self.probability(within: high) < probability { high *= 2 }
    var low = 0.0
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return high }
      if self.probability(within: middle) < probability { low = middle } else { high = middle }
    }
  }

  /// 1 + a/(a+1) c + a(a+2)/((a+1)(a+3)) c² + …, so many terms.
  private func series(_ cosineSquared: Double, firstFactor: Double, terms: Int) -> Double {
    var sum = 0.0
    var term = 1.0
    var factor = firstFactor
    for _ in 0..<terms {
      sum += term
      term *= cosineSquared * factor / (factor + 1)
      factor += 2
    }
    return sum
  }

  /// The angle whose tangent is `tangent`, 0 or more: halved until the power series is short.
  private func arcTangent(_ tangent: Double) -> Double {
    var tangent = tangent
    for _ in 0..<4 { tangent /= 1 + (1 + tangent * tangent).squareRoot() }
    var sum = 0.0
    var power = tangent
    // The tangent is at most 0.1 now, and 0.1²⁵ is beyond what a Double adds to the first term.
    for exponent in stride(from: 1.0, through: 25, by: 2) {
      sum += power / exponent
      power *= -tangent * tangent
    }
    return 16 * sum
  }
}
