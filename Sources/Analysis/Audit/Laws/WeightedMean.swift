import Components
import Experiments

/// The mean over all requests is the mean of the endpoints' means, weighted by their requests.
enum WeightedMean: AuditLaw {
  static let name = "weighted-mean"
  static let statement = "A mean over all is the mean of the parts, weighted by their requests."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    checks(of: "response.mean", arm) + checks(of: "failure_rate", arm)
  }

  private static func checks(of quantity: String, _ arm: ArmFigures) -> [AuditCheck] {
    let means = arm.family(quantity)
    let weights = means.compactMap { arm.term("requests", $0.argument) }
    guard means.count > 1, arm.isWhole(quantity, "requests") || arm.isWhole(quantity),
      weights.count == means.count, let whole = arm.term(quantity),
      let sum = Term.sum(zip(weights, means).map { $0 * $1.term }),
      let total = Term.sum(weights)
    else { return [] }
    return [AuditCheck(name, whole, .equal, (sum / total).counting(whole.form))]
  }
}
