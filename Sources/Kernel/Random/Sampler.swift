/// Turns random bits into values of a distribution.
///
/// A sample is a pure function of its bits. Where one uniform number suffices, the sample grows
/// with the bits, so that two systems that are given the same bits are slow at the same moments.
/// Erlang and gamma samples, and the choice in a mixture, derive further bits from the given ones.
public struct Sampler: Sendable {
  private enum Method: UInt8, Sendable {
    case constant, exponential, uniform, erlang, gamma, lognormal, weibull, pareto
    case truncatedNormal, discrete, mixture
  }

  private let method: Method
  /// Two numbers that mean something else for each method.
  private let a: Double
  private let b: Double
  private let table: SamplerTable?

  private init(_ method: Method, _ a: Double, _ b: Double = 0, table: SamplerTable? = nil) {
    self.method = method
    self.a = a
    self.b = b
    self.table = table
  }

  /// Prepares the sampling of a distribution.
  ///
  /// - Parameters:
  ///   - distribution: A distribution without ``Distribution/problems``.
  ///   - scale: A factor of zero or more for every sample.
  public init(_ distribution: Distribution, scale: Double = 1) {
    let problems = distribution.problems
    precondition(problems.isEmpty, "Impossible distribution. \(problems)")
    precondition(scale >= 0 && scale < .infinity, "Samples cannot be scaled by \(scale).")
    self.init(checked: distribution, scale: scale)
  }

  private init(checked distribution: Distribution, scale: Double) {
    if let value = distribution.onlyValue {
      self.init(.constant, value * scale)
      return
    }
    switch distribution {
    case .constant(let value): self.init(.constant, value * scale)
    case .uniform(let low, let high): self.init(.uniform, low * scale, (high - low) * scale)
    case .exponential(let mean): self.init(.exponential, -mean * scale)
    case .erlang(let shape, let mean):
      // Beyond this many factors, rejection is faster than multiplying.
      let method: Method = shape <= 64 ? .erlang : .gamma
      self.init(method, mean * scale / Double(shape), Double(shape))
    case .gamma(let shape, let mean): self.init(.gamma, mean * scale / shape, shape)
    case .truncatedNormal(let mean, let deviation, let low, let high):
      let normal = TruncatedNormal(
        mean: mean, standardDeviation: deviation, low: low, high: high)
      self.init(.truncatedNormal, 0, table: SamplerTable(normal, scale: scale))
    case .lognormal, .lognormalQuantiles:
      let parameters = distribution.normalParameters
      self.init(
        .lognormal, parameters.mean + Elementary.log(scale), parameters.deviation)
    case .weibull(let shape, let weibullScale):
      self.init(.weibull, weibullScale * scale, 1 / shape)
    case .pareto(let shape, let minimum): self.init(.pareto, minimum * scale, -1 / shape)
    case .hyperexponential, .mixture:
      let parts = Self.flattened(distribution, weight: 1)
      let samplers = parts.map { Sampler(checked: $0.distribution, scale: scale) }
      self.init(
        .mixture, 0, table: SamplerTable(samplers: samplers, weights: parts.map(\.weight)))
    case .empirical, .zipf:
      let items = distribution.weightedValues
      self.init(
        .discrete, 0,
        table: SamplerTable(
          values: items.map { $0.value * scale }, weights: items.map(\.weight)))
    }
  }

  /// The value that belongs to 64 well-mixed random bits.
  @inline(__always)
  public func sample(_ bits: UInt64) -> Double {
    // One minus a uniform number is as uniform, and makes the sample grow with the bits.
    if method == .exponential { return a * Elementary.logOfUniform(uniform(~bits)) }
    if method == .constant { return a }
    return rareSample(bits)
  }

  /// The value that belongs to 64 well-mixed random bits, of a distribution in seconds.
  ///
  /// - Returns: Whole nanoseconds, at least 0 and at most ``Nanoseconds/longest``.
  public func nanoseconds(_ bits: UInt64) -> Nanoseconds {
    Nanoseconds.seconds(sample(bits))
  }

