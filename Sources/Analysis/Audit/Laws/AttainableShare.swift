import Components
import Experiments

/// A printed percentage of n requests must be k of n for some whole k.
enum AttainableShare: AuditLaw {
  static let name = "attainable-share"
  static let statement =
    "A percentage of n requests is that of a whole number, within all failures."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let requests = arm.term("requests") else { return [] }
    var checks: [AuditCheck] = []
    if let rate = arm.term("failure_rate") { checks.append(attainable(rate, of: requests)) }
    for (endpoint, rate) in arm.family("failure_rate") {
      guard let own = arm.term("requests", endpoint) else { continue }
      checks.append(attainable(rate, of: own))
    }
    guard let errors = arm.term("server_error_rate") else { return checks }
    checks.append(attainable(errors, of: requests))
    if let failures = arm.term("failures") {
      let least = (errors * requests).counting(.count)
      let whole = least.within(Bounds(least.bounds.low.rounded(.up), least.bounds.high))
      checks.append(
        AuditCheck(name, failures, .atLeast, whole, why: "5xx answers are failures"))
    }
    return checks
  }

  private static func attainable(_ share: Term, of requests: Term) -> AuditCheck {
    let count = share.bounds * requests.bounds
    let nearest = Term(share.value * requests.value, .count).value.rounded()
    // Some whole number of requests is within the printed share.
    let holds = count.low.rounded(.up) <= count.high + 1e-9
    let implied = requests.value == 0 ? 0 : nearest / requests.value
    return AuditCheck(
      name, share.claims + requests.claims, holds: holds,
      "\(Wording.count(nearest)) of \(requests.text) is \(Wording.share(implied)), "
        + "documented \(share.text)")
  }
}
