import Components
import Experiments

/// A quantity has one value, wherever the document prints it.
enum OneValue: AuditLaw {
  static let name = "one-value"
  static let statement = "What is printed in several places is the same in all of them."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    arm.quantities.flatMap { quantity -> [AuditCheck] in
      numbers(arm.all(quantity), quantity) + words(arm, quantity)
    }
  }

  private static func numbers(_ terms: [Term], _ quantity: DocumentedQuantity) -> [AuditCheck] {
    pairs(terms).compactMap { first, other in
      guard first.claims != other.claims else { return nil }
      return AuditCheck(name, other, .equal, first, why: quantity.text)
    }
  }

  private static func words(_ arm: ArmFigures, _ quantity: DocumentedQuantity) -> [AuditCheck] {
    let words = arm.words(quantity)
    let numbers = arm.all(quantity)
    let contradicted = words.flatMap { word in
      numbers.map { number in
        AuditCheck(
          name, [word.claim] + number.claims, holds: false,
          "\(quantity.text): \(number.text) in one place, \(word.text) in another")
      }
    }
    return contradicted
      + pairs(words).map { first, other in
        AuditCheck(
          name, [first.claim, other.claim], holds: first.text == other.text,
          "\(quantity.text): \(first.text) in one place, \(other.text) in another")
      }
  }

  private static func pairs<Element>(_ elements: [Element]) -> [(Element, Element)] {
    elements.indices.flatMap { first in
      elements[(first + 1)...].map { (elements[first], $0) }
    }
  }
}
