import Components
import Experiments

/// N = X (R + Z): each user either waits for an answer or thinks.
enum InteractiveResponseTime: AuditLaw {
  static let name = "interactive-response-time"
  static let statement = "Users are the throughput times response and think time: N = X (R + Z)."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let users = arm.term("users"), let throughput = arm.term("throughput"),
      let response = mean(of: arm), let think = arm.term("think")
    else { return [] }
    return [AuditCheck(name, users, .equal, (throughput * (response + think)).counting(.count))]
  }

  /// Without a documented think time, the users of both arms must at least think alike.
  static func checks(
    of arm: ArmFigures, against baseline: ArmFigures, _ catalogue: Catalogue
  ) -> [AuditCheck] {
    guard arm.term("think") == nil, let own = think(in: arm), let other = think(in: baseline),
      arm.term("users")?.bounds == baseline.term("users")?.bounds
    else { return [] }
    return [
      AuditCheck(
        name, Set(own.claims + other.claims).sorted(), holds: own.bounds.meets(other.bounds),
        "Z = N / X − R: \(other.text) = \(other.valueText) in \(baseline.arm), "
          + "\(own.text) = \(own.valueText) in \(arm.arm); the same users cannot do both")
    ]
  }

  private static func think(in arm: ArmFigures) -> Term? {
    guard let users = arm.term("users"), let throughput = arm.term("throughput"),
      let response = mean(of: arm)
    else { return nil }
    return (users / throughput).counting(.duration) - response
  }

  /// The mean response time of the requests that were counted, if it is printed for them.
  private static func mean(of arm: ArmFigures) -> Term? { arm.term("response.mean") }
}
