import Components
import Experiments

/// Percentages, speed-ups and savings follow from what they compare.
enum Change: AuditLaw {
  static let name = "change"
  static let statement = "Shares, speed-ups and savings follow from the figures that they compare."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let path = arm.term("path") else { return [] }
    return arm.family("step_share").compactMap { name, share in
      guard let step = arm.term("step", name) ?? arm.term("compute", name) else { return nil }
      return AuditCheck(Self.name, share, .equal, (step / path).counting(.share))
    }
  }

  static func checks(
    of arm: ArmFigures, against baseline: ArmFigures, _ catalogue: Catalogue
  ) -> [AuditCheck] {
    var checks: [AuditCheck] = []
    if let speedUp = arm.term("speed_up"), let own = arm.term("path"),
      let other = baseline.term("path")
    {
      checks.append(AuditCheck(name, speedUp, .equal, (other / own).counting(.number)))
    }
    if let saving = arm.term("saving"), let own = arm.term("cost"),
      let other = baseline.term("cost")
    {
      checks.append(AuditCheck(name, saving, .equal, other - own))
    }
    return checks
  }
}
