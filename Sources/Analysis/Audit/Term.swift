import Experiments

/// A value in the arithmetic of a check: a printed one, or what follows from several.
///
/// It carries the claims that it rests on and how it was computed in words.
struct Term {
  /// The values that it can have.
  var bounds: Bounds
  /// The value if everything printed were exact.
  var value: Double
  /// What it rests on.
  var claims: [Claim]
  /// How it was computed: `2,000 / 10 min`.
  var text: String
  /// What it counts.
  var form: DocumentedQuantity.Form
  /// Whether it is a sum, which stands in parentheses within a product.
  private var isSum = false

  /// A value that is printed.
  init(_ value: Double, _ bounds: Bounds, _ form: DocumentedQuantity.Form, claim: Claim) {
    self.value = value
    self.bounds = bounds
    self.form = form
    claims = [claim]
    text = AuditWording.text(value, form)
    if bounds.high == .infinity { text = "at least \(text)" }
  }

  /// A value that is no claim of the document, such as one of the catalogue.
  init(_ value: Double, _ form: DocumentedQuantity.Form, text: String? = nil) {
    self.value = value
    self.form = form
    bounds = Bounds(exactly: value)
    claims = []
    self.text = text ?? AuditWording.text(value, form)
  }

  /// The same value, taken to count something else.
  func counting(_ form: DocumentedQuantity.Form) -> Term {
    var term = self
    term.form = form
    return term
  }

  /// The same value with other limits.
  func within(_ bounds: Bounds) -> Term {
    var term = self
    term.bounds = bounds
    return term
  }

  /// The value in words: `3.33/s`.
  var valueText: String { AuditWording.text(value, form) }

  static func + (left: Term, right: Term) -> Term {
    combined(left, right, "+", left.bounds + right.bounds, left.value + right.value, isSum: true)
  }

  static func - (left: Term, right: Term) -> Term {
    combined(left, right, "−", left.bounds - right.bounds, left.value - right.value, isSum: true)
  }

  static func * (left: Term, right: Term) -> Term {
    combined(left, right, "×", left.bounds * right.bounds, left.value * right.value)
  }

  static func / (left: Term, right: Term) -> Term {
    combined(left, right, "/", left.bounds / right.bounds, left.value / right.value)
  }

  private static func combined(
    _ left: Term, _ right: Term, _ sign: String, _ bounds: Bounds, _ value: Double,
    isSum: Bool = false
  ) -> Term {
    var term = left
    term.bounds = bounds
    term.value = value
    term.claims += right.claims.filter { !left.claims.contains($0) }
    let texts = [left, right].map { !isSum && $0.isSum ? "(\($0.text))" : $0.text }
    term.text = "\(texts[0]) \(sign) \(texts[1])"
    term.isSum = isSum
    return term
  }

  /// The sum of several terms, nil if there is none.
  static func sum(_ terms: [Term]) -> Term? {
    terms.dropFirst().reduce(terms.first) { sum, term in sum.map { $0 + term } }
  }
}

/// Values of documents in words.
enum AuditWording {
  /// A value with its unit.
  static func text(_ value: Double, _ form: DocumentedQuantity.Form) -> String {
    switch form {
    case .duration: Wording.duration(value)
    case .moment: Wording.moment(value)
    case .count, .number: Wording.count(value)
    case .rate: Wording.rate(value)
    case .share: Wording.share(value)
    case .size: size(value)
    case .dataRate: size(value * 3_600) + "/h"
    case .money: Wording.money(value)
    case .flag, .word: ""
    }
  }

  private static func size(_ bytes: Double) -> String {
    for (unit, length) in [("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3)]
    where bytes.magnitude >= length {
      return DecimalText.significant(bytes / length, digits: 3) + " " + unit
    }
    return DecimalText.significant(bytes, digits: 3) + " B"
  }
}
