import Analysis
import Components
import Kernel
import Testing

@Suite struct `The result of an arm` {
  @Test func `pools durations over replications and counts failures as responses`() {
    let arm = ArmResult(
      name: "a",
      records: [
        SampleRecords.record(succeeded: [1, 2], failed: [30], failures: [("timeout", 1)]),
        SampleRecords.record(
          succeeded: [3], failed: [4, 5], failures: [("throttled", 1), ("timeout", 1)]),
      ])
    #expect(arm.replications == 2)
    #expect(arm.total.requests == 3)
    #expect(arm.total.failureRate == 0.5)
    #expect(arm.total.response.count == 6)
    #expect(arm.total.response.mean == 7.5)
    #expect(arm.total.response.minimum == 1)
    #expect(arm.total.response.maximum == 30)
    #expect(arm.total.responseOK.mean == 2)
    #expect(arm.total.responseOK.maximum == 3)
    #expect(
      arm.total.failures == [
        FailureCount(cause: "timeout", count: 1), FailureCount(cause: "throttled", count: 0.5),
      ])
    #expect(arm.endpoints.map(\.name) == ["courses"])
    #expect(arm.endpoints[0].outcomes.response == arm.total.response)
  }

  @Test func `is nil where nothing was observed`() {
    let arm = ArmResult(name: "a", records: [RunRecord()])
    #expect(arm.total.failureRate == nil)
    #expect(arm.total.response.mean == nil)
    #expect(arm.total.response.p99 == nil)
    #expect(arm.throughput == nil)
    #expect(arm.cost.monthly == 0)
  }

  @Test func `divides endings by the time that they took, not by the load's alone`() throws {
    // Twice as many arrivals as are served: the last response ends as long after the load.
    let overloaded = SampleRecords.record(
      succeeded: Array(repeating: 10, count: 100), load: 10, end: 20)
    let arm = ArmResult(name: "a", records: [overloaded])
    #expect(arm.offered == 10)
    #expect(arm.throughput == 5)
    #expect(arm.observedDuration == 20)
  }

  @Test func `does not divide by the time that only other events took`() {
    let scaledIn = SampleRecords.record(
      succeeded: Array(repeating: 1, count: 99), load: 10, end: 40)
    #expect(ArmResult(name: "a", records: [scaledIn]).throughput == 9)
    let cut = SampleRecords.record(succeeded: [5, 5], load: 10, end: 10)
    #expect(ArmResult(name: "a", records: [cut]).throughput == 0.2)
  }

  @Test func `averages numbers where they are defined and pools durations of components`() throws {
    var first = RunRecord()
    var second = RunRecord()
    first.components = [
      SampleRecords.station(
        "db", [("utilization", 0.2), ("hit_rate", .nan)], durations: [("waiting", [1])])
    ]
    second.components = [
      SampleRecords.station(
        "db", [("utilization", 0.4), ("hit_rate", 0.5)], durations: [("waiting", [3])])
    ]
    let arm = ArmResult(name: "a", records: [first, second])
    let component = try #require(arm.component("db"))
    let utilization = try #require(component.number("utilization"))
    #expect((utilization - 0.3).magnitude < 1e-12)
    #expect(component.number("hit_rate") == 0.5)
    #expect(component.durations("waiting")?.mean == 2)
    #expect(component.number("waiting") == nil)
    #expect(component.metrics.map(\.name) == ["utilization", "hit_rate", "waiting"])
  }

  @Test func `bills the mean of the replications`() {
    func item(_ what: String, _ quantity: Double) -> CostItem {
      CostItem(
        component: "app", what: what, quantity: quantity, unit: "h", unitPrice: 0.5, source: "")
    }
    var first = RunRecord()
    var second = RunRecord()
    first.cost = [item("instances", 100)]
    second.cost = [item("instances", 200), item("storage", 10)]
    let arm = ArmResult(name: "a", records: [first, second])
    #expect(arm.cost.items.map(\.quantity) == [150, 5])
    #expect(arm.cost.monthly == 77.5)
    #expect(arm.cost.byComponent.map(\.amount) == [77.5])
  }

  @Test func `has a fingerprint that tells the replications and their order`() {
    func fingerprint(_ digests: [UInt64]) -> String {
      let records = digests.map { SampleRecords.record(succeeded: [1], digest: $0) }
      return ArmResult(name: "a", records: records).fingerprint.hexadecimal
    }
    #expect(fingerprint([1, 2]) == fingerprint([1, 2]))
    #expect(fingerprint([1, 2]) != fingerprint([2, 1]))
    #expect(fingerprint([1]) != fingerprint([1, 0]))
    #expect(fingerprint([0]).count == 16)
  }

  @Test func `is compared with the first arm, metric by metric`() throws {
    let before = ArmResult(name: "before", records: [SampleRecords.record(succeeded: [4, 4])])
    let after = ArmResult(name: "after", records: [SampleRecords.record(succeeded: [1, 1])])
    let result = ExperimentResult(
      title: "t", file: "f", seed: 1, replications: 1, analysis: .terminating,
      arms: [before, after])
    #expect(
      result.comparisons.map(\.metric) == [
        "response.mean", "response.p50", "response.p95", "response.p99", "throughput", "goodput",
        "failure_rate", "cost.monthly",
      ])
    let mean = try #require(result.comparison("response.mean", of: "after"))
    #expect(mean.baseline == "before")
    #expect(mean.difference == -3)
    #expect(mean.ratio == 0.25)
    let cost = try #require(result.comparison("cost.monthly", of: "after"))
    #expect(cost.difference == 0)
    #expect(cost.ratio == nil)
  }
}
