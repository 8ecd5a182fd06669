import Components
import Experiments

/// Response times of hits and misses are a mixture.
enum Mixture: AuditLaw {
  static let name = "mixture"
  static let statement = "The mean is a mixture of hits and misses, and rare misses are the tail."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let hits = arm.term("hit_rate"), let path = Steps.path(of: arm),
      let missPath = Steps.missPath(of: arm)
    else { return [] }
    let misses = (Term(1, .share) - hits).counting(.share)
    return mean(arm, hits, misses, path, missPath)
      + percentiles(arm, misses, missPath)
  }

  private static func mean(
    _ arm: ArmFigures, _ hits: Term, _ misses: Term, _ path: Term, _ missPath: Term
  ) -> [AuditCheck] {
    guard let mean = arm.term("response.mean") else { return [] }
    let mixed = (hits * path + misses * missPath).counting(.duration)
    return [AuditCheck(name, mean, .atLeast, mixed, why: "hits and misses")]
  }

  /// A percentile below the share of hits is a hit's time, and a hit takes less than a miss.
  private static func percentiles(
    _ arm: ArmFigures, _ misses: Term, _ missPath: Term
  ) -> [AuditCheck] {
    guard arm.isWhole("compute", "step", "miss") else { return [] }
    return arm.percentiles("response", of: nil).compactMap { share, percentile in
      guard misses.bounds.high < 1 - share else { return nil }
      var check = AuditCheck(name, percentile, .atMost, missPath)
      check.claims = Set(check.claims + misses.claims).sorted()
      check.arithmetic =
        "misses are \(misses.valueText), fewer than the \(Wording.share(1 - share)) above this "
        + "percentile, so it is a hit's: less than a miss, \(missPath.text) = "
        + "\(missPath.valueText), documented \(percentile.text)"
      return check
    }
  }
}
