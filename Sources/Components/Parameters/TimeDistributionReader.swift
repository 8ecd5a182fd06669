import Kernel

/// Reads the map form of a random time: one key that names the distribution.
struct TimeDistributionReader {
  private static let positive = Double.leastNonzeroMagnitude...Double.infinity
  private static let positiveTime =
    Double.leastNonzeroMagnitude...Nanoseconds.longest.inSeconds
  private static let anyTime = 0...Nanoseconds.longest.inSeconds
  private static let example: [(name: String, text: String)] = [
    ("constant", "constant: 5ms"),
    ("exponential", "exponential: 5ms"),
    ("uniform", "uniform: {from: 1ms, to: 3ms}"),
    ("erlang", "erlang: {shape: 4, mean: 5ms}"),
    ("gamma", "gamma: {mean: 5ms, cv: 50%}"),
    ("normal", "normal: {mean: 5ms, sd: 1ms}"),
    ("lognormal", "lognormal: {mean: 5ms, cv: 80%}"),
    ("weibull", "weibull: {shape: 1.5, scale: 5ms}"),
    ("pareto", "pareto: {shape: 2.5, min: 1ms}"),
    ("hyperexponential", "hyperexponential: [{weight: 90%, mean: 1ms}, {weight: 10%, mean: 9ms}]"),
    ("mixture", "mixture: [{weight: 9, time: 1ms}, {weight: 1, time: exponential 9ms}]"),
    ("empirical", "empirical: {values: [1ms, 2ms], weights: [3, 1]}"),
  ]

  private var reader: ParameterReader
  private let setting: Setting
  private let owner: String

  init(reading setting: Setting, context: ReadingContext, owner: String) {
    self.reader = ParameterReader(reading: setting, context: context, owner: owner)
    self.setting = setting
    self.owner = owner
  }

  /// The names of the distributions.
  static var names: [String] { example.map(\.name) }

  /// How a distribution is written.
  static func example(of name: String) -> String {
    example.first { $0.name == name }?.text ?? "exponential: 5ms"
  }

  /// Reads the distribution; nil if what is written is wrong, which is then reported.
  mutating func read() -> Distribution? {
    guard let name = reader.keys.first else { return nil }
    guard let value = setting[name], !value.isNull else {
      reader.report(
        "\(owner): '\(name)' has no value", at: setting, help: "write '\(Self.example(of: name))'")
      return nil
    }
    switch name {
    case "constant": return .constant(time(name, Self.anyTime))
    case "exponential": return .exponential(mean: time(name, Self.positiveTime))
    case "hyperexponential": return hyperexponential()
    case "mixture": return mixture()
    case "empirical": return empirical(value)
    case "zipf":
      reader.report("\(owner): zipf is for keys, not for times", at: setting)
      return nil
    default: return family(name, value)
    }
  }

  /// The distributions that take a map of parameters.
  private mutating func family(_ name: String, _ value: Setting) -> Distribution? {
    let read: ((inout ParameterReader) -> Distribution)? =
      switch name {
      case "uniform": Self.uniform
      case "erlang": Self.erlang
      case "gamma": Self.gamma
      case "normal": Self.normal
      case "lognormal": Self.lognormal
      case "weibull": Self.weibull
      case "pareto": Self.pareto
      default: nil
      }
    guard let read else {
      reader.report(
        "\(owner): there is no distribution '\(name)'", at: setting,
        help: Spelling.help(for: name, among: Self.names))
      return nil
    }
    guard value.map != nil else {
      reader.report(
        "\(owner): '\(name)' takes a map of parameters, not \(value.form)", at: value,
        help: "write '\(Self.example(of: name))'")
      return nil
    }
    return reader.section(name, "The parameters.", required: true, read: read)
  }

  private mutating func time(_ name: String, _ range: ClosedRange<Double>) -> Double {
    reader.read(name, nil, .seconds(range), "A time.", "definition")
  }
}

extension TimeDistributionReader {
  private static func mean(_ reader: inout ParameterReader) -> Double {
    reader.read("mean", nil, .seconds(positiveTime), "Its mean.", "definition")
  }

  private static func shape(_ reader: inout ParameterReader) -> Double {
    reader.number("shape", default: nil, in: 1e-3...1e6, unit: "1", "Its shape.")
  }

  private static func uniform(_ reader: inout ParameterReader) -> Distribution {
    let low = reader.read("from", nil, .seconds(anyTime), "The least time.", "definition")
    let high = reader.read("to", nil, .seconds(anyTime), "The longest time.", "definition")
    if low > high, reader.has("to") { reader.report("'to' is below 'from'", at: "to") }
    return .uniform(low: low, high: max(low, high))
  }

  private static func erlang(_ reader: inout ParameterReader) -> Distribution {
    let shape = reader.count("shape", default: nil, in: 1...1_000, "How many times are added up.")
    return .erlang(shape: shape, mean: mean(&reader))
  }

