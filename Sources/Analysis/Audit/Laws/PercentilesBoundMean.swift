import Components
import Experiments

/// What lies between two percentiles is at least the lower and at most the upper.
enum PercentilesBoundMean: AuditLaw {
  static let name = "percentiles-bound-mean"
  static let statement = "The mean is at least, and at most, what the percentiles leave for it."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let mean = arm.term("response.mean") else { return [] }
    let percentiles = arm.percentiles("response", of: nil)
    guard percentiles.count > 1 else { return [] }
    return [lower(arm, mean, percentiles), upper(arm, mean, percentiles)].compactMap { $0 }
  }

  private static func lower(
    _ arm: ArmFigures, _ mean: Term, _ percentiles: [(share: Double, term: Term)]
  ) -> AuditCheck? {
    var parts: [Term] = []
    if let least = arm.term("response.min") { parts.append(weighted(percentiles[0].share, least)) }
    for (index, percentile) in percentiles.enumerated() {
      let next = index + 1 < percentiles.count ? percentiles[index + 1].share : 1
      parts.append(weighted(next - percentile.share, percentile.term))
    }
    return Term.sum(parts).map { AuditCheck(name, mean, .atLeast, $0.counting(.duration)) }
  }

  private static func upper(
    _ arm: ArmFigures, _ mean: Term, _ percentiles: [(share: Double, term: Term)]
  ) -> AuditCheck? {
    guard let most = arm.term("response.max"), let last = percentiles.last else { return nil }
    var parts: [Term] = []
    var before = 0.0
    for percentile in percentiles {
      parts.append(weighted(percentile.share - before, percentile.term))
      before = percentile.share
    }
    parts.append(weighted(1 - last.share, most))
    return Term.sum(parts).map { AuditCheck(name, mean, .atMost, $0.counting(.duration)) }
  }

  private static func weighted(_ share: Double, _ term: Term) -> Term {
    (Term((share * 1e9).rounded() / 1e9, .share) * term).counting(.duration)
  }
}
