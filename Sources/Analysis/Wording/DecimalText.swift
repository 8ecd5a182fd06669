/// Decimal notation with a chosen precision, the same on every machine and in every locale.
enum DecimalText {
  /// The value with exactly `places` digits after the point, its thousands separated by commas.
  ///
  /// Halves round away from zero. Values too large for that are written in full precision.
  static func fixed(_ value: Double, places: Int) -> String {
    let scale = powersOfTen[places]
    let scaled = (value.magnitude * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let units = Int64(scaled)
    let whole = grouped(units / Int64(scale))
    let sign = value < 0 && units > 0 ? "-" : ""
    guard places > 0 else { return sign + whole }
    let fraction = String(units % Int64(scale))
    return sign + whole + "." + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// The value with `digits` significant digits, but all digits before the point.
  ///
  /// Zeros at the end of the fraction are left out: 5.30 is written 5.3.
  static func significant(_ value: Double, digits: Int) -> String {
    trimmed(fixed(value, places: places(value, digits: digits)))
  }

  /// The value rounded as ``significant(_:digits:)`` writes it.
  static func rounded(_ value: Double, digits: Int) -> Double {
    let scale = powersOfTen[places(value, digits: digits)]
    return (value * scale).rounded() / scale
  }

  /// The digits after the point that give so many significant digits.
  static func places(_ value: Double, digits: Int) -> Int {
    var places = digits - 1
    var bound = 10.0
    while places > 0, value.magnitude >= bound {
      places -= 1
      bound *= 10
    }
    var least = 1.0
    while places < powersOfTen.count - 1, value != 0, value.magnitude < least {
      places += 1
      least /= 10
    }
    return places
  }

  /// Leaves out zeros at the end of a fraction.
  static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var digits = Substring(text)
    while digits.last == "0" { digits.removeLast() }
    if digits.last == "." { digits.removeLast() }
    return String(digits)
  }

  /// Separates the thousands by commas.
  private static func grouped(_ whole: Int64) -> String {
    let digits = Array(String(whole))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  private static let powersOfTen: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]
}
