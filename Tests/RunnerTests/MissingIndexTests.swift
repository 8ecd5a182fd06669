import Experiments
import Foundation
import Kernel
import Testing

/// The lesson about a missing index teaches what its page says.
struct MissingIndexTests {
  @Test func `a scan costs as its page reckons, and the index takes the cost away`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Experiments/lessons/missing-index/missing-index.yaml")
    var reader = ExperimentReader(overrides: ["workload.duration=30min"])
    let read = reader.read(file: file.path)
    let experiment = try #require(read, "\(reader.report)")
    let before = try Run(experiment: experiment, arm: "before")
    let after = try Run(experiment: experiment, arm: "after")
    // 15/s of 100.1 ms on two processors: rho = 0.751, and 100.1 ms / (1 - rho^2) = 229.4 ms; the
    // network adds 0.25 ms.
    let sojourn = (before.durations("orders-db", "sojourn").mean ?? .nan) / 1e6
    #expect(abs(sojourn - 229.6) < 10, "\(sojourn) ms, seed \(experiment.seed)")
    #expect(abs(before.number("orders-db", "cpu") - 0.751) < 0.02)
    #expect(before.number("orders-db", "rows_examined") == Double(before.ended) * 100_000)
    #expect(after.number("orders-db", "rows_examined") == Double(after.ended) * 20)
    // 0.1 ms, 20 rows of 1 us and the network.
    #expect(after.durations("orders-db", "sojourn").minimum == 370_000)
  }
}
