public import Components

/// The monthly bill of an arm in USD: the mean over the replications.
public struct CostResult: Sendable {
  /// The lines of the bill in the order of the components.
  public var items: [CostItem]

  /// Creates a bill.
  public init(items: [CostItem]) { self.items = items }

  /// The sum of all lines; 0 if nothing is billed.
  public var monthly: Double { items.reduce(0) { $0 + $1.amount } }

  /// The amount of each component, in the order of the bill.
  public var byComponent: [(component: String, amount: Double)] {
    var amounts: [(component: String, amount: Double)] = []
    for item in items {
      if let index = amounts.firstIndex(where: { $0.component == item.component }) {
        amounts[index].amount += item.amount
      } else {
        amounts.append((item.component, item.amount))
      }
    }
    return amounts
  }
}
