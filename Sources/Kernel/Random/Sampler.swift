/// Turns random bits into values of a distribution.
///
/// A sample is a pure function of its bits. Where one uniform number suffices, the sample grows
/// with the bits, so that two systems that are given the same bits are slow at the same moments.
/// Erlang and gamma samples, and the choice in a mixture, derive further bits from the given ones.
public struct Sampler: Sendable {
  /// How samples are computed: plain data, valid as long as there is the sampler.
  public let formula: Formula
  private let owner: Owner

  /// Owns what the formula consists of.
  private final class Owner: @unchecked Sendable {
    // Unchecked, because pointers never are Sendable; nothing is written after the initializer.
    let terms: UnsafeMutablePointer<Formula.Terms>

    init(_ terms: Formula.Terms) {
      self.terms = .allocate(capacity: 1)
      self.terms.initialize(to: terms)
    }

    deinit {
      terms.deinitialize(count: 1)
      terms.deallocate()
    }
  }

  private init(
    _ method: Formula.Method, _ a: Double, _ b: Double = 0, table: SamplerTable? = nil
  ) {
    owner = Owner(
      Formula.Terms(
        method: method, a: a, b: b, logarithms: Elementary.logarithmTable, table: table))
    formula = Formula(terms: UnsafePointer(owner.terms))
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
      let method: Formula.Method = shape <= 64 ? .erlang : .gamma
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
  public func sample(_ bits: UInt64) -> Double {
    withExtendedLifetime(owner) { formula.sample(bits) }
  }

  /// The value that belongs to 64 well-mixed random bits, of a distribution in seconds.
  ///
  /// - Returns: Whole nanoseconds, at least 0 and at most ``Nanoseconds/longest``.
  @inline(__always)
  public func nanoseconds(_ bits: UInt64) -> Nanoseconds {
    withExtendedLifetime(owner) { formula.nanoseconds(bits) }
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
