import Components
import Experiments

/// Instance hours are the instances over time.
enum InstanceHours: AuditLaw {
  static let name = "instance-hours"
  static let statement = "Instance hours are the sum over the timeline of instances times time."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard arm.isWhole("scale_out"), let documented = arm.term("instance_hours"),
      let start = arm.term("instances.start"),
      let end = arm.term("duration")
    else { return [] }
    var sum = (start * end).counting(.duration)
    for (_, moment) in arm.family("scale_out") where moment.value < end.value {
      // One more instance from that moment to the end.
      sum = sum + (end - moment.counting(.duration))
    }
    return [AuditCheck(name, documented, .equal, sum.counting(.duration))]
  }
}