  /// A sample of a distribution that is not exponential or constant.
  @inline(never)
  private func rareSample(_ bits: UInt64) -> Double {
    switch method {
    case .constant: return a
    case .exponential: return a * Elementary.logOfUniform(uniform(~bits))
    case .uniform: return a + b * Self.share(bits)
    case .erlang: return erlang(bits)
    case .gamma: return gamma(bits)
    case .lognormal:
      return Elementary.exp(a + b * Elementary.normalQuantile(Self.share(bits)))
    case .weibull:
      return a * Elementary.pow(-Elementary.logOfUniform(uniform(~bits)), b)
    case .pareto:
      return a * Elementary.exp(b * Elementary.logOfUniform(uniform(~bits)))
    case .truncatedNormal: return checkedTable.truncatedNormal(Self.share(bits))
    case .discrete: return checkedTable.value(Self.share(bits))
    case .mixture:
      return checkedTable.sample(Self.share(Self.further(1, of: bits)), bits)
    }
  }

  private var checkedTable: SamplerTable {
    guard let table else { preconditionFailure("A sampler lacks its table.") }
    return table
  }

  /// The k-th further 64 random bits; the first are those that choose from a mixture.
  private static func further(_ k: UInt64, of bits: UInt64) -> UInt64 {
    mixed(bits &+ k &* 0x9e37_79b9_7f4a_7c15)
  }

  /// A uniform number strictly between 0 and 1, from the high 52 bits.
  private static func share(_ bits: UInt64) -> Double {
    (Double(bits &>> 12) + 0.5) * 0x1p-52
  }

  /// The sum of exponential values: the logarithm of the product of as many uniform numbers.
  private func erlang(_ bits: UInt64) -> Double {
    var product = uniform(~bits)
    var logarithms = 0.0
    var index = 1
    while index < Int(b) {
      product *= uniform(~Self.further(UInt64(index) + 1, of: bits))
      index += 1
      // Sixteen factors are at least 2^-848, which is a normal number.
      if index % 16 == 0 {
        logarithms += Elementary.logOfUniform(product)
        product = 1
      }
    }
    return -a * (logarithms + Elementary.logOfUniform(product))
  }

  /// By rejection from the cube of a normal value (Marsaglia and Tsang 2000).
  ///
  /// 95 % or more of the first attempts are accepted, and these grow with the bits.
  private func gamma(_ bits: UInt64) -> Double {
    let shape = b < 1 ? b + 1 : b
    // For shapes below one: a value of shape + 1 times the power 1 / shape of a uniform number.
    let boost = b < 1 ? Elementary.pow(uniform(~Self.further(2, of: bits)), 1 / b) : 1
    let d = shape - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    var k: UInt64 = 2
    while true {
      let z = Elementary.normalQuantile(Self.share(k == 2 ? bits : Self.further(k, of: bits)))
      let root = 1 + c * z
      if root > 0 {
        let v = root * root * root
        let limit = 0.5 * z * z + d * (1 - v + Elementary.log(v))
        let u = uniform(Self.further(k + 1, of: bits))
        if Elementary.logOfUniform(u) < limit { return a * d * v * boost }
      }
      k += 2
    }
  }

  /// The parts of a mixture, with those of nested mixtures in their place.
  private static func flattened(
    _ distribution: Distribution, weight: Double
  ) -> [(distribution: Distribution, weight: Double)] {
    switch distribution {
    case .hyperexponential, .mixture:
      let parts = distribution.parts
      let total = parts.reduce(0) { $0 + $1.weight }
      return parts.filter { $0.weight > 0 }.flatMap {
        flattened($0.value, weight: weight * $0.weight / total)
      }
    default: return [(distribution, weight)]
    }
  }
}
