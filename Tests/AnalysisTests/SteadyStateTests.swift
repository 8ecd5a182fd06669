import Analysis
import Components
import Kernel
import Testing

@Suite struct `A steady state` {
  func arm(backlog: Int, quarters: [Double], warmUp: Double = 2) -> ArmResult {
    var record = SampleRecords.record(succeeded: Array(repeating: 0.5, count: 80))
    record.settling = Settling(
      warmUp: .seconds(warmUp), isTooShort: false, backlog: backlog, quarters: quarters,
      arrivals: 100)
    return ArmResult(name: "a", records: [record, record])
  }

  @Test func `is that of the rest of the run, over its length`() throws {
    let arm = arm(backlog: 0, quarters: [1, 1, 1])
    let steady = try #require(arm.steady)
    #expect(steady.warmUp == 2)
    #expect(steady.runLength == 8)
    #expect(!steady.isOverloaded)
    // 80 requests arrived and ended in the 8 s that are left of 10.
    #expect(arm.offered == 10)
    #expect(arm.throughput == 10)
    #expect(arm.total.response.mean == 0.5)
  }

  @Test func `does not exist where the backlog grows, and no figure is given for it`() {
    let overloaded = arm(backlog: 20, quarters: [5, 10, 15])
    #expect(overloaded.steady?.isOverloaded == true)
    #expect(overloaded.total.response.mean == nil)
    #expect(overloaded.total.response.ci == nil)
    #expect(overloaded.endpoints[0].outcomes.response.p99 == nil)
    #expect(overloaded.total.requests == 80)
  }

  @Test func `exists where many are in flight, but no more than before`() {
    #expect(arm(backlog: 20, quarters: [20, 19, 20]).steady?.isOverloaded == false)
    #expect(arm(backlog: 0, quarters: [1, 2, 4]).steady?.isOverloaded == false)
  }

  @Test func `is not asked for in a terminating analysis`() {
    #expect(ArmResult(name: "a", records: [RunRecord()]).steady == nil)
  }
}
