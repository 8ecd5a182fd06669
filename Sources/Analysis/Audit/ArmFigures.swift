import Experiments

/// What a document says about one arm, but for what is set aside.
struct ArmFigures {
  /// The arm.
  let arm: String
  private var statements: [Statement]
  private var incomplete: Set<String> = []

  private struct Statement {
    var claim: Claim
    var quantity: DocumentedQuantity
    var value: DocumentedValue
  }

  /// The statements about an arm, the most trusted first, and of these in the order of the file.
  init(of document: Document, arm: String) {
    self.arm = arm
    var statements: [Statement] = []
    for (position, figure) in document.figures.enumerated() {
      let first = document.figures.firstIndex { $0.id == figure.id } ?? position
      for printed in figure.values where printed.arm == nil || printed.arm == arm {
        let role = document.figures[first].role
        let claim = Claim(figure: figure.id, arm: printed.arm, role: role, position: first)
        statements.append(
          Statement(claim: claim, quantity: figure.quantity, value: printed.value))
      }
    }
    self.statements = statements.enumerated().sorted {
      // What is printed as a value says more than a range.
      ($0.element.claim.role, $0.element.value.isRange ? 1 : 0, $0.offset)
        < ($1.element.claim.role, $1.element.value.isRange ? 1 : 0, $1.offset)
    }.map(\.element)
  }

  /// The same without some claims.
  func without(_ setAside: Set<Claim>) -> ArmFigures {
    var rest = self
    rest.statements = statements.filter { !setAside.contains($0.claim) }
    rest.incomplete = Set(
      statements.filter { setAside.contains($0.claim) }.map(\.quantity.name))
    return rest
  }

  /// Whether nothing of some quantities is set aside, so that their sums are whole.
  func isWhole(_ names: String...) -> Bool { incomplete.isDisjoint(with: names) }

  /// Everything that is printed for a quantity as a number.
  func all(_ quantity: DocumentedQuantity) -> [Term] {
    statements.filter { $0.quantity == quantity }.compactMap(Self.term)
  }

  /// What is printed for a quantity by the most trusted figure.
  func term(_ name: String, _ arguments: String?...) -> Term? {
    all(quantity(name, arguments.compactMap { $0 })).first
  }

  /// The most trusted value for each argument of a quantity, in the order of the file.
  func family(_ name: String) -> [(argument: String, term: Term)] {
    var family: [(argument: String, term: Term)] = []
    for statement in statements where statement.quantity.name == name {
      guard let argument = statement.quantity.arguments.first,
        !family.contains(where: { $0.argument == argument }), let term = Self.term(statement)
      else { continue }
      family.append((argument, term))
    }
    return family
  }

  /// Every percentile printed of a family such as `response`, by its share.
  func percentiles(_ family: String, of argument: String?) -> [(share: Double, term: Term)] {
    var found: [(share: Double, term: Term)] = []
    for statement in statements
    where statement.quantity.arguments == [argument].compactMap({ $0 })
      && statement.quantity.name.hasPrefix("\(family).p")
    {
      guard let share = statement.quantity.percentile, let term = Self.term(statement),
        !found.contains(where: { $0.share == share })
      else { continue }
      found.append((share, term))
    }
    return found.sorted { $0.share < $1.share }
  }

  /// The quantities that something is printed for, each once.
  var quantities: [DocumentedQuantity] {
    var found: [DocumentedQuantity] = []
    for statement in statements.sorted(by: { $0.claim < $1.claim })
    where !found.contains(statement.quantity) {
      found.append(statement.quantity)
    }
    return found
  }

  /// The word or flag that the most trusted figure prints for a quantity, with its claim.
  func word(_ name: String, _ arguments: String...) -> (text: String, claim: Claim)? {
    words(quantity(name, arguments)).first
  }

  /// Every word or flag that is printed for a quantity, and every "never".
  func words(_ quantity: DocumentedQuantity) -> [(text: String, claim: Claim)] {
    statements.filter { $0.quantity == quantity && $0.value.number == nil }
      .map { ($0.value.text, $0.claim) }
  }

  private func quantity(_ name: String, _ arguments: [String]) -> DocumentedQuantity {
    var quantity = DocumentedQuantity(name)
    quantity.arguments = arguments
    return quantity
  }

  private static func term(_ statement: Statement) -> Term? {
    guard let number = statement.value.number, let bounds = statement.value.bounds else {
      return nil
    }
    return Term(number, bounds, statement.quantity.form, claim: statement.claim)
  }
}
