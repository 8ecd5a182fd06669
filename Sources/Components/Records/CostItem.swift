/// One line of the monthly bill: a quantity at a price.
public struct CostItem: Sendable {
  /// The component that is billed.
  public var component: String
  /// What is billed, in words: `t3.micro instances`, `read capacity`.
  public var what: String
  /// How much of it a month takes, in `unit`.
  public var quantity: Double
  /// The unit of the quantity: `h`, `GB`, `LCU-h`.
  public var unit: String
  /// The price of one unit in USD.
  public var unitPrice: Double
  /// Where the price is from.
  public var source: String

  /// The hours of a month, as AWS counts them.
  public static let hoursPerMonth = 730.0

  /// The monthly amount in USD.
  public var amount: Double { quantity * unitPrice }

  /// A line of the bill.
  public init(
    component: String, what: String, quantity: Double, unit: String, unitPrice: Double,
    source: String
  ) {
    self.component = component
    self.what = what
    self.quantity = quantity
    self.unit = unit
    self.unitPrice = unitPrice
    self.source = source
  }
}