  private static func gamma(_ reader: inout ParameterReader) -> Distribution {
    let mean = mean(&reader)
    if reader.has("shape") {
      if reader.has("cv") { reader.report("give 'shape' or 'cv', not both", at: "cv") }
      _ = reader.optionalShare("cv", in: positive, "The coefficient of variation.")
      return .gamma(shape: shape(&reader), mean: mean)
    }
    let variation = reader.share(
      "cv", default: nil, in: 1e-3...30, "The coefficient of variation.")
    return .gamma(shape: 1 / (variation * variation), mean: mean)
  }

  private static func normal(_ reader: inout ParameterReader) -> Distribution {
    let mean = reader.read("mean", nil, .seconds(anyTime), "Its mean, uncut.", "definition")
    let deviation = reader.read("sd", nil, .seconds(positiveTime), "Its deviation.", "definition")
    let low = reader.read("min", 0, .seconds(anyTime), "The least time.", "definition")
    let quantity = Quantity.seconds(anyTime)
    let high =
      reader.has("max")
      ? reader.read("max", nil, quantity, "The longest time.", "definition") : .infinity
    if low >= high { reader.report("'max' is not above 'min'", at: "max") }
    return .truncatedNormal(
      mean: mean, standardDeviation: deviation, low: low, high: max(low, high))
  }

  private static func lognormal(_ reader: inout ParameterReader) -> Distribution {
    if reader.has("p50") || reader.has("p95") {
      let median = reader.read("p50", nil, .seconds(positiveTime), "The median.", "definition")
      let high = reader.read(
        "p95", nil, .seconds(positiveTime), "The 95th percentile.", "definition")
      if reader.has("p50"), reader.has("p95"), high <= median {
        reader.report("'p95' is not above 'p50'", at: "p95")
      }
      return .lognormalQuantiles(p50: median, p95: high)
    }
    let variation = reader.share("cv", default: nil, in: positive, "The coefficient of variation.")
    return .lognormal(mean: mean(&reader), coefficientOfVariation: variation)
  }

  private static func weibull(_ reader: inout ParameterReader) -> Distribution {
    let scale = reader.read("scale", nil, .seconds(positiveTime), "Its scale.", "definition")
    return .weibull(shape: shape(&reader), scale: scale)
  }

  private static func pareto(_ reader: inout ParameterReader) -> Distribution {
    let least = reader.read("min", nil, .seconds(positiveTime), "The least time.", "definition")
    return .pareto(shape: shape(&reader), minimum: least)
  }
}

extension TimeDistributionReader {
  private mutating func hyperexponential() -> Distribution? {
    let branches = reader.sections("hyperexponential", "The exponential times.") { branch in
      let weight = branch.read("weight", nil, .weight, "How often it is chosen.", "definition")
      return Distribution.Branch(weight: weight, mean: Self.mean(&branch))
    }
    guard !branches.isEmpty else { return reportEmpty("hyperexponential") }
    return .hyperexponential(branches)
  }

  private mutating func mixture() -> Distribution? {
    let parts = reader.sections("mixture", "The distributions.") { part in
      let weight = part.read("weight", nil, .weight, "How often it is chosen.", "definition")
      let time = part.timeDistribution("time", default: nil, "What is chosen.")
      return Distribution.Part(weight: weight, distribution: time)
    }
    guard !parts.isEmpty else { return reportEmpty("mixture") }
    return .mixture(parts)
  }

  private mutating func empirical(_ value: Setting) -> Distribution? {
    if value.text != nil {
      return EmpiricalFile(named: value, context: reader.context).read()
    }
    return reader.section("empirical", "The values.", required: true) { section in
      let values = section.times("values")
      var weights = [Double](repeating: 1, count: values.count)
      if section.has("weights") {
        weights = section.weights("weights")
        if weights.count != values.count {
          section.report(
            "there are \(weights.count) weights for \(values.count) values", at: "weights")
          weights = [Double](repeating: 1, count: values.count)
        }
      }
      return .empirical(
        values: values.isEmpty ? [0] : values, weights: values.isEmpty ? [1] : weights)
    }
  }

  private func reportEmpty(_ name: String) -> Distribution? {
    if let value = setting[name], value.list?.isEmpty == true {
      reader.report("\(owner): '\(name)' is empty", at: value)
    }
    return nil
  }
}

extension ParameterReader {
  /// Reads a list of at least one duration, in seconds.
  fileprivate mutating func times(_ name: String) -> [Double] {
    quantities(name, .seconds(0...Nanoseconds.longest.inSeconds), "The times.")
  }

  /// Reads a list of at least one weight.
  fileprivate mutating func weights(_ name: String) -> [Double] {
    quantities(name, .weight, "The weight of each value.")
  }

  private mutating func quantities(
    _ name: String, _ quantity: Quantity<Double>, _ summary: String
  ) -> [Double] {
    guard let setting = setting(name, summary, required: true) else { return [] }
    guard let elements = setting.list, !elements.isEmpty else {
      report(
        "'\(name)' takes a list of at least one value", at: setting, help: "write '[1ms, 2ms]'")
      return []
    }
    return elements.map { element in
      do throws(UnitProblem) {
        return try quantity.read(element.text ?? "")
      } catch {
        report("'\(name)': \(error.message)", at: element, help: error.help)
        return quantity.range.lowerBound
      }
    }
  }
}
