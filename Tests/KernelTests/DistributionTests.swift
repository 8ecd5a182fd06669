import Kernel
import Testing

struct DistributionTests {
  static func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
    a == b || (a - b).magnitude <= tolerance * b.magnitude
  }

  @Test(arguments: DistributionReference.all)
  func `mean, variance and quantiles are the exact ones`(_ reference: DistributionReference) {
    let distribution = reference.distribution
    #expect(distribution.problems.isEmpty)
    #expect(Self.isClose(distribution.mean, reference.mean, 1e-13))
    #expect(Self.isClose(distribution.variance, reference.variance, 1e-12))
    let variation = reference.variance.squareRoot() / reference.mean
    #expect(Self.isClose(distribution.coefficientOfVariation, variation, 1e-12))
    for (p, exact) in zip(DistributionReference.probabilities, reference.quantiles) {
      let found = distribution.quantile(p)
      #expect(Self.isClose(found, exact, 1e-12), "quantile \(p): \(found), not \(exact)")
    }
  }

  @Test(arguments: DistributionReference.all)
  func `the cumulative probability of a quantile is its own`(_ reference: DistributionReference) {
    let distribution = reference.distribution
    var previous = 0.0
    for percent in 1...99 {
      let p = Double(percent) / 100
      let x = distribution.quantile(p)
      #expect(x >= previous)
      previous = x
      let found = distribution.cumulative(x)
      switch distribution {
      case .empirical, .zipf, .mixture:
        #expect(found >= p - 1e-14 && distribution.cumulative(x * (1 - 1e-9)) < p + 1e-8)
      default:
        #expect((found - p).magnitude <= 1e-12, "\(found), not \(p)")
      }
    }
  }

  @Test(arguments: DistributionReference.all)
  func `scaling multiplies mean, deviation and quantiles`(_ reference: DistributionReference) {
    let scaled = reference.distribution.scaled(by: 2.5)
    #expect(Self.isClose(scaled.mean, reference.mean * 2.5, 1e-13))
    #expect(Self.isClose(scaled.variance, reference.variance * 6.25, 1e-12))
    for (p, exact) in zip(DistributionReference.probabilities, reference.quantiles) {
      #expect(Self.isClose(scaled.quantile(p), exact * 2.5, 1e-12))
    }
    let nothing = reference.distribution.scaled(by: 0)
    #expect(nothing.problems.isEmpty)
    #expect(nothing.mean == 0)
    #expect(nothing.quantile(0.5) == 0)
  }

  @Test(arguments: DistributionReference.all)
  func `the ends of the range are the quantiles 0 and 1`(_ reference: DistributionReference) {
    let lowest = reference.distribution.quantile(0)
    let highest = reference.distribution.quantile(1)
    #expect(lowest <= reference.quantiles[0])
    #expect(highest >= reference.quantiles[5])
    #expect(reference.distribution.cumulative(lowest - 1e-9) == 0)
    #expect(Self.isClose(reference.distribution.cumulative(highest), 1, 1e-15))
  }

  @Test(
    arguments: [
      .constant(3), .uniform(low: 3, high: 3), .lognormal(mean: 3, coefficientOfVariation: 0),
      .lognormalQuantiles(p50: 3, p95: 3), .empirical(values: [3], weights: [1]),
      .mixture([.init(weight: 1, distribution: .constant(3))]),
    ] as [Distribution])
  func `a distribution with one value is constant`(_ distribution: Distribution) {
    #expect(distribution.problems.isEmpty)
    #expect(distribution.mean == 3)
    #expect(distribution.variance == 0)
    #expect(distribution.coefficientOfVariation == 0)
    #expect(distribution.quantile(0.3) == 3)
    #expect(distribution.cumulative(2.999) == 0)
    #expect(distribution.cumulative(3) == 1)
    #expect(Sampler(distribution).sample(mixed(1)) == 3)
    #expect(Sampler(distribution, scale: 2).nanoseconds(mixed(1)) == 6_000_000_000)
  }

  @Test func `a Pareto tail may have no mean and no variance`() {
    let heavy = Distribution.pareto(shape: 1, minimum: 2)
    #expect(heavy.mean == .infinity)
    #expect(heavy.coefficientOfVariation == .infinity)
    let mixture = Distribution.mixture([
      .init(weight: 1, distribution: heavy), .init(weight: 1, distribution: .constant(1)),
    ])
    #expect(mixture.mean == .infinity)
    #expect(mixture.variance == .infinity)
    #expect(mixture.quantile(0.5) == 1)
  }

  @Test(
    arguments: [
      (.constant(-1), "The constant value is -1.0; it must be a finite number of zero or more."),
      (
        .exponential(mean: .nan),
        "The mean of an exponential distribution is nan; it must be a finite number of zero or more."
      ),
      (.uniform(low: 3, high: 2), "The low end 3.0 is above the high end 2.0."),
      (
        .erlang(shape: 0, mean: 1),
        "The shape of an Erlang distribution is 0; it must be 1 or more."
      ),
      (
        .gamma(shape: 0, mean: 1),
        "The shape of a gamma distribution is 0.0; it must be a finite number above zero."
      ),
      (
        .truncatedNormal(mean: 1, standardDeviation: 1, low: 3, high: 3),
        "The low end 3.0 of a normal distribution is not below the high end 3.0."
      ),
      (
        .truncatedNormal(mean: 0, standardDeviation: 1, low: 50, high: .infinity),
        "A normal distribution has no values between 50.0 and inf."
      ),
      (.lognormalQuantiles(p50: 2, p95: 1), "The median 2.0 is above the 95th percentile 1.0."),
      (.hyperexponential([]), "There is nothing in a hyperexponential distribution."),
      (
        .mixture([.init(weight: 0, distribution: .constant(1))]),
        "The weights of a mixture are all zero."
      ),
      (
        .mixture([.init(weight: 1, distribution: .constant(.infinity))]),
        "The constant value is inf; it must be a finite number of zero or more."
      ),
      (.empirical(values: [1, 2], weights: [1]), "There are 2 values but 1 weights."),
      (
        .zipf(count: 0, exponent: 1),
        "The count of a Zipf distribution is 0; it must be 1 to 10000000."
      ),
    ] as [(Distribution, String)])
  func `impossible parameters are named in a sentence`(
    _ distribution: Distribution, _ sentence: String
  ) {
    #expect(distribution.problems == [sentence])
  }
}
