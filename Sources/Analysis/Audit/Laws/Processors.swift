import Components
import Experiments

/// The processors of an arm, as far as its document tells.
enum Processors {
  /// The vCPUs of all instances; of a fleet that was scaled, from the fewest to the most.
  static func count(of arm: ArmFigures, _ catalogue: Catalogue) -> Term? {
    guard let instances = instances(of: arm), let type = arm.word("instance_type"),
      let known = catalogue.instanceType(type.text)
    else { return nil }
    var vCPUs = Term(Double(known.vCPUs), .count, text: "\(known.vCPUs) vCPU")
    vCPUs.claims = [type.claim]
    return instances * vCPUs
  }

  private static func instances(of arm: ArmFigures) -> Term? {
    let start = arm.term("instances.start")
    guard let start, let most = arm.term("instances.max"), !arm.family("scale_out").isEmpty else {
      return start ?? arm.term("instances")
    }
    var range = start.within(Bounds(start.bounds.low, most.bounds.high))
    range.claims += most.claims.filter { !start.claims.contains($0) }
    range.text = "\(start.text) to \(most.text)"
    return range
  }
}
