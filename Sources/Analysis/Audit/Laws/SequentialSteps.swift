import Components
import Experiments

/// A request takes at least the sum of the steps that it makes one after the other.
enum SequentialSteps: AuditLaw {
  static let name = "sequential-steps"
  static let statement =
    "The shortest and the mean response time are at least the sum of the steps."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let steps = Steps.whole(of: arm) else { return [] }
    let endpoints = arm.family("response.mean").map(\.argument)
    let subjects = [nil] + endpoints.map { Optional($0) }
    return subjects.flatMap { endpoint in
      ["min", "mean"].compactMap { statistic -> AuditCheck? in
        guard let time = arm.term("response.\(statistic)", endpoint) else { return nil }
        let what = "\(statistic)\(endpoint.map { " of \($0)" } ?? "")"
        return AuditCheck(name, time, .atLeast, steps, why: what)
      }
    }
  }
}
