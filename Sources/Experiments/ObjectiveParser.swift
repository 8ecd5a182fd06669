import Components

/// Reads the text of an objective from left to right.
struct ObjectiveParser {
  /// What is wrong, and where in the text.
  struct Failure: Error {
    var location: SourceLocation
    var length: Int
    var message: String
    var help: String?
  }

  static let example = "write 'p(99) < 500ms' or 'failure_rate < 1%'"
  private static let metrics = [
    "p", "avg", "min", "max", "failure_rate", "goodput", "throughput", "hit_rate", "instances",
    "monthly_cost",
  ]

  private let text: String
  private let scalars: [Unicode.Scalar]
  private let start: SourceLocation
  private var index = 0

  init(_ text: String, at start: SourceLocation) {
    self.text = text
    self.scalars = Array(text.unicodeScalars)
    self.start = start
  }

  /// The whole text: a metric, a comparison and a limit.
  mutating func objective(at location: SourceLocation) throws(Failure) -> Objective {
    var baseline: Objective.Name?
    let measured: (metric: Objective.Metric, endpoint: Objective.Name?)
    if peekWord() == "delta" {
      _ = word()
      try expect("(", "after 'delta'")
      measured = try metric()
      try expect(",", "and the arm to compare with")
      baseline = try name("the arm to compare with")
      try expect(")", "at the end")
    } else {
      measured = try metric()
    }
    let comparison = try comparison()
    let unit = baseline == nil ? measured.metric.unit : .share
    return Objective(
      metric: measured.metric, endpoint: measured.endpoint, baseline: baseline,
      comparison: comparison, limit: try limit(unit), text: text, location: location)
  }

  /// `p(99)`, `p95`, `avg`, `hit_rate(redis)`, each perhaps with an endpoint.
  private mutating func metric() throws(Failure) -> (Objective.Metric, Objective.Name?) {
    skipSpaces()
    let begin = index
    let word = word()
    if word == "p" {
      try expect("(", "and a percentile, as in 'p(99)'")
      let share = try percentile()
      let endpoint = take(",") ? try name("an endpoint") : nil
      try expect(")", "at the end")
      return (.percentile(share), endpoint)
    }
    if word.first == "p", word.dropFirst().first?.isNumber == true {
      index = begin + 1
      return (.percentile(try percentile()), try argument("an endpoint"))
    }
    switch word {
    case "avg": return (.average, try argument("an endpoint"))
    case "min": return (.minimum, try argument("an endpoint"))
    case "max": return (.maximum, try argument("an endpoint"))
    case "failure_rate": return (.failureRate, try argument("an endpoint"))
    case "goodput": return (.goodput, try argument("an endpoint"))
    case "throughput": return (.throughput, try argument("an endpoint"))
    case "monthly_cost": return (.monthlyCost, nil)
    case "hit_rate": return (.hitRate(component: try component(of: word)), nil)
    case "instances": return (.instances(component: try component(of: word)), nil)
    default:
      throw failure(
        begin, max(1, index - begin),
        word.isEmpty ? "a metric is expected here" : "there is no metric '\(word)'",
        word.isEmpty
          ? Self.example : Spelling.help(for: word, among: Self.metrics + ["delta"]))
    }
  }

  private mutating func percentile() throws(Failure) -> Double {
    skipSpaces()
    let begin = index
    let digits = take { ("0"..."9").contains($0) || $0 == "." }
    guard let share = try? Units.share(digits + "%"), share > 0, share < 1 else {
      throw failure(
        begin, max(1, digits.count), "a percentile is a number between 0 and 100",
        "write 'p(99)' or 'p(99.9)'")
    }
    return share
  }

  private mutating func component(of metric: String) throws(Failure) -> Objective.Name {
    try expect("(", "and the name of a component, as in '\(metric)(name)'")
    let component = try name("the name of a component")
    try expect(")", "at the end")
    return component
  }

  private mutating func argument(_ what: String) throws(Failure) -> Objective.Name? {
    guard take("(") else { return nil }
    let argument = try name(what)
    try expect(")", "at the end")
    return argument
  }

  private mutating func name(_ what: String) throws(Failure) -> Objective.Name {
    skipSpaces()
    let begin = index
    let name = take { !"(),<>= ".unicodeScalars.contains($0) }
    guard !name.isEmpty else { throw failure(begin, 1, "\(what) is expected here", nil) }
    return Objective.Name(name, at: location(begin))
  }

  private mutating func comparison() throws(Failure) -> Objective.Comparison {
    skipSpaces()
    let begin = index
    let sign = take { "<>=!".unicodeScalars.contains($0) }
    guard let comparison = Objective.Comparison(rawValue: sign) else {
      throw failure(
        begin, max(1, sign.count),
        sign.isEmpty ? "a comparison is expected here" : "'\(sign)' is no comparison here",
        "write '<', '<=', '>' or '>='")
    }
    return comparison
  }

  private mutating func limit(_ unit: Objective.Unit) throws(Failure) -> Double {
    skipSpaces()
    let begin = index
    let written = take { _ in true }
    let limit = String(written.reversed().drop { $0 == " " }.reversed())
    guard !limit.isEmpty else { throw failure(begin, 1, "a limit is expected here", Self.example) }
    do throws(UnitProblem) {
      return switch unit {
      case .seconds: try Units.seconds(limit)
      case .share: try Units.share(limit)
      case .perSecond: try Units.rate(limit)
      case .count: try Units.number(limit)
      case .dollars: try Units.money(limit)
      }
    } catch {
      throw failure(begin, limit.unicodeScalars.count, error.message, error.help)
    }
  }
}

extension ObjectiveParser {
  private mutating func skipSpaces() {
    while index < scalars.count, scalars[index] == " " { index += 1 }
  }

  private mutating func take(_ isPart: (Unicode.Scalar) -> Bool) -> String {
    var taken = String.UnicodeScalarView()
    while index < scalars.count, isPart(scalars[index]) {
      taken.append(scalars[index])
      index += 1
    }
    return String(taken)
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipSpaces()
    guard index < scalars.count, scalars[index] == sign else { return false }
    index += 1
    return true
  }

  private mutating func word() -> String {
    skipSpaces()
    return take { $0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0) }
  }

  private func peekWord() -> String {
    var copy = self
    return copy.word()
  }

  private mutating func expect(_ sign: Unicode.Scalar, _ why: String) throws(Failure) {
    guard !take(sign) else { return }
    throw failure(index, 1, "'\(sign)' is expected here", "write '\(sign)' \(why)")
  }

  private func location(_ index: Int) -> SourceLocation {
    var location = start
    location.column += index
    return location
  }

  private func failure(_ index: Int, _ length: Int, _ message: String, _ help: String?) -> Failure {
    Failure(location: location(index), length: length, message: message, help: help)
  }
}
