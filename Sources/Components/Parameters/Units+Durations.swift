public import Kernel

extension Units {
  /// Reads a duration: `5ms`, `1min30s`, `0`.
  ///
  /// - Throws: If it has no unit, an unknown one, is negative after the first part, or is longer
  ///   than the clock allows.
  public static func duration(_ text: String) throws(UnitProblem) -> Nanoseconds {
    let nanoseconds = try nanoseconds(text).rounded()
    guard abs(nanoseconds) <= Double(Nanoseconds.longest) else {
      throw UnitProblem(
        "'\(text)' is longer than the simulator's clock",
        help: "the longest duration is \(format(duration: Nanoseconds.longest))")
    }
    return Nanoseconds(nanoseconds)
  }

  /// Reads a duration in seconds, as precise as it is written: `0.25ns` stays a quarter.
  public static func seconds(_ text: String) throws(UnitProblem) -> Double {
    let nanoseconds = try nanoseconds(text)
    guard abs(nanoseconds) <= Double(Nanoseconds.longest) else { _ = try duration(text); return 0 }
    return nanoseconds / 1e9
  }

  /// A duration in nanoseconds, not rounded.
  private static func nanoseconds(_ text: String) throws(UnitProblem) -> Double {
    var rest = text[...]
    var total = 0.0
    var lastUnit = Double.infinity
    while true {
      guard let number = leadingNumber(rest),
        rest.startIndex == text.startIndex || number.value >= 0
      else {
        throw UnitProblem("'\(text)' is not a duration", help: "write '5ms', '5s' or '1min30s'")
      }
      let unitText = trimmedStart(number.rest)
      let name = unitText.prefix { $0.isLetter }
      if name.isEmpty {
        if number.value == 0, number.rest.isEmpty, rest.startIndex == text.startIndex { return 0 }
        throw missingUnit(text)
      }
      guard let unit = times.first(where: { $0.name == name }) else {
        throw unknownUnit(name, of: text[..<number.rest.startIndex])
      }
      guard unit.nanoseconds < lastUnit else {
        throw UnitProblem(
          "'\(text)' names its units out of order", help: "write the longest first, as in '1min30s'"
        )
      }
      total +=
        text.hasPrefix("-")
        ? -abs(number.value) * unit.nanoseconds
        : number.value * unit.nanoseconds
      lastUnit = unit.nanoseconds
      rest = trimmedStart(unitText.dropFirst(name.count))
      if rest.isEmpty { return total }
    }
  }

  private static func missingUnit(_ text: String) -> UnitProblem {
    guard leadingNumber(text[...])?.rest.isEmpty == true else {
      return UnitProblem("'\(text)' is not a duration", help: "write '5ms', '5s' or '1min30s'")
    }
    return UnitProblem(
      "the duration '\(text)' has no unit", help: "write '\(text)ms' or '\(text)s'")
  }

  private static func unknownUnit(_ name: Substring, of number: Substring) -> UnitProblem {
    let meanings = [
      "sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s", "m": "min", "mins": "min",
      "minute": "min", "minutes": "min", "hour": "h", "hours": "h", "hr": "h", "hrs": "h",
      "H": "h", "day": "d", "days": "d", "D": "d", "msec": "ms", "millis": "ms", "MS": "ms",
      "milliseconds": "ms", "usec": "us", "microseconds": "us", "nanoseconds": "ns",
    ]
    let proposal = meanings[String(name)].map { "write '\(number)\($0)'; " } ?? ""
    return UnitProblem(
      "'\(name)' is not a unit of time",
      help: "\(proposal)the units are ns, us, ms, s, min, h and d")
  }

  private static func trimmedStart(_ text: Substring) -> Substring { text.drop { $0 == " " } }
}
