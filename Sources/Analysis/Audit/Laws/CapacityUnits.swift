import Components
import Experiments
import Kernel

/// A table gives no more units than are provisioned, and what its burst bucket holds.
enum CapacityUnits: AuditLaw {
  static let name = "capacity-units"
  static let statement = "Units consumed are at most those provisioned and a full burst bucket."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard arm.isWhole("indexes", "index_read_capacity"),
      let consumed = arm.term("consumed_read_units"), let provisioned = provisioned(arm)
    else {
      return []
    }
    var checks: [AuditCheck] = []
    if let duration = arm.term("duration"), let burst = burst(catalogue) {
      let units = (provisioned * (duration + burst)).counting(.number)
      let sustained = (consumed * duration).counting(.number)
      checks.append(AuditCheck(name, sustained, .atMost, units, why: "with the burst bucket"))
    }
    if let utilization = arm.term("read_capacity_utilization") {
      checks.append(
        AuditCheck(name, utilization, .equal, (consumed / provisioned).counting(.share)))
    }
    return checks
  }

  /// The units per second of the table and its indexes.
  private static func provisioned(_ arm: ArmFigures) -> Term? {
    guard let table = arm.term("read_capacity") else { return nil }
    guard let indexes = arm.term("indexes"), let each = arm.term("index_read_capacity") else {
      return table
    }
    return table + indexes * each
  }

  private static func burst(_ catalogue: Catalogue) -> Term? {
    catalogue.behaviour("dynamodb.burst")?.duration.map { Term($0.inSeconds, .duration) }
  }
}
