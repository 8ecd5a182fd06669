import Components
import Experiments
import Kernel

/// A control loop acts on what a metric says, and a metric tells of a whole period.
enum ControlLoop: AuditLaw {
  static let name = "control-loop"
  static let statement = "Capacity changes a period of the metric after its cause, or later."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let length = catalogue.behaviour("cloudwatch.detailed-period")?.duration else {
      return []
    }
    let period = Term(length.inSeconds, .duration, text: "a metric of \(Wording.duration(60))")
    var checks: [AuditCheck] = []
    if let first = arm.family("scale_out").first {
      checks.append(
        AuditCheck(name, first.term, .atLeast, period.counting(.moment), why: "first scale-out"))
    }
    guard let end = arm.term("duration"), let first = arm.family("scale_in").first else {
      return checks
    }
    let earliest = (end.counting(.moment) + period).counting(.moment)
    return checks + [
      AuditCheck(name, first.term, .atLeast, earliest, why: "first scale-in after the load")
    ]
  }
}
