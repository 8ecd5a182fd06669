import Components
import Experiments
import Kernel
import Testing

/// CPU credits: balances and times worked out by hand.
///
/// A t3.micro has two vCPUs and earns 12 credits an hour, 0.2 a minute; with both busy it spends
/// two a minute, so its balance falls by 1.8 a minute.
struct CreditTests {
  /// A run of `jobs` requests at the start, each of so much processor time, on one instance.
  private static func run(
    _ jobs: Int, of work: String, type: String = "t3.micro", _ credits: String,
    end: String = "1s"
  ) throws -> Run {
    var arrivals = Array(repeating: (time: "0s", endpoint: "page"), count: jobs)
    if end != "1s" { arrivals.append((end, "short")) }
    return try Run(
      arrivals: arrivals,
      """
      app: {kind: auto-scaling-group, instance: \(type), processes: 8, credits: {\(credits)}, \
      endpoints: {page: [{work: {time: \(work)}}], short: [{work: {time: 1us}}]}}
      """)
  }

  /// The only response time of two alike requests.
  private static func seconds(_ run: Run) -> Double {
    Double(run.endpoint("page").succeeded.sum) / 2e9
  }

  @Test func `standard: at zero credits each vCPU falls to its baseline of 10%`() throws {
    let run = try Self.run(2, of: "1000s", "mode: standard, balance: 9")
    // 9 credits last 9 / 1.8 = 5 min. The other 700 s take ten times as long: 300 + 7000 s.
    #expect(Self.seconds(run) == 7300)
    // At the baseline of 2 × 10% it spends what it earns, so nothing is saved.
    #expect(run.number("app", "credit_balance") == 0)
    #expect(run.number("app", "baseline_time") == 7000)
    // 600 vCPU-s at full speed and 7000 × 0.2 at the baseline, of 2 × 7300.
    #expect(abs(run.number("app", "cpu") - 2000.0 / 14600) < 1e-12)
  }

  @Test func `one credit is one vCPU for a minute, earned all the time`() throws {
    // In 300 s both vCPUs spend 10 credits and 1 is earned: 20 become 11. In another 100.001 s it
    // earns a third of a credit and 0.001 / 300.
    let run = try Self.run(2, of: "300s", "mode: standard, balance: 20", end: "400.001s")
    #expect(Self.seconds(run) == 300)
    let spentLast = 1e-6 / 60
    let earnedLast = 1e-6 / 300
    let expected = 20 - 10 + 400.001 / 300 - spentLast + earnedLast
    #expect(abs(run.number("app", "credit_balance") - expected) < 1e-10)
  }

  @Test func `the balance never exceeds what is earned in 24 hours`() throws {
    // Full at the start, idle for an hour, and then 100 s of one vCPU: 12 credits are lost.
    let run = try Run(
      arrivals: [("1h", "page")],
      """
      app: {kind: auto-scaling-group, instance: t3.micro, credits: {balance: 288}, \
      endpoints: {page: [{work: {time: 100s}}]}}
      """)
    #expect(abs(run.number("app", "credit_balance") - (288 - 100.0 / 60 + 100.0 / 300)) < 1e-9)
  }

  @Test func `t3 has no launch credits: a balance begins at zero, and in standard mode at once`()
    throws
  {
    // Two jobs of 10 s at a tenth of the speed.
    let run = try Self.run(2, of: "10s", "mode: standard")
    #expect(Self.seconds(run) == 100)
    // In unlimited mode, the default, they run at full speed.
    let unlimited = try Self.run(2, of: "10s", "balance: 0")
    #expect(Self.seconds(unlimited) == 10)
  }

  @Test func `what a machine saves below its baseline it may spend at full speed`() throws {
    // One job of 1000 s on one of two vCPUs: 540 s of credits and then 0.2 vCPU as they are earned,
    // so that 1000 = 540 + 0.2 T. A tenth is used at the baseline, and the rest is saved for bursts,
    // one of which may be saved at the end.
    let run = try Self.run(1, of: "1000s", "mode: standard, balance: 9")
    let time = Double(run.response("page")) / 1e9
    #expect(time >= 2300 && time < 2301, "\(time)")
  }

