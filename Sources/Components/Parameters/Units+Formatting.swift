public import Kernel

extension Units {
  /// A duration as it would be written: `5min`, `1.5ms`.
  public static func format(duration: Nanoseconds) -> String {
    guard duration != 0 else { return "0s" }
    let sign = duration < 0 ? "-" : ""
    let magnitude = duration.magnitude
    let long: [(String, UInt64)] = [
      ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("min", 60_000_000_000),
    ]
    for (unit, length) in long where magnitude % length == 0 {
      return "\(sign)\(magnitude / length)\(unit)"
    }
    let short: [(String, UInt64)] = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)]
    for (unit, length) in short where magnitude >= length {
      let whole = magnitude / length
      return "\(sign)\(whole)\(decimals(magnitude % length, of: length))\(unit)"
    }
    return "\(sign)\(magnitude)ns"
  }

  /// A duration in seconds as it would be written, to the nanosecond.
  public static func format(seconds: Double) -> String {
    guard abs(seconds) < Nanoseconds.longest.inSeconds else { return "\(format(number: seconds))s" }
    let nanoseconds = seconds * 1e9
    guard nanoseconds == 0 || abs(nanoseconds) >= 1 else {
      return "\(format(number: nanoseconds))ns"
    }
    return format(duration: Nanoseconds(nanoseconds.rounded()))
  }

  /// A number without a superfluous `.0`.
  public static func format(number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A share in percent: `20%`.
  public static func format(share: Double) -> String {
    "\(format(number: tidied(share * 100)))%"
  }

  /// A rate: `200/s`, `10/min`.
  public static func format(rate: Double) -> String {
    for (unit, seconds) in [("s", 1.0), ("min", 60), ("h", 3_600), ("d", 86_400)] {
      let value = tidied(rate * seconds)
      if value == value.rounded() || rate * seconds >= 1 {
        return "\(format(number: value))/\(unit)"
      }
    }
    return "\(format(number: rate))/s"
  }

  /// A size in the largest unit that divides it: `1KiB`, `10MB`.
  public static func format(size: Int) -> String {
    guard size != 0 else { return "0B" }
    for unit in sizes.reversed() where size % Int(unit.bytes) == 0 {
      return "\(size / Int(unit.bytes))\(unit.name)"
    }
    return "\(size)B"
  }

  /// An amount of US dollars: `10USD`.
  public static func format(money: Double) -> String { "\(format(number: money))USD" }

  /// Rounds away what the multiplication by a unit added to a decimal number.
  private static func tidied(_ value: Double) -> Double {
    abs(value) < 1e6 ? (value * 1e9).rounded() / 1e9 : value
  }

  /// The decimals of a fraction `part / whole`, with their point, `whole` a power of ten.
  private static func decimals(_ part: UInt64, of whole: UInt64) -> String {
    guard part != 0 else { return "" }
    var digits = String(whole + part).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return ".\(digits)"
  }
}
