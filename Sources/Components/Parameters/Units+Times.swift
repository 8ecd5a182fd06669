public import Kernel

extension Units {
  /// A random time as it would be written in a file.
  public static func format(time distribution: Distribution) -> String {
    switch distribution {
    case .constant(let value): format(seconds: value)
    case .exponential(let mean): "exponential \(format(seconds: mean))"
    default: "{\(name(distribution)): \(parameters(distribution))}"
    }
  }

  private static func name(_ distribution: Distribution) -> String {
    switch distribution {
    case .constant: "constant"
    case .uniform: "uniform"
    case .exponential: "exponential"
    case .erlang: "erlang"
    case .gamma: "gamma"
    case .truncatedNormal: "normal"
    case .lognormal, .lognormalQuantiles: "lognormal"
    case .weibull: "weibull"
    case .pareto: "pareto"
    case .hyperexponential: "hyperexponential"
    case .mixture: "mixture"
    case .empirical: "empirical"
    case .zipf: "zipf"
    }
  }

  private static func parameters(_ distribution: Distribution) -> String {
    switch distribution {
    case .constant(let value), .exponential(let value): return format(seconds: value)
    case .uniform(let low, let high): return map(("from", time(low)), ("to", time(high)))
    case .erlang(let shape, let mean): return map(("shape", "\(shape)"), ("mean", time(mean)))
    case .gamma(let shape, let mean):
      return map(("shape", format(number: shape)), ("mean", time(mean)))
    case .truncatedNormal(let mean, let deviation, let low, let high):
      let cut = map(("mean", time(mean)), ("sd", time(deviation)), ("min", time(low)))
      return high.isFinite ? "\(cut.dropLast()), max: \(time(high))}" : cut
    case .lognormal(let mean, let variation):
      return map(("mean", time(mean)), ("cv", format(share: variation)))
    case .lognormalQuantiles(let median, let high):
      return map(("p50", time(median)), ("p95", time(high)))
    case .weibull(let shape, let scale):
      return map(("shape", format(number: shape)), ("scale", time(scale)))
    case .pareto(let shape, let least):
      return map(("shape", format(number: shape)), ("min", time(least)))
    case .hyperexponential(let branches):
      return list(
        branches.map { map(("weight", format(number: $0.weight)), ("mean", time($0.mean))) })
    case .mixture(let parts):
      return list(
        parts.map {
          map(("weight", format(number: $0.weight)), ("time", format(time: $0.distribution)))
        })
    case .empirical(let values, let weights):
      return map(
        ("values", list(values.map(time))), ("weights", list(weights.map(format(number:)))))
    case .zipf(let count, let exponent):
      return map(("count", "\(count)"), ("exponent", format(number: exponent)))
    }
  }

  private static func time(_ seconds: Double) -> String { format(seconds: seconds) }

  private static func list(_ elements: [String]) -> String {
    "[\(elements.joined(separator: ", "))]"
  }

  private static func map(_ entries: (String, String)...) -> String {
    "{\(entries.map { "\($0.0): \($0.1)" }.joined(separator: ", "))}"
  }
}
