/// A probability distribution of a nonnegative quantity: what a random value may be, how often.
///
/// Durations are in seconds. A distribution is a plain value that can be compared and printed;
/// ``Sampler`` turns random bits into values of it.
public indirect enum Distribution: Hashable, Sendable {
  /// Always the same value.
  case constant(Double)

  /// Every value from `low` to `high` is as likely as any other.
  case uniform(low: Double, high: Double)

  /// The time to the next of events that happen at random; its coefficient of variation is 1.
  case exponential(mean: Double)

  /// The sum of `shape` exponential times that together have the given mean.
  case erlang(shape: Int, mean: Double)

  /// The gamma distribution; its coefficient of variation is one over the root of `shape`.
  case gamma(shape: Double, mean: Double)

  /// A normal distribution without the values outside of `low` to `high`.
  ///
  /// Mean and standard deviation are those of the normal distribution before it is cut.
  case truncatedNormal(mean: Double, standardDeviation: Double, low: Double, high: Double)

  /// The exponential of a normal value, named by its own mean and coefficient of variation.
  case lognormal(mean: Double, coefficientOfVariation: Double)

  /// The exponential of a normal value, named by its median and its 95th percentile.
  case lognormalQuantiles(p50: Double, p95: Double)

  /// The Weibull distribution: a power of an exponential time.
  case weibull(shape: Double, scale: Double)

  /// The Pareto distribution: above `minimum`, a tail that falls with the power `shape`.
  case pareto(shape: Double, minimum: Double)

  /// One of several exponential times, chosen by weight.
  case hyperexponential([Branch])

  /// A value of one of several distributions, chosen by weight.
  case mixture([Part])

  /// One of the listed values, chosen by weight.
  case empirical(values: [Double], weights: [Double])

  /// A rank from 1 to `count`, chosen in proportion to one over its power `exponent`.
  case zipf(count: Int, exponent: Double)

  /// One of the exponential times of a hyperexponential distribution.
  public struct Branch: Hashable, Sendable {
    /// How often this branch is chosen, relative to the weights of the others.
    public var weight: Double

    /// The mean of the exponential time.
    public var mean: Double

    /// Creates a branch from its weight and mean.
    public init(weight: Double, mean: Double) {
      self.weight = weight
      self.mean = mean
    }
  }

  /// One of the distributions of a mixture.
  public struct Part: Hashable, Sendable {
    /// How often this part is chosen, relative to the weights of the others.
    public var weight: Double

    /// What its values are.
    public var distribution: Distribution

    /// Creates a part from its weight and distribution.
    public init(weight: Double, distribution: Distribution) {
      self.weight = weight
      self.distribution = distribution
    }
  }
}
