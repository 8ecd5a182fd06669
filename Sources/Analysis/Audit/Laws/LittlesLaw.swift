import Components
import Experiments

/// N = X R: those who wait for an answer are no more than there are users.
enum LittlesLaw: AuditLaw {
  static let name = "littles-law"
  static let statement =
    "Requests in flight are throughput times response time, at most one a user."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let users = arm.term("users"), let throughput = arm.term("throughput"),
      let response = arm.term("response.mean")
    else { return [] }
    let inFlight = (throughput * response).counting(.count)
    return [AuditCheck(name, users, .atLeast, inFlight, why: "in flight")]
  }
}
