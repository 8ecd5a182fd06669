extension Distribution {
  /// The probability of a value of at most `x`.
  public func cumulative(_ x: Double) -> Double {
    if let value = onlyValue { return x >= value ? 1 : 0 }
    guard x >= 0 else { return 0 }
    switch self {
    case .constant(let value): return x >= value ? 1 : 0
    case .uniform(let low, let high):
      return Swift.min(1, Swift.max(0, (x - low) / (high - low)))
    case .exponential(let mean): return -Elementary.expm1(-x / mean)
    case .erlang(let shape, let mean):
      return Elementary.gammaCumulative(x / mean * Double(shape), shape: Double(shape))
    case .gamma(let shape, let mean):
      return Elementary.gammaCumulative(x / mean * shape, shape: shape)
    case .truncatedNormal(let mean, let deviation, let low, let high):
      return TruncatedNormal(mean: mean, standardDeviation: deviation, low: low, high: high)
        .cumulative(x)
    case .lognormal, .lognormalQuantiles:
      let parameters = normalParameters
      return Elementary.normalCumulative(
        (Elementary.log(x) - parameters.mean) / parameters.deviation)
    case .weibull(let shape, let scale):
      return -Elementary.expm1(-Elementary.pow(x / scale, shape))
    case .pareto(let shape, let minimum):
      return x <= minimum ? 0 : -Elementary.expm1(shape * Elementary.log(minimum / x))
    case .hyperexponential, .mixture:
      return Swift.min(1, average(of: parts) { $0.cumulative(x) })
    case .empirical, .zipf:
      return average(of: weightedValues) { $0 <= x ? 1 : 0 }
    }
  }

  /// The least value that is not exceeded with probability `p`.
  ///
  /// - Parameter p: A probability from 0 to 1.
  /// - Returns: A value, which for `p` = 1 is infinite if the distribution has no greatest one.
  public func quantile(_ p: Double) -> Double {
    precondition(p >= 0 && p <= 1, "The quantile \(p) is not between 0 and 1.")
    if let value = onlyValue { return value }
    switch self {
    case .constant(let value): return value
    case .uniform(let low, let high): return Swift.min(high, low + p * (high - low))
    case .exponential(let mean): return -mean * Elementary.log1p(-p)
    case .erlang(let shape, let mean):
      return mean / Double(shape) * Elementary.gammaQuantile(p, shape: Double(shape))
    case .gamma(let shape, let mean):
      return mean / shape * Elementary.gammaQuantile(p, shape: shape)
    case .truncatedNormal(let mean, let deviation, let low, let high):
      return TruncatedNormal(mean: mean, standardDeviation: deviation, low: low, high: high)
        .quantile(p)
    case .lognormal, .lognormalQuantiles:
      let parameters = normalParameters
      return Elementary.exp(
        parameters.mean + parameters.deviation * Elementary.normalQuantile(p))
    case .weibull(let shape, let scale):
      return scale * Elementary.pow(-Elementary.log1p(-p), 1 / shape)
    case .pareto(let shape, let minimum):
      return minimum * Elementary.exp(-Elementary.log1p(-p) / shape)
    case .hyperexponential, .mixture: return mixtureQuantile(p)
    case .empirical, .zipf: return discreteQuantile(p)
    }
  }

  private func mixtureQuantile(_ p: Double) -> Double {
    let quantiles = parts.filter { $0.weight > 0 }.map { $0.value.quantile(p) }
    let highest = quantiles.max() ?? 0
    if p == 0 || p == 1 { return p == 0 ? quantiles.min() ?? 0 : highest }
    return Elementary.leastNumber(upTo: highest) { cumulative($0) >= p }
  }

  private func discreteQuantile(_ p: Double) -> Double {
    let items = weightedValues.filter { $0.weight > 0 }
    let total = items.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    for item in items {
      sum += item.weight
      if sum / total >= p { return item.value }
    }
    return items.last?.value ?? 0
  }
}
