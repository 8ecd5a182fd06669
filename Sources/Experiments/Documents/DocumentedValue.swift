import Components

/// A printed value: what it says, and the values that it can stand for.
public struct DocumentedValue: Sendable, Hashable {
  /// As written in the experiment file.
  public var text: String
  /// The value in seconds, bytes, dollars, a share, a count or a number per second; the lower end
  /// of a range; nil if it is a word.
  public var number: Double?
  /// The values that the print can stand for: "4.8 s" is 4.75 to 4.85 s.
  public var bounds: Bounds?
  /// Whether it is a range or only a bound.
  public var isRange: Bool

  /// A printed value.
  public init(text: String, number: Double?, bounds: Bounds?, isRange: Bool = false) {
    self.text = text
    self.number = number
    self.bounds = bounds
    self.isRange = isRange
  }

  /// Whether something never happens.
  public var isNever: Bool { text == "never" }
}

/// Reads printed values, whose last digit tells their precision.
struct DocumentedValueReader {
  /// The form of what is documented.
  let form: DocumentedQuantity.Form
  /// Whether what is printed is meant to the last digit, as settings and counts are.
  let isExact: Bool

  /// `4.8s`, `2ms..50ms`, `at least 800/s`, `at most 5ms`, a word.
  func read(_ text: String) throws(UnitProblem) -> DocumentedValue {
    switch form {
    case .word: return DocumentedValue(text: text, number: nil, bounds: nil)
    case .flag:
      guard text == "yes" || text == "no" else {
        throw UnitProblem("'\(text)' is neither yes nor no", help: "write 'yes' or 'no'")
      }
      return DocumentedValue(text: text, number: nil, bounds: nil)
    case .moment where text == "never":
      return DocumentedValue(text: text, number: nil, bounds: nil)
    default: return try number(text)
    }
  }

  private func number(_ text: String) throws(UnitProblem) -> DocumentedValue {
    for (word, isLeast) in [("at least ", true), ("at most ", false)] where text.hasPrefix(word) {
      let end = try single(String(text.dropFirst(word.count)))
      let bounds = isLeast ? Bounds(end.bounds.low, .infinity) : Bounds(0, end.bounds.high)
      return DocumentedValue(text: text, number: end.number, bounds: bounds, isRange: true)
    }
    if let dots = text.firstRange(of: "..") {
      let low = try single(String(text[..<dots.lowerBound]))
      let high = try single(String(text[dots.upperBound...]))
      guard low.number <= high.number else {
        throw UnitProblem(
          "the range '\(text)' ends before it begins", help: "write the least first")
      }
      return DocumentedValue(
        text: text, number: low.number, bounds: Bounds(low.bounds.low, high.bounds.high),
        isRange: true)
    }
    let value = try single(text)
    return DocumentedValue(text: text, number: value.number, bounds: value.bounds)
  }

  /// One printed number with its unit, widened by half of its last digit.
  private func single(_ text: String) throws(UnitProblem) -> (number: Double, bounds: Bounds) {
    let number = try value(text)
    guard number >= 0 else {
      throw UnitProblem("'\(text)' is negative", help: "write how much it is, without a sign")
    }
    let half = isExact ? 0 : precision(text) / 2
    return (number, Bounds(max(0, number - half), number + half))
  }

  private func value(_ text: String) throws(UnitProblem) -> Double {
    switch form {
    case .duration: return try Units.seconds(text)
    case .moment: return try moment(text)
    case .count, .number: return try Units.number(text)
    case .rate: return try Units.rate(text)
    case .share:
      let share = try Units.share(text)
      guard text.hasSuffix("%") || share <= 1 else {
        throw UnitProblem("'\(text)' is not a share", help: "write '\(text)%'")
      }
      return share
    case .size: return Double(try Units.size(text))
    case .dataRate: return try dataRate(text)
    case .money: return try Units.money(text)
    case .flag, .word: return 0
    }
  }

  /// What one more in the last printed digit is worth: 0.1 s of "4.8s".
  private func precision(_ text: String) -> Double {
    let digits = text.drop { $0 == "$" }.prefix { $0.isNumber || $0 == "." }
    let rest = text.drop { $0 == "$" }.dropFirst(digits.count)
    if form == .moment, rest.hasPrefix(":") { return 1 }
    let sign = text.hasPrefix("$") ? "$" : ""
    // "1min30s" is precise to its last unit, and that unit is what follows the last digit.
    let unit = rest.reversed().prefix { !$0.isNumber }.reversed()
    let decimals = digits.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    let places = rest.contains(where: \.isNumber) ? 0 : decimals.first?.count ?? 0
    let one = (try? value("\(sign)1\(String(unit))")) ?? 0
    var precision = one
    for _ in 0..<min(places, 20) { precision /= 10 }
    return precision
  }

  /// A moment on the clock of a run: `1:30` is a minute and a half.
  private func moment(_ text: String) throws(UnitProblem) -> Double {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return try Units.seconds(text) }
    guard let minutes = Int(parts[0]), let seconds = Int(parts[1]), (0..<60).contains(seconds),
      (0...1_000_000).contains(minutes)
    else {
      throw UnitProblem("'\(text)' is not a moment", help: "write '1:30', '90s' or 'never'")
    }
    return Double(minutes * 60 + seconds)
  }

  /// Bytes per time: `500MB/h`.
  private func dataRate(_ text: String) throws(UnitProblem) -> Double {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw UnitProblem("'\(text)' is not a rate of bytes", help: "write '500MB/h' or '25MB/s'")
    }
    return Double(try Units.size(String(parts[0]))) * (try Units.rate("1/\(parts[1])"))
  }
}
