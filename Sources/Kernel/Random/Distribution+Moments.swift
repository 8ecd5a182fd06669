extension Distribution {
  /// The expected value; infinite for Pareto distributions of a shape up to 1.
  public var mean: Double {
    if let value = onlyValue { return value }
    switch self {
    case .constant(let value): return value
    case .uniform(let low, let high): return low + (high - low) / 2
    case .exponential(let mean), .erlang(_, let mean), .gamma(_, let mean): return mean
    case .truncatedNormal(let mean, let deviation, let low, let high):
      return TruncatedNormal(mean: mean, standardDeviation: deviation, low: low, high: high)
        .moments.mean
    case .lognormal(let mean, _): return mean
    case .lognormalQuantiles:
      let parameters = normalParameters
      return Elementary.exp(parameters.mean + parameters.deviation * parameters.deviation / 2)
    case .weibull(let shape, let scale):
      return scale * Elementary.exp(Elementary.logGamma(1 + 1 / shape))
    case .pareto(let shape, let minimum):
      return shape > 1 ? minimum * shape / (shape - 1) : .infinity
    case .hyperexponential, .mixture:
      return average(of: parts) { $0.mean }
    case .empirical, .zipf:
      return average(of: weightedValues) { $0 }
    }
  }

  /// The expected squared distance from the mean; infinite for Pareto shapes up to 2.
  public var variance: Double {
    if onlyValue != nil { return 0 }
    switch self {
    case .constant: return 0
    case .uniform(let low, let high): return (high - low) * (high - low) / 12
    case .exponential(let mean): return mean * mean
    case .erlang(let shape, let mean): return mean * mean / Double(shape)
    case .gamma(let shape, let mean): return mean * mean / shape
    case .truncatedNormal(let mean, let deviation, let low, let high):
      return TruncatedNormal(mean: mean, standardDeviation: deviation, low: low, high: high)
        .moments.variance
    case .lognormal(let mean, let variation): return mean * variation * mean * variation
    case .lognormalQuantiles:
      let deviation = normalParameters.deviation
      return mean * mean * Elementary.expm1(deviation * deviation)
    case .weibull(let shape, _):
      let single = Elementary.logGamma(1 + 1 / shape)
      return mean * mean * Elementary.expm1(Elementary.logGamma(1 + 2 / shape) - 2 * single)
    case .pareto(let shape, let minimum):
      guard shape > 2 else { return .infinity }
      return minimum * minimum * shape / ((shape - 1) * (shape - 1) * (shape - 2))
    case .hyperexponential, .mixture:
      let mean = mean
      guard mean < .infinity else { return .infinity }
      return average(of: parts) { $0.variance + ($0.mean - mean) * ($0.mean - mean) }
    case .empirical, .zipf:
      let mean = mean
      return average(of: weightedValues) { ($0 - mean) * ($0 - mean) }
    }
  }

  /// The standard deviation over the mean: 0 for a constant, 1 for an exponential distribution.
  public var coefficientOfVariation: Double {
    let mean = mean
    guard mean > 0 else { return 0 }
    return mean < .infinity ? variance.squareRoot() / mean : .infinity
  }

  /// The same distribution with every value multiplied by a factor of zero or more.
  ///
  /// A scaled Zipf distribution becomes an empirical one, since its values are no ranks any more.
  public func scaled(by factor: Double) -> Distribution {
    switch self {
    case .constant(let value): .constant(value * factor)
    case .uniform(let low, let high): .uniform(low: low * factor, high: high * factor)
    case .exponential(let mean): .exponential(mean: mean * factor)
    case .erlang(let shape, let mean): .erlang(shape: shape, mean: mean * factor)
    case .gamma(let shape, let mean): .gamma(shape: shape, mean: mean * factor)
    case .truncatedNormal(let mean, let deviation, let low, let high):
      factor == 0
        ? .constant(0)
        : .truncatedNormal(
          mean: mean * factor, standardDeviation: deviation * factor, low: low * factor,
          high: high * factor)
    case .lognormal(let mean, let variation):
      .lognormal(mean: mean * factor, coefficientOfVariation: variation)
    case .lognormalQuantiles(let p50, let p95):
      factor == 0 ? .constant(0) : .lognormalQuantiles(p50: p50 * factor, p95: p95 * factor)
    case .weibull(let shape, let scale): .weibull(shape: shape, scale: scale * factor)
    case .pareto(let shape, let minimum): .pareto(shape: shape, minimum: minimum * factor)
    case .hyperexponential(let branches):
      .hyperexponential(branches.map { Branch(weight: $0.weight, mean: $0.mean * factor) })
    case .mixture(let parts):
      .mixture(
        parts.map { Part(weight: $0.weight, distribution: $0.distribution.scaled(by: factor)) })
    case .empirical(let values, let weights):
      .empirical(values: values.map { $0 * factor }, weights: weights)
    case .zipf:
      .empirical(
        values: weightedValues.map { $0.value * factor }, weights: weightedValues.map(\.weight))
    }
  }
}

extension Distribution {
  /// The value of a distribution that has only one, whatever its kind.
  var onlyValue: Double? {
    switch self {
    case .constant(let value): value
    case .uniform(let low, let high): low == high ? low : nil
    case .exponential(let mean), .erlang(_, let mean), .gamma(_, let mean):
      mean == 0 ? 0 : nil
    case .lognormal(let mean, let variation): mean == 0 || variation == 0 ? mean : nil
    case .lognormalQuantiles(let p50, let p95): p50 == p95 ? p50 : nil
    case .weibull(_, let scale): scale == 0 ? 0 : nil
    case .pareto(_, let minimum): minimum == 0 ? 0 : nil
    case .truncatedNormal, .hyperexponential, .mixture, .empirical, .zipf: nil
    }
  }

  /// Mean and deviation of the normal distribution of which a lognormal one is the exponential.
  var normalParameters: (mean: Double, deviation: Double) {
    switch self {
    case .lognormal(let mean, let variation):
      let variance = Elementary.log1p(variation * variation)
      return (Elementary.log(mean) - variance / 2, variance.squareRoot())
    case .lognormalQuantiles(let p50, let p95):
      let deviation = Elementary.log(p95 / p50) / Elementary.normalQuantile(0.95)
      return (Elementary.log(p50), deviation)
    default:
      preconditionFailure("\(self) is not the exponential of a normal distribution.")
    }
  }

  /// What a mixture is made of; every other distribution is its own only part.
  var parts: [(value: Distribution, weight: Double)] {
    switch self {
    case .hyperexponential(let branches):
      branches.map { (.exponential(mean: $0.mean), $0.weight) }
    case .mixture(let parts): parts.map { ($0.distribution, $0.weight) }
    default: [(self, 1)]
    }
  }

  /// The values of a discrete distribution in ascending order, with their weights.
  var weightedValues: [(value: Double, weight: Double)] {
    switch self {
    case .empirical(let values, let weights):
      return zip(values, weights).map { (value: $0, weight: $1) }.sorted {
        ($0.value, $0.weight) < ($1.value, $1.weight)
      }
    case .zipf(let count, let exponent):
      return (1...count).map { (Double($0), Elementary.pow(Double($0), -exponent)) }
    default:
      preconditionFailure("\(self) has no list of values.")
    }
  }

  /// The weighted average of a property of items; items of weight zero do not count at all.
  func average<Item>(
    of items: [(value: Item, weight: Double)], _ property: (Item) -> Double
  ) -> Double {
    var sum = 0.0
    var total = 0.0
    for item in items where item.weight > 0 {
      sum += item.weight * property(item.value)
      total += item.weight
    }
    return sum / total
  }
}
