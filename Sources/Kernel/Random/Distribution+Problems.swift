extension Distribution {
  /// What is impossible about the parameters, in plain sentences; empty if they are fine.
  public var problems: [String] {
    var findings = Findings()
    check(&findings)
    return findings.sentences
  }

  /// The most values that a Zipf distribution may have; each takes 8 bytes in a sampler.
  static let mostRanks = 10_000_000

  private func check(_ findings: inout Findings) {
    switch self {
    case .constant(let value): findings.require(value, isZeroOrMore: "The constant value")
    case .uniform(let low, let high):
      findings.require(low, isZeroOrMore: "The low end of a uniform distribution")
      findings.require(high, isZeroOrMore: "The high end of a uniform distribution")
      findings.require(low, notAbove: high)
    case .exponential(let mean):
      findings.require(mean, isZeroOrMore: "The mean of an exponential distribution")
    case .erlang(let shape, let mean):
      findings.require(mean, isZeroOrMore: "The mean of an Erlang distribution")
      if shape < 1 {
        findings.add("The shape of an Erlang distribution is \(shape); it must be 1 or more.")
      }
    case .gamma(let shape, let mean):
      findings.require(mean, isZeroOrMore: "The mean of a gamma distribution")
      findings.require(shape, isAboveZero: "The shape of a gamma distribution")
    case .truncatedNormal(let mean, let deviation, let low, let high):
      checkTruncatedNormal(
        mean: mean, standardDeviation: deviation, low: low, high: high, &findings)
    case .lognormal(let mean, let variation):
      findings.require(mean, isZeroOrMore: "The mean of a lognormal distribution")
      findings.require(
        variation, isZeroOrMore: "The coefficient of variation of a lognormal distribution")
    case .lognormalQuantiles(let p50, let p95):
      findings.require(p50, isAboveZero: "The median of a lognormal distribution")
      findings.require(p95, isAboveZero: "The 95th percentile of a lognormal distribution")
      if p50 > p95 { findings.add("The median \(p50) is above the 95th percentile \(p95).") }
    case .weibull(let shape, let scale):
      findings.require(shape, isAboveZero: "The shape of a Weibull distribution")
      findings.require(scale, isZeroOrMore: "The scale of a Weibull distribution")
    case .pareto(let shape, let minimum):
      findings.require(shape, isAboveZero: "The shape of a Pareto distribution")
      findings.require(minimum, isZeroOrMore: "The minimum of a Pareto distribution")
    case .hyperexponential(let branches):
      findings.require(branches.map(\.weight), areWeightsOf: "a hyperexponential distribution")
      for branch in branches {
        findings.require(branch.mean, isZeroOrMore: "The mean of a branch")
      }
    case .mixture(let parts):
      findings.require(parts.map(\.weight), areWeightsOf: "a mixture")
      for part in parts { part.distribution.check(&findings) }
    case .empirical(let values, let weights):
      findings.require(weights, areWeightsOf: "an empirical distribution")
      for value in values { findings.require(value, isZeroOrMore: "An empirical value") }
      if values.count != weights.count {
        findings.add("There are \(values.count) values but \(weights.count) weights.")
      }
    case .zipf(let count, let exponent):
      findings.require(exponent, isZeroOrMore: "The exponent of a Zipf distribution")
      if count < 1 || count > Self.mostRanks {
        findings.add(
          "The count of a Zipf distribution is \(count); it must be 1 to \(Self.mostRanks).")
      }
    }
  }

  private func checkTruncatedNormal(
    mean: Double, standardDeviation: Double, low: Double, high: Double, _ findings: inout Findings
  ) {
    let before = findings.sentences.count
    if !mean.isFinite {
      findings.add("The mean of a normal distribution is \(mean); it must be finite.")
    }
    findings.require(
      standardDeviation, isAboveZero: "The standard deviation of a normal distribution")
    findings.require(low, isZeroOrMore: "The low end of a normal distribution")
    if !(high > low) {
      findings.add("The low end \(low) of a normal distribution is not below the high end \(high).")
    }
    guard findings.sentences.count == before else { return }
    let cut = TruncatedNormal(
      mean: mean, standardDeviation: standardDeviation, low: low, high: high)
    if !(cut.mass > 1e-300) {
      findings.add("A normal distribution has no values between \(low) and \(high).")
    }
  }
}

/// Collects sentences about impossible parameters.
private struct Findings {
  private(set) var sentences: [String] = []

  mutating func add(_ sentence: String) { sentences.append(sentence) }

  mutating func require(_ value: Double, isZeroOrMore name: String) {
    if !(value >= 0 && value < .infinity) {
      add("\(name) is \(value); it must be a finite number of zero or more.")
    }
  }

  mutating func require(_ value: Double, isAboveZero name: String) {
    if !(value > 0 && value < .infinity) {
      add("\(name) is \(value); it must be a finite number above zero.")
    }
  }

  mutating func require(_ low: Double, notAbove high: Double) {
    if low > high { add("The low end \(low) is above the high end \(high).") }
  }

  mutating func require(_ weights: [Double], areWeightsOf name: String) {
    if weights.isEmpty { return add("There is nothing in \(name).") }
    for weight in weights { require(weight, isZeroOrMore: "A weight of \(name)") }
    let sum = weights.reduce(0, +)
    if sum == 0 { add("The weights of \(name) are all zero.") }
    if sum == .infinity && !weights.contains(.infinity) {
      add("The sum of the weights of \(name) is infinite.")
    }
  }
}
