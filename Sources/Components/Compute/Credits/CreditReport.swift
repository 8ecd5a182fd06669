import Kernel

/// What several machines tell of their CPU credits.
struct CreditReport {
  private var balances = 0.0
  private var machines = 0
  private var owed = 0.0
  private var limited: Nanoseconds = 0

  /// Credits of the machines that serve, on average over them; below zero is what is borrowed.
  var balance: Double { machines > 0 ? balances / Double(machines) : .nan }

  /// Counts a machine in.
  ///
  /// - Parameters:
  ///   - meter: the machine's; one that never ran has none.
  ///   - busyTime: its running total of processor time.
  ///   - serves: whether its balance counts.
  ///   - now: the present.
  mutating func add(
    _ meter: CreditMeter?, busyTime: Int128, serves: Bool, at now: Nanoseconds
  ) {
    guard let meter else { return }
    let amounts = meter.balance(busyTime: busyTime, at: now)
    owed += amounts.owed
    limited += meter.limitedTime(at: now)
    guard serves else { return }
    machines += 1
    balances += amounts.balance - amounts.surplus
  }

  /// Adds the metrics, and to the bill what is borrowed.
  func add(to report: inout ComponentReport, price: Catalogue.Price?, _ context: ReportContext) {
    report.record.add("credit_balance", balance)
    report.record.add("surplus_credits", owed)
    report.record.add("baseline_time", limited.inSeconds)
    guard owed > 0, let price else { return }
    report.cost.append(
      CostItem(
        component: report.record.name, what: "surplus CPU credits",
        quantity: context.perMonth(owed / 60), unit: "vCPU-h", unitPrice: price.amount,
        source: "Models/prices.yaml"))
  }
}
