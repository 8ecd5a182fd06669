import Components
import Experiments

/// Lines of a bill follow from the configuration at the catalogue's prices.
enum CataloguePrice: AuditLaw {
  static let name = "catalogue-price"
  static let statement = "A line of the bill is its configuration at the catalogue's prices."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    let bill = Bill(arm: arm, catalogue: catalogue)
    let lines: [(item: String, relation: AuditCheck.Relation, price: Term?)] = [
      ("ec2", .equal, bill.instances), ("dynamodb.tables", .equal, bill.tables),
      ("dynamodb.indexes", .equal, bill.indexes), ("elasticache", .equal, bill.cache),
      ("alb", .atLeast, bill.loadBalancer), ("transfer", .equal, bill.transfer),
    ]
    return lines.compactMap { line in
      guard let cost = arm.term("cost", line.item), let price = line.price else { return nil }
      return AuditCheck(
        name, cost, line.relation, price.counting(.money), why: "a month of \(line.item)")
    }
  }
}

/// What the configuration of an arm costs at the catalogue's prices.
private struct Bill {
  let arm: ArmFigures
  let catalogue: Catalogue

  /// A month: 730 hours in the mean, and people reckon with 30 days or 31.
  private var month: Term { Term(730, .number, text: "730 h").within(Bounds(720, 744)) }

  var instances: Term? {
    guard let count = arm.term("instances"), let type = arm.word("instance_type"),
      let price = catalogue.instanceType(type.text)?.pricePerHour
    else { return nil }
    return monthly(count, price, type.claim)
  }

  var tables: Term? {
    guard let reads = arm.term("read_capacity"), let writes = arm.term("write_capacity"),
      let readPrice = catalogue.price("dynamodb.rcu-hour")?.amount,
      let writePrice = catalogue.price("dynamodb.wcu-hour")?.amount
    else { return nil }
    return monthly(reads, readPrice) + monthly(writes, writePrice)
  }

  var indexes: Term? {
    guard let count = arm.term("indexes"), let reads = arm.term("index_read_capacity"),
      let price = catalogue.price("dynamodb.rcu-hour")?.amount
    else { return nil }
    return monthly((count * reads).counting(.number), price)
  }

  var cache: Term? {
    guard let node = arm.word("cache_node"),
      let price = catalogue.cacheNode(node.text)?.pricePerHour
    else { return nil }
    return monthly(Term(1, .count), price, node.claim)
  }

  var loadBalancer: Term? {
    guard let price = catalogue.price("alb.hour")?.amount else { return nil }
    return monthly(Term(1, .count), price)
  }

  var transfer: Term? {
    guard let bytes = arm.term("transfer"),
      let price = catalogue.price("network.internet-gb")?.amount
    else { return nil }
    let size = (bytes / Term(1e9, .size)).counting(.number)
    return size * Term(price, .money)
  }

  private func monthly(_ quantity: Term, _ price: Double, _ claim: Claim? = nil) -> Term {
    var price = Term(price, .money, text: "$\(price)")
    if let claim { price.claims = [claim] }
    return (quantity * price * month).counting(.money)
  }
}