  @Test func `unlimited: surplus credits are borrowed, repaid by earnings, and billed at last`()
    throws
  {
    // 10 min of both vCPUs spend 20 credits and earn 2: 18 are borrowed.
    let run = try Self.run(2, of: "600s", "mode: unlimited")
    #expect(Self.seconds(run) == 600)
    #expect(abs(run.number("app", "surplus_credits") - 18) < 1e-12)
    #expect(run.number("app", "baseline_time") == 0)
    let item = try #require(run.record.cost.first { $0.what == "surplus CPU credits" })
    // 18 credits are 0.3 vCPU-hours, at $0.05, in 600 s of load; a month has 730 such hours.
    let hours = 730.0 * 3600 / run.record.loadDuration.inSeconds
    #expect(abs(item.amount - 0.3 * 0.05 * hours) < 1e-6 * item.amount)
    // After another 45 min half is repaid: 45 × 0.2 = 9.
    let later = try Self.run(2, of: "600s", "mode: unlimited", end: "3300s")
    #expect(abs(later.number("app", "surplus_credits") - 9) < 1e-6)
    // After 90 min all is repaid, and 0.2 credits a minute are saved.
    let saved = try Self.run(2, of: "600s", "mode: unlimited", end: "6300s")
    #expect(saved.number("app", "surplus_credits") == 0)
    #expect(abs(saved.number("app", "credit_balance") - 1) < 1e-6)
  }

  @Test(arguments: [("t3.micro", 0.05), ("t4g.micro", 0.04)])
  func `a vCPU-hour of surplus credits costs $0.05 on t3 and $0.04 on t4g`(
    _ instance: String, _ price: Double
  ) throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      app: {kind: auto-scaling-group, instance: \(instance), endpoints: {page: [{work: {time: 60s}}]}}
      """)
    let item = try #require(run.record.cost.first { $0.what == "surplus CPU credits" })
    #expect(item.unitPrice == price)
  }

  @Test func `unlimited: what is borrowed beyond 24 hours of earnings is billed and not repaid`()
    throws
  {
    // 200 min of both vCPUs borrow 360 credits: 288 can be repaid and 72 are billed. 24 h later
    // the 288 are repaid, and the 72 still stand on the bill.
    let run = try Self.run(2, of: "12000s", "mode: unlimited", end: "98400s")
    #expect(abs(run.number("app", "surplus_credits") - 72) < 1e-6)
    #expect(abs(run.number("app", "credit_balance")) < 1e-6)
  }

  @Test func `a t3 in unlimited mode costs what an m5 costs at 42.5% of CPU`() throws {
    let catalogue = CatalogueReader.builtIn
    let burstable = try #require(catalogue.instanceType("t3.large"))
    let fixed = try #require(catalogue.instanceType("m5.large"))
    let load = { (cpu: Int) in
      try Run(
        "rate: 20/s\nprocess: constant\nduration: 25min",
        """
        app: {kind: auto-scaling-group, instance: t3.large, \
        endpoints: {page: [{work: {time: \(cpu)ms}}]}}
        """)
    }
    // 20 requests a second of x ms are x / 1000 × 10 of each vCPU: 42.5 ms are 42.5%. Beyond the
    // baseline of 30% are 2 × 12.5% of a vCPU, at $0.05 an hour: $0.0125 on top of $0.0832, which
    // is $0.0957, beside $0.096. (AWS rounds the hour of t3.large up to $0.0835.)
    let cost = { (run: Run) in run.record.cost.reduce(0) { $0 + $1.amount } / 730 }
    let below = try cost(load(42))
    let above = try cost(load(44))
    #expect(abs(below - (burstable.pricePerHour + 0.012)) < 1e-5)
    #expect(below < fixed.pricePerHour && above > fixed.pricePerHour)
  }

  @Test func `credits on a type that has none are a problem`() {
    let found = problems(
      Run.text(
        "rate: 1/s\nrequests: 1",
        """
        app: {kind: auto-scaling-group, instance: m5.large, credits: {mode: standard}, \
        endpoints: {page: [{work: {time: 1ms}}]}}
        """, seed: 1))
    #expect(found == ["11: m5.large has no CPU credits"])
  }
}
