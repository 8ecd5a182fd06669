import Components
import Experiments

/// A component's throughput is that of the whole times the visits of a request.
enum ForcedFlow: AuditLaw {
  static let name = "forced-flow"
  static let statement = "Read units per second are reads per second times the units of a read."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let consumed = arm.term("consumed_read_units"), let units = arm.term("read_units"),
      let reads = TableReads.rate(of: arm)
    else { return [] }
    return [AuditCheck(name, consumed, .equal, (reads * units).counting(.rate))]
  }
}

/// How often an arm reads its tables.
enum TableReads {
  /// Reads per second: of each request but for those that a cache answers.
  static func rate(of arm: ArmFigures) -> Term? {
    guard let throughput = arm.term("throughput") else { return nil }
    guard let hits = arm.term("hit_rate") else { return throughput }
    return (throughput * (Term(1, .share) - hits)).counting(.rate)
  }
}
