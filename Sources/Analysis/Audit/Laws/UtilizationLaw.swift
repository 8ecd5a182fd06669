import Components
import Experiments

/// ρ c = X D: what processors are busy is what requests use of them.
enum UtilizationLaw: AuditLaw {
  static let name = "utilization-law"
  static let statement = "Busy processors are throughput times the processor time of a request."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let cpu = arm.term("cpu"), let throughput = arm.term("throughput"),
      let processors = Processors.count(of: arm, catalogue),
      let computing = Steps.computing(of: arm)
    else { return [] }
    let relation: AuditCheck.Relation = arm.isWhole("compute") ? .equal : .atMost
    let used = (cpu * processors / throughput).counting(.duration)
    return [AuditCheck(name, computing, relation, used, why: "processor time of a request")]
  }
}
