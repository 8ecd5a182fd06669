import Components
import Experiments
import Kernel
import Testing

@testable import Runner

@Suite struct `A steady run` {
  private func run(_ workload: String, _ service: String, replication: Int = 1) throws -> Run {
    let text = Run.text(workload, "queue: {kind: station, service: \(service)}", seed: 1)
    return try Run(
      experiment: experimentOf(text.replacing("seed: 1\n", with: "seed: 1\nanalysis: steady\n")),
      replication: replication)
  }

  @Test func `is cut where the standard error of the rest is least`() {
    // The first two batches are far off. Cut after two: no variance at all is left.
    #expect(WarmUp(batchMeans: [50, 20] + Array(repeating: 1, count: 18)).batches == 2)
    // Nothing is gained by cutting from what is alike from the beginning but for its noise.
    let noise = (0..<40).map { $0 % 2 == 0 ? 1.0 : -1.0 }
    #expect(WarmUp(batchMeans: noise).batches == 0)
    #expect(!WarmUp(batchMeans: noise).isTooShort)
  }

  @Test func `is too short if its warm-up lasts longer than half of it`() {
    #expect(WarmUp(batchMeans: (0..<40).map(Double.init)).isTooShort)
    #expect(WarmUp(batchMeans: [1, 2]).isTooShort)
  }

  @Test func `forgets the beginning in counts and durations alike`() throws {
    let whole = try Run(
      "rate: 50/s\nduration: 100s", "queue: {kind: station, service: exponential 10ms}")
    let steady = try run("rate: 50/s\nduration: 100s", "exponential 10ms")
    let settling = try #require(steady.record.settling)
    #expect(whole.record.settling == nil)
    #expect(settling.arrivals == whole.offered)
    #expect(settling.warmUp >= 0 && settling.warmUp <= steady.record.loadDuration / 2)
    #expect(steady.ended <= whole.ended)
    if settling.warmUp > 0 { #expect(steady.ended < whole.ended) }
    #expect(settling.quarters.count == 3)
  }

  @Test func `has no more in flight at its end than before if it keeps up`() throws {
    let settling = try #require(
      try run("rate: 70/s\nduration: 200s", "exponential 10ms").record.settling)
    #expect(Double(settling.backlog) < 0.01 * Double(settling.arrivals), "seed 1")
  }

  @Test func `has a backlog at its end if more arrives than it serves`() throws {
    // 120/s arrive and 100/s are served: after 100 s some 2,000 of 12,000 are in flight, and on
    // average in the quarters 3/8, 5/8 and 7/8 of that.
    let settling = try #require(
      try run("rate: 120/s\nduration: 100s", "exponential 10ms").record.settling)
    #expect(abs(Double(settling.backlog) - 2_000) < 4 * 150, "seed 1")
    #expect(settling.quarters[0] < settling.quarters[1])
    #expect(settling.quarters[1] < settling.quarters[2])
  }
}
