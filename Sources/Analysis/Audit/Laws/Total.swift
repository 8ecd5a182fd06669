import Components
import Experiments

/// A total is the sum of its parts.
enum Total: AuditLaw {
  static let name = "total"
  static let statement = "A total is the sum of its parts."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    let steps = arm.isWhole("compute", "step")
    let sums: [(what: String, total: Term?, sum: Term?, isWhole: Bool)] = [
      (
        "requests", arm.term("requests"), Term.sum(arm.family("requests").map(\.term)),
        arm.isWhole("requests")
      ),
      (
        "failures by endpoint", arm.term("failures"), failures(arm),
        arm.isWhole("requests", "failure_rate")
      ),
      ("failures", arm.term("failures"), failuresByRate(arm), true),
      ("reads", arm.term("requests"), reads(arm), false),
      ("steps", arm.term("path"), Steps.path(of: arm), steps),
      (
        "steps of a miss", arm.term("path.miss"), Steps.missPath(of: arm),
        steps && arm.isWhole("miss")
      ),
    ]
    let simple = sums.compactMap { part -> AuditCheck? in
      guard let total = part.total, let sum = part.sum else { return nil }
      // With a part set aside, the others are still no more than the whole.
      return AuditCheck(name, total, part.isWhole ? .equal : .atLeast, sum, why: part.what)
    }
    return simple + mix(arm) + costs(arm)
  }

  private static func failures(_ arm: ArmFigures) -> Term? {
    let rates = arm.family("failure_rate")
    let parts = rates.compactMap { rate in
      arm.term("requests", rate.argument).map { ($0 * rate.term).counting(.count) }
    }
    guard parts.count > 1 else { return nil }
    return Term.sum(parts)
  }

  private static func failuresByRate(_ arm: ArmFigures) -> Term? {
    guard let requests = arm.term("requests"), let rate = arm.term("failure_rate") else {
      return nil
    }
    return (requests * rate).counting(.count)
  }

  private static func reads(_ arm: ArmFigures) -> Term? {
    guard let hits = arm.term("hits"), let misses = arm.term("misses") else { return nil }
    return hits + misses
  }

  private static func mix(_ arm: ArmFigures) -> [AuditCheck] {
    let parts = arm.family("mix").map(\.term)
    let requests = arm.term("requests")
    let shares = arm.family("mix").compactMap { part -> AuditCheck? in
      guard let requests, let own = arm.term("requests", part.argument) else { return nil }
      // A random mix comes out near its shares: four standard deviations of the count.
      let mean = requests.value * part.term.value
      let spread = 4 * (mean * (1 - part.term.value)).squareRoot()
      let expected = (requests * part.term).counting(.count)
      return AuditCheck(
        name, own, .equal,
        expected.within(Bounds(expected.bounds.low - spread, expected.bounds.high + spread)),
        why: "requests for \(part.argument)")
    }
    guard parts.count > 1, arm.isWhole("mix"), let sum = Term.sum(parts) else { return shares }
    return shares + [AuditCheck(name, sum, .equal, Term(1, .share), why: "the mix")]
  }

  /// The bill, whose items may have parts: `dynamodb` of `dynamodb.tables` and `dynamodb.indexes`.
  private static func costs(_ arm: ArmFigures) -> [AuditCheck] {
    let items = arm.family("cost")
    func parts(of item: String) -> [Term] {
      items.filter { $0.argument.hasPrefix("\(item).") }.map(\.term)
    }
    let relation: AuditCheck.Relation = arm.isWhole("cost") ? .equal : .atLeast
    var checks: [AuditCheck] = []
    for item in items {
      if let sum = Term.sum(parts(of: item.argument)) {
        checks.append(AuditCheck(name, item.term, relation, sum, why: "cost of \(item.argument)"))
      }
    }
    let leaves = items.filter { parts(of: $0.argument).isEmpty }.map(\.term)
    if let total = arm.term("cost"), let sum = Term.sum(leaves) {
      checks.append(AuditCheck(name, total, relation, sum, why: "cost"))
    }
    return checks
  }
}
