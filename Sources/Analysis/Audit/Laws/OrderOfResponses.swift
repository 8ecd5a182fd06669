import Components
import Experiments

/// Minimum, percentiles and maximum are in order, and the mean is between the ends.
enum OrderOfResponses: AuditLaw {
  static let name = "order-of-responses"
  static let statement = "Minimum, percentiles and maximum rise; the mean is between the ends."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    let endpoints = arm.family("response.mean").map(\.argument)
    let subjects = [nil] + endpoints.map { Optional($0) }
    return subjects.flatMap { ordered(arm, $0) } + whole(arm, endpoints)
  }

  private static func ordered(_ arm: ArmFigures, _ endpoint: String?) -> [AuditCheck] {
    var steps: [(name: String, term: Term)] = []
    if let least = arm.term("response.min", endpoint) { steps.append(("minimum", least)) }
    for (share, term) in arm.percentiles("response", of: endpoint) {
      steps.append(("p\(DecimalText.significant(share * 100, digits: 4))", term))
    }
    if let most = arm.term("response.max", endpoint) { steps.append(("maximum", most)) }
    var checks = zip(steps, steps.dropFirst()).map { lower, upper in
      AuditCheck(
        name, lower.term, .atMost, upper.term, why: "\(lower.name), by the \(upper.name)")
    }
    if let mean = arm.term("response.mean", endpoint) {
      if let least = arm.term("response.min", endpoint) {
        checks.append(AuditCheck(name, mean, .atLeast, least, why: "mean, by the minimum"))
      }
      if let most = arm.term("response.max", endpoint) {
        checks.append(AuditCheck(name, mean, .atMost, most, why: "mean, by the maximum"))
      }
    }
    return checks
  }

  /// The extremes of all requests are those of some endpoint.
  private static func whole(_ arm: ArmFigures, _ endpoints: [String]) -> [AuditCheck] {
    var checks: [AuditCheck] = []
    for endpoint in endpoints {
      if let all = arm.term("response.min"), let own = arm.term("response.min", endpoint) {
        checks.append(AuditCheck(name, all, .atMost, own, why: "minimum, by that of \(endpoint)"))
      }
      if let all = arm.term("response.max"), let own = arm.term("response.max", endpoint) {
        checks.append(AuditCheck(name, all, .atLeast, own, why: "maximum, by that of \(endpoint)"))
      }
    }
    // Without extremes of all requests, percentiles are still below the longest of any endpoint.
    guard arm.isWhole("response.mean", "response.max"), arm.term("response.max") == nil,
      !endpoints.isEmpty
    else { return checks }
    let longest = endpoints.compactMap { arm.term("response.max", $0) }
    guard longest.count == endpoints.count, let most = Self.most(longest) else { return checks }
    return checks
      + arm.percentiles("response", of: nil).map { _, percentile in
        AuditCheck(name, percentile, .atMost, most, why: "the longest of any endpoint")
      }
  }

  /// The greatest of several values, which rests on all of them.
  private static func most(_ terms: [Term]) -> Term? {
    guard var most = terms.max(by: { $0.value < $1.value }) else { return nil }
    most.claims = terms.flatMap(\.claims)
    return most.within(
      Bounds(terms.map(\.bounds.low).max() ?? 0, terms.map(\.bounds.high).max() ?? 0))
  }
}
