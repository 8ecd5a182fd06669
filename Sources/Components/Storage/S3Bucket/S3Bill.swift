import Kernel

/// What a bucket costs: storage, requests and what leaves for the internet.
struct S3Bill: Sendable {
  private let storage: Catalogue.Price?
  private let read: Catalogue.Price?
  private let write: Catalogue.Price?
  /// The price of a gigabyte to the internet, and up to how many a month it holds.
  private let transfer: [(price: Catalogue.Price?, upTo: Double)]

  init(_ catalogue: Catalogue) {
    storage = catalogue.price("s3.storage-gb-month")
    read = catalogue.price("s3.get")
    write = catalogue.price("s3.put")
    transfer = [
      (catalogue.price("network.internet-gb"), 10_000),
      (catalogue.price("network.internet-gb-next-40-tb"), 50_000),
      (catalogue.price("network.internet-gb-next-100-tb"), .infinity),
    ]
  }

  /// What a month brings.
  struct Month {
    var storedGigabytes: Double
    var reads: Double
    var writes: Double
    var gigabytesToInternet: Double
  }

  /// The lines of a month's bill.
  func items(of component: String, _ month: Month) -> [CostItem] {
    var items = [
      item(component, "storage", month.storedGigabytes, "GB", storage),
      item(component, "reads", month.reads, "request", read),
      item(component, "writes", month.writes, "request", write),
    ]
    var below = 0.0
    for step in transfer where month.gigabytesToInternet > below {
      let quantity = min(month.gigabytesToInternet, step.upTo) - below
      items.append(item(component, "transfer to the internet", quantity, "GB", step.price))
      below = step.upTo
    }
    return items.compactMap { $0 }
  }

  private func item(
    _ component: String, _ what: String, _ quantity: Double, _ unit: String,
    _ price: Catalogue.Price?
  ) -> CostItem? {
    price.map {
      CostItem(
        component: component, what: what, quantity: quantity, unit: unit, unitPrice: $0.amount,
        source: $0.provenance.source)
    }
  }
}
