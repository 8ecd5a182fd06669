import Analysis
import Testing

@Suite struct `A precision` {
  func arm(_ responses: [Double]) -> ArmResult {
    ArmResult(name: "a", records: responses.map { SampleRecords.record(succeeded: [$0]) })
  }

  @Test func `needs two replications to be known`() {
    #expect(Precision(share: 0.02).replications(after: [arm([5])]) == 2)
    #expect(Precision(share: 0.02).missed(by: [arm([5])]).count == 1)
  }

  @Test func `asks for as many as the square of the excess, and twice as many at most`() {
    // Four replications, deviations ±0.1: standard error √(0.04 / 12) and t 3.182 with 3 degrees
    // of freedom give ±0.1837, 3.67% of 5. For 3.2% (3.67 / 3.2)² × 4 = 5.3 are
    // needed.
    let four = arm([4.9, 5.1, 4.9, 5.1])
    #expect(Precision(share: 0.032).replications(after: [four]) == 6)
    #expect(Precision(share: 0.001).replications(after: [four]) == 8)
    #expect(Precision(share: 0.04).replications(after: [four]) == nil)
    #expect(Precision(share: 0.04).missed(by: [four]).isEmpty)
    #expect(Precision(share: 0.032).replications(after: [arm([5, 5, 5, 5]), four]) == 6)
  }

  @Test func `stops at the most replications that are made for it`() {
    let most = arm((0..<Precision.mostReplications).map { $0 % 2 == 0 ? 1 : 9 })
    #expect(Precision(share: 0.001).replications(after: [most]) == nil)
    #expect(Precision(share: 0.001).missed(by: [most]).count == 1)
  }
}
