extension Sampler {
  /// How samples are computed, without the ownership of what the formula refers to.
  ///
  /// Plain data: reading one from among many costs no reference count, which must be atomic and so
  /// takes as long as the sample itself. It is valid as long as there is its sampler.
  public struct Formula: @unchecked Sendable, BitwiseCopyable {
    @usableFromInline
    enum Method: UInt8, Sendable {
      case constant, exponential, uniform, erlang, gamma, lognormal, weibull, pareto
      case truncatedNormal, discrete, mixture
    }

    /// What a formula consists of, in a place of its own where only what a method needs is read.
    @usableFromInline
    struct Terms {
      @usableFromInline let method: Method
      /// Two numbers that mean something else for each method.
      @usableFromInline let a: Double
      let b: Double
      /// The table of logarithms, which never changes.
      @usableFromInline let logarithms: UnsafePointer<Double>
      let table: SamplerTable?
    }

    @usableFromInline let terms: UnsafePointer<Terms>

    private var method: Method { terms.pointee.method }
    private var a: Double { terms.pointee.a }
    private var b: Double { terms.pointee.b }

    /// Whether a sample is computed in place, without a call.
    @inlinable
    @inline(__always)
    public var isInPlace: Bool { terms.pointee.method.rawValue <= Method.exponential.rawValue }

    /// A sample of a formula that ``isInPlace``, in whole nanoseconds.
    @inlinable
    @inline(__always)
    public func nanosecondsInPlace(_ bits: UInt64) -> Nanoseconds {
      guard terms.pointee.method == .exponential else { return .seconds(terms.pointee.a) }
      return .seconds(
        terms.pointee.a * Elementary.logOfUniform(uniform(~bits), terms.pointee.logarithms))
    }

    /// The value that belongs to 64 well-mixed random bits.
    @inlinable
    @inline(__always)
    public func sample(_ bits: UInt64) -> Double {
      // One minus a uniform number is as uniform, and makes the sample grow with the bits.
      if terms.pointee.method == .exponential {
        return terms.pointee.a * Elementary.logOfUniform(uniform(~bits), terms.pointee.logarithms)
      }
      if terms.pointee.method == .constant { return terms.pointee.a }
      return rareSample(bits)
    }

    /// The value that belongs to 64 well-mixed random bits, of a distribution in seconds.
    ///
    /// - Returns: Whole nanoseconds, at least 0 and at most ``Nanoseconds/longest``.
    @inlinable
    @inline(__always)
    public func nanoseconds(_ bits: UInt64) -> Nanoseconds {
      Nanoseconds.seconds(sample(bits))
    }

    /// A sample of a distribution that is not exponential or constant.
    @usableFromInline
    @inline(never)
    func rareSample(_ bits: UInt64) -> Double {
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
      case .truncatedNormal: return withTable { $0.truncatedNormal(Self.share(bits)) }
      case .discrete: return withTable { $0.value(Self.share(bits)) }
      case .mixture:
        return withTable { $0.sample(Self.share(Self.further(1, of: bits)), bits) }
      }
    }

    private func withTable(_ sample: (SamplerTable) -> Double) -> Double {
      guard let table = terms.pointee.table else {
        preconditionFailure("A sampler lacks its table.")
      }
      return sample(table)
    }

    /// The k-th further 64 random bits; the first are those that choose from a mixture.
    private static func further(_ k: UInt64, of bits: UInt64) -> UInt64 {
      mixed(bits &+ k &* KeyStride.number)
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
  }
}
