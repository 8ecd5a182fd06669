import Experiments

/// One law put to figures of a document.
public struct AuditCheck: Sendable, Hashable {
  /// The law's name, such as "requests-rate-duration".
  public var law: String
  /// What the check rests on, in the order of the file.
  public var claims: [Claim]
  /// The documented value, in the base unit.
  public var documented: Double?
  /// What the other figures imply in its place.
  public var implied: Double?
  /// Whether the law can hold, with each value anywhere within its printed precision.
  public var holds: Bool
  /// The arithmetic in words.
  public var arithmetic: String

  /// The figures that the check rests on, each once, in the order of the file.
  public var figures: [String] {
    claims.reduce(into: []) { figures, claim in
      if figures.last != claim.figure { figures.append(claim.figure) }
    }
  }
}

extension AuditCheck {
  /// How a documented value stands to what is implied.
  enum Relation {
    case equal
    case atMost
    case atLeast
  }

  /// Compares a documented value with what other figures imply.
  ///
  /// `why` says what the implied value is, if its arithmetic does not.
  init(_ law: String, _ documented: Term, _ relation: Relation, _ implied: Term, why: String = "") {
    self.law = law
    claims = Set(documented.claims + implied.claims).sorted()
    self.documented = documented.value
    self.implied = implied.value
    holds =
      switch relation {
      case .equal: documented.bounds.meets(implied.bounds)
      case .atMost: implied.bounds.reaches(documented.bounds)
      case .atLeast: documented.bounds.reaches(implied.bounds)
      }
    let sign =
      switch relation {
      case .equal: ""
      case .atMost: "at most "
      case .atLeast: "at least "
      }
    let valueText = implied.valueText
    let equation = implied.text == valueText ? valueText : "\(implied.text) = \(valueText)"
    let reason = why.isEmpty ? "" : "\(why): "
    arithmetic = "\(reason)\(sign)\(equation), documented \(documented.text)"
  }

  /// A check whose arithmetic is no comparison of two values.
  init(_ law: String, _ claims: [Claim], holds: Bool, _ arithmetic: String) {
    self.law = law
    self.claims = Set(claims).sorted()
    self.holds = holds
    self.arithmetic = arithmetic
  }
}
