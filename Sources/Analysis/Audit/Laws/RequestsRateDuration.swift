import Components
import Experiments

/// Requests are their rate times the duration.
enum RequestsRateDuration: AuditLaw {
  static let name = "requests-rate-duration"
  static let statement = "Requests are their rate times the duration."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let duration = arm.term("duration") else { return [] }
    var checks: [AuditCheck] = []
    if let rate = arm.term("throughput"),
      let requests = arm.term("requests") ?? Term.sum(arm.family("requests").map(\.term))
    {
      let isWhole = arm.term("requests") != nil || arm.isWhole("requests")
      checks.append(
        AuditCheck(name, rate, isWhole ? .equal : .atLeast, (requests / duration).counting(.rate)))
    }
    for (endpoint, rate) in arm.family("throughput") {
      guard let requests = arm.term("requests", endpoint) else { continue }
      checks.append(
        AuditCheck(name, rate, .equal, (requests / duration).counting(.rate), why: endpoint))
    }
    return checks
  }
}
