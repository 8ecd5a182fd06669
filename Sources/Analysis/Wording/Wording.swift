/// Values as people write them: `24.1 ms`, `0.06%`, `1,200/s`, `$118.50`.
public enum Wording {
  /// A duration in seconds with three significant digits and a fitting unit.
  ///
  /// From two minutes on it is written as on a clock: `2 min 15 s`, `1 h 5 min`.
  public static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "–" }
    if seconds < 0 { return "-" + duration(-seconds) }
    if seconds == 0 { return "0 s" }
    guard let unit = fittingUnit(seconds) else { return clock(seconds) }
    return DecimalText.significant(seconds / unit.length, digits: 3) + " " + unit.name
  }

  /// The unit in which a duration above zero has one to three digits before the point; nil if it is
  /// written as on a clock.
  static func fittingUnit(_ seconds: Double) -> (name: String, length: Double)? {
    if seconds.rounded() >= 120 { return nil }
    for (name, length) in [("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3)]
    where DecimalText.rounded(seconds / length, digits: 3) < 1000 {
      return (name, length)
    }
    return ("s", 1)
  }

  /// Whole seconds as minutes and seconds, or whole minutes as hours and minutes.
  private static func clock(_ seconds: Double) -> String {
    guard seconds < 9e15 else { return "\(seconds) s" }
    let whole = Int64(seconds.rounded())
    if whole < 3600 { return parts((whole / 60, "min"), (whole % 60, "s")) }
    let minutes = Int64((seconds / 60).rounded())
    if minutes < 48 * 60 { return parts((minutes / 60, "h"), (minutes % 60, "min")) }
    let hours = Int64((seconds / 3600).rounded())
    return parts((hours / 24, "d"), (hours % 24, "h"))
  }

  private static func parts(_ large: (Int64, String), _ small: (Int64, String)) -> String {
    let first = "\(large.0) \(large.1)"
    return small.0 == 0 ? first : "\(first) \(small.0) \(small.1)"
  }

  /// A moment of a run as minutes and seconds: `1:30`, `75:00`.
  public static func moment(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0, seconds < 9e15 else { return "–" }
    let whole = Int64(seconds.rounded())
    let rest = whole % 60
    return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  /// A share as a percentage; what is less than all never reads 100%.
  public static func share(_ share: Double) -> String {
    guard share.isFinite else { return "–" }
    let percent = share * 100
    let toAll = 100 - percent
    if toAll > 0, toAll < 0.5 {
      let places = toAll >= 0.05 ? 1 : toAll >= 0.005 ? 2 : toAll >= 0.0005 ? 3 : 4
      if toAll < 0.00005 { return ">99.9999%" }
      return DecimalText.fixed(percent, places: places) + "%"
    }
    if percent > 0, percent < 0.0001 { return "<0.0001%" }
    return DecimalText.significant(percent, digits: percent.magnitude < 1 ? 2 : 3) + "%"
  }

  /// A number per second.
  public static func rate(_ perSecond: Double) -> String { count(perSecond) + "/s" }

  /// A number of things, perhaps a mean: three significant digits, but all whole digits.
  public static func count(_ count: Double) -> String {
    guard count.isFinite else { return "–" }
    return DecimalText.significant(count, digits: 3)
  }

  /// An amount of US dollars to the cent; below one cent two significant digits.
  public static func money(_ dollars: Double) -> String {
    guard dollars.isFinite else { return "–" }
    let sign = dollars < 0 ? "-" : ""
    let amount = dollars.magnitude
    if amount > 0, amount < 0.01 { return sign + "$" + DecimalText.significant(amount, digits: 2) }
    return sign + "$" + DecimalText.fixed(amount, places: 2)
  }

  /// A ratio as a number of times: `219`, `1.25`.
  public static func factor(_ ratio: Double) -> String { count(ratio) }

  /// A name in snake case as words: `connection_refused` is `connection refused`.
  public static func words(_ name: String) -> String {
    name.split(separator: "_").joined(separator: " ")
  }

  /// Words joined as in a sentence: `a`, `a and b`, `a, b and c`.
  public static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
