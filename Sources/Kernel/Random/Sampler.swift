/// Turns random bits into values of a distribution.
///
/// A sample is a pure function of its bits. Where practical it grows with them, so that two
/// systems that are given the same bits are slow and fast at the same moments.
public struct Sampler: Sendable {
  @usableFromInline
  enum Method: UInt8, Sendable { case constant, exponential, uniform, other }

  @usableFromInline let method: Method
  @usableFromInline let a: Double
  @usableFromInline let b: Double

  /// Prepares the sampling of a distribution.
  ///
  /// - Parameters:
  ///   - distribution: A distribution without ``Distribution/problems``.
  ///   - scale: A factor for every sample.
  public init(_ distribution: Distribution, scale: Double = 1) {
    switch distribution {
    case .constant(let value):
      (method, a, b) = (.constant, value * scale, 0)
    case .exponential(let mean):
      (method, a, b) = (.exponential, -mean * scale, 0)
    case .uniform(let low, let high):
      (method, a, b) = (.uniform, low * scale, (high - low) * scale)
    default:
      preconditionFailure("\(distribution) cannot be sampled yet.")
    }
  }

  /// The value that belongs to 64 well-mixed random bits.
  public func sample(_ bits: UInt64) -> Double {
    switch method {
    case .constant: return a
    case .exponential: return a * Elementary.logOfUniform(uniform(~bits))
    case .uniform: return a + b * uniform(bits)
    case .other: return a
    }
  }

  /// The value that belongs to 64 well-mixed random bits, of a distribution in seconds.
  ///
  /// - Returns: Whole nanoseconds, at least 0 and at most ``Nanoseconds/longest``.
  public func nanoseconds(_ bits: UInt64) -> Nanoseconds {
    Nanoseconds.seconds(sample(bits))
  }
}
