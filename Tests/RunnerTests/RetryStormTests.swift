import Components
import Experiments
import Foundation
import Testing

/// The lesson of the retry storm, as it ships.
struct RetryStormTests {
  /// Requests that are answered in time, a second, between two times of the run.
  private static func goodput(_ run: Run, from start: Double, to end: Double) -> Double {
    func total(_ name: String) -> Double {
      run.series(name).filter { $0.time > start && $0.time <= end }.map(\.value).reduce(0, +)
    }
    let windows = run.series("client.throughput").filter { $0.time > start && $0.time <= end }
    return (total("client.throughput") - total("client.failures")) / Double(windows.count)
  }

  private static func mean(_ run: Run, _ name: String, after start: Double) -> Double {
    let values = run.series(name).filter { $0.time > start }.map(\.value)
    return values.reduce(0, +) / Double(values.count)
  }

  private static func run(_ arm: String) throws -> Run {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Experiments/lessons/retry-storm/retry-storm.yaml")
    var reader = ExperimentReader()
    let read = reader.read(file: file.path(percentEncoded: false))
    return try Run(experiment: try #require(read, "\(reader.report)"), arm: arm)
  }

  @Test func `after an overload, unbudgeted retries keep a table at 90% load collapsed`() throws {
    let run = try Self.run("unbudgeted")
    // Before: 8 requests a second of 10 that the table has room for.
    #expect(Self.goodput(run, from: 0, to: 30) > 6.5)
    // From half a minute to three and a half minutes after the load has fallen to 9 a second.
    #expect(Self.goodput(run, from: 122, to: 300) < 1)
    // The table is as busy as it can be, with work that nobody waits for any more.
    #expect(Self.mean(run, "shop.consumed_read_units", after: 122) > 39)
  }

  @Test func `budgeted retries with jitter recover when the load falls to 90%`() throws {
    let run = try Self.run("budgeted")
    #expect(Self.goodput(run, from: 0, to: 30) > 6.5)
    // 9 a second, less the noise of 1,600 Poisson arrivals: 4 × 9 / √1600.
    #expect(Self.goodput(run, from: 122, to: 300) > 8.1)
    #expect(Self.mean(run, "shop.throttled", after: 200) < 4)
  }
}
