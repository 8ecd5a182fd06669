/// How a quantity with a range is read, checked, written and described.
struct Quantity<Value: Comparable & Numeric> {
  let type: ParameterDescription.ValueType
  let unit: String?
  let range: ClosedRange<Value>
  let format: (Value) -> String
  private let parse: (String) throws(UnitProblem) -> Value

  init(
    _ type: ParameterDescription.ValueType, unit: String?, _ range: ClosedRange<Value>,
    _ format: @escaping (Value) -> String,
    _ parse: @escaping (String) throws(UnitProblem) -> Value
  ) {
    self.type = type
    self.unit = unit
    self.range = range
    self.format = format
    self.parse = parse
  }

  /// Reads a value and checks that it is in the range.
  func read(_ text: String) throws(UnitProblem) -> Value {
    let value = try parse(text)
    guard !range.contains(value) else { return value }
    let isNegative = value < 0 && range.lowerBound >= 0
    let problem =
      isNegative ? "is negative" : value < range.lowerBound ? "is too little" : "is too much"
    throw UnitProblem("'\(text)' \(problem)", help: help(for: text, value))
  }

  /// What the reference says about a parameter of this quantity.
  func description(
    _ name: String, _ defaultText: String?, isRequired: Bool, _ summary: String, _ source: String
  ) -> ParameterDescription {
    ParameterDescription(
      name: name, type: type, unit: unit, defaultValue: defaultText, isRequired: isRequired,
      range: rangeText, summary: summary, source: source)
  }

  private func help(for text: String, _ value: Value) -> String? {
    if type == .share, !text.hasSuffix("%"), value > range.upperBound, range.upperBound == 1 {
      return "a share is at most 1; write '\(text)%' for percent"
    }
    return "it may be \(rangeText ?? "any value")"
  }

  /// The range in words: "1 to 5", "at least 0s", nil if it has no ends.
  private var rangeText: String? {
    let low = isEndless(range.lowerBound) ? nil : lowText
    let high = isEndless(range.upperBound) ? nil : format(range.upperBound)
    switch (low, high) {
    case (let low?, let high?): return "\(low) to \(high)"
    case (let low?, nil): return isPositive ? low : "at least \(low)"
    case (nil, let high?): return "at most \(high)"
    case (nil, nil): return nil
    }
  }

  private var lowText: String { isPositive ? "more than \(format(0))" : format(range.lowerBound) }

  /// Whether the range is everything above zero, without zero itself.
  private var isPositive: Bool { range.lowerBound as? Double == .leastNonzeroMagnitude }

  /// Whether an end of the range stands for "no end".
  private func isEndless(_ end: Value) -> Bool {
    switch end {
    case let end as Double: abs(end) >= 1e300
    case let end as Int64: end.magnitude >= 4_000_000_000_000_000_000
    case let end as Int: end == .max || end == .min
    default: false
    }
  }
}

extension Quantity where Value == Double {
  /// A share, written in percent or as a number.
  static func share(_ range: ClosedRange<Double>) -> Quantity {
    Quantity(.share, unit: "share", range, Units.format(share:), Units.share)
  }

  /// A duration in seconds, not rounded to nanoseconds.
  static func seconds(_ range: ClosedRange<Double>) -> Quantity {
    Quantity(.duration, unit: "s", range, Units.format(seconds:), Units.seconds)
  }

  /// An amount of US dollars.
  static var money: Quantity {
    Quantity(.money, unit: "USD", 0...(.infinity), Units.format(money:), Units.money)
  }

  /// A weight beside others: a positive number or share.
  static var weight: Quantity {
    Quantity(
      .number, unit: "1", Double.leastNonzeroMagnitude...1e12, Units.format(number:), Units.share)
  }
}
