import Kernel

/// Reads quantities as people write them: `5ms`, `200/s`, `1KiB`, `20%`, `10USD`.
///
/// A unit is always required but for zero, which is the same in every unit. Only decimal digits
/// are numbers: `nan`, `inf` and hexadecimal are not.
public enum Units {
  /// The nanoseconds of each unit of time.
  static let times: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 60e9),
    ("h", 3_600e9), ("d", 86_400e9),
  ]

  /// The bytes of each unit of size: thousands for KB and MB, 1,024 for KiB and MiB.
  static let sizes: [(name: String, bytes: Double)] = [
    ("B", 1), ("KB", 1e3), ("KiB", 1_024), ("MB", 1e6), ("MiB", 1_048_576), ("GB", 1e9),
    ("GiB", 1_073_741_824), ("TB", 1e12), ("TiB", 1_099_511_627_776),
  ]

  /// A number at the beginning of a text, and what follows it; nil if there is none.
  ///
  /// A number is an optional sign, digits with at most one point among them, and an optional
  /// exponent, small enough to be finite.
  static func leadingNumber(_ text: Substring) -> (value: Double, rest: Substring)? {
    let bytes = text.utf8
    var end = bytes.startIndex
    func skipDigits() -> Int {
      let start = end
      while end < bytes.endIndex, (48...57).contains(bytes[end]) { end = bytes.index(after: end) }
      return bytes.distance(from: start, to: end)
    }
    func skip(_ characters: String) -> Bool {
      guard end < bytes.endIndex, characters.utf8.contains(bytes[end]) else { return false }
      end = bytes.index(after: end)
      return true
    }
    _ = skip("+-")
    var digits = skipDigits()
    let beforePoint = end
    if skip(".") {
      let decimals = skipDigits()
      if decimals == 0 { end = beforePoint }
      digits += decimals
    }
    guard digits > 0 else { return nil }
    let beforeExponent = end
    if skip("eE") {
      _ = skip("+-")
      if skipDigits() == 0 { end = beforeExponent }
    }
    guard let value = Double(text[..<end]), value.isFinite else { return nil }
    return (value, text[end...])
  }

  /// Reads a plain number.
  public static func number(_ text: String) throws(UnitProblem) -> Double {
    guard let (value, rest) = leadingNumber(text[...]) else {
      throw UnitProblem("'\(text)' is not a number", help: "write digits, such as '12' or '0.5'")
    }
    guard rest.isEmpty else {
      let plain = text.filter { !",_ '".contains($0) }
      let isGrouped = plain != text && leadingNumber(plain[...])?.rest.isEmpty == true
      throw UnitProblem(
        "'\(text)' is not a plain number",
        help: isGrouped
          ? "write '\(plain)'" : "it has no unit here; write '\(text.dropLast(rest.count))'")
    }
    let digits = text.drop { $0 == "-" || $0 == "+" }
    if digits.count > 1, digits.hasPrefix("0"), digits.dropFirst().first?.isNumber == true {
      throw UnitProblem(
        "'\(text)' begins with a zero, which some read as octal",
        help: "write it without the leading zero")
    }
    return value
  }

  /// Reads a whole number; `1e6` is one, `1.5` is not.
  public static func count(_ text: String) throws(UnitProblem) -> Int {
    let value = try number(text)
    guard let count = Int(exactly: value) else {
      throw UnitProblem("'\(text)' is not a whole number", help: "write digits only")
    }
    return count
  }

  /// Reads a share: `20%` or `0.2`.
  public static func share(_ text: String) throws(UnitProblem) -> Double {
    if text.hasSuffix("%"), let (value, rest) = leadingNumber(text.dropLast()),
      rest.allSatisfy({ $0 == " " })
    {
      let digits = text.dropLast(rest.count + 1)
      return Double("\(digits)e-2") ?? value / 100  // so that 99.9% is the double nearest to 0.999
    }
    guard let (value, rest) = leadingNumber(text[...]), rest.isEmpty else {
      throw UnitProblem("'\(text)' is not a share", help: "write '20%' or '0.2'")
    }
    return value
  }

  /// Reads a rate in events per second: `200/s`, `10/min`.
  public static func rate(_ text: String) throws(UnitProblem) -> Double {
    guard let (value, rest) = leadingNumber(text[...]) else {
      throw UnitProblem("'\(text)' is not a rate", help: "write '200/s' or '10/min'")
    }
    if rest.isEmpty {
      guard value != 0 else { return 0 }
      throw UnitProblem(
        "the rate '\(text)' has no unit", help: "write '\(text)/s' or '\(text)/min'")
    }
    let unit = trimmed(rest)
    guard unit.hasPrefix("/"),
      let time = times.first(where: { $0.name == trimmed(unit.dropFirst()) })
    else {
      throw UnitProblem(
        "'\(unit)' is not a unit of rates",
        help: "write '\(text.dropLast(rest.count))/s'; the units are /ms, /s, /min, /h and /d")
    }
    return value * 1e9 / time.nanoseconds
  }

  /// Reads a size in bytes: `512B`, `10KB`, `1KiB`.
  public static func size(_ text: String) throws(UnitProblem) -> Int {
    guard let (value, rest) = leadingNumber(text[...]) else {
      throw UnitProblem("'\(text)' is not a size", help: "write '512B', '10KB' or '1KiB'")
    }
    if rest.isEmpty {
      guard value != 0 else { return 0 }
      throw UnitProblem(
        "the size '\(text)' has no unit", help: "write '\(text)B' or '\(text)KiB'")
    }
    let name = trimmed(rest)
    guard let unit = sizes.first(where: { $0.name == name }) else {
      let digits = text.dropLast(rest.count)
      let near = sizes.map(\.name).filter { $0.lowercased() == name.lowercased() }
      let guess = near.first ?? name.first.map { "\($0.uppercased())B" } ?? "B"
      let proposal = sizes.contains { $0.name == guess } ? guess : "KB"
      throw UnitProblem(
        "'\(name)' is not a unit of size",
        help: "write '\(digits)\(proposal)'; KB is 1,000 bytes, KiB is 1,024")
    }
    guard let bytes = Int(exactly: (value * unit.bytes)) else {
      throw UnitProblem("'\(text)' is not a whole number of bytes that fits")
    }
    return bytes
  }

  /// Reads an amount of US dollars: `10USD`, `$10`, `10.50 USD`.
  public static func money(_ text: String) throws(UnitProblem) -> Double {
    let help = "write '10USD' or '$10'"
    let afterSign = text.hasPrefix("$") ? text.dropFirst() : text[...]
    guard let (value, rest) = leadingNumber(afterSign) else {
      throw UnitProblem("'\(text)' is not an amount of money", help: help)
    }
    let unit = trimmed(rest)
    if unit == "USD", !text.hasPrefix("$") { return value }
    if unit.isEmpty, text.hasPrefix("$") || value == 0 { return value }
    throw UnitProblem(
      unit.isEmpty
        ? "the amount '\(text)' has no unit" : "'\(unit)' is not a currency known here", help: help)
  }

  /// The text without the spaces around it.
  static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return text
  }
}
