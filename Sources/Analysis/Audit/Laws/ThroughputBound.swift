import Components
import Experiments

/// X ≤ min(N / (D + Z), 1 / Dmax).
enum ThroughputBound: AuditLaw {
  static let name = "throughput-bound"
  static let statement = "Throughput is at most N / (D + Z), and at most what processors can do."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let throughput = arm.term("throughput") else { return [] }
    var checks: [AuditCheck] = []
    if let users = arm.term("users"), let steps = Steps.whole(of: arm) {
      let cycle = arm.term("think").map { steps + $0 } ?? steps
      let bound = (users / cycle).counting(.rate)
      checks.append(AuditCheck(name, throughput, .atMost, bound, why: "users"))
    }
    if let processors = Processors.count(of: arm, catalogue),
      let computing = Steps.computing(of: arm)
    {
      let bound = (processors / computing).counting(.rate)
      checks.append(AuditCheck(name, throughput, .atMost, bound, why: "processors"))
    }
    return checks
  }
}
