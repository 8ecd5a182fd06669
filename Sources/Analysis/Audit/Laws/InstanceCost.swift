import Components
import Experiments

/// Money is price times quantity.
enum InstanceCost: AuditLaw {
  static let name = "price-times-quantity"
  static let statement = "What instances cost is their hours times the price of an hour."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let cost = arm.term("instance_cost"), let time = arm.term("instance_hours"),
      let price = arm.term("instance_price")
    else { return [] }
    let hours = (time / Term(3_600, .duration, text: "1 h")).counting(.number)
    return [AuditCheck(name, cost, .equal, (hours * price).counting(.money))]
  }
}
