import Components
import Kernel
import Runner
import Testing

@Suite struct `The accounts of a run` {
  /// A run of a station with a queue, balanced at its end.
  let balanced: RunRecord

  init() throws {
    balanced = try Run(
      "rate: 80/s\nrequests: 500", "queue: {kind: station, service: exponential 10ms}"
    ).record
  }

  func violations(_ change: (inout RunRecord) -> Void) -> [String] {
    var record = balanced
    change(&record)
    return Accounting(of: record).violations
  }

  func changed(
    _ record: inout RunRecord, _ metric: String, _ change: (Double) -> Double
  ) {
    for index in record.components[0].metrics.indices
    where record.components[0].metrics[index].name == metric {
      if case .number(let number) = record.components[0].metrics[index].value {
        record.components[0].metrics[index].value = .number(change(number))
      }
    }
  }

  @Test func `balance as they are`() {
    #expect(violations { _ in } == [])
  }

  @Test func `show a request that is lost`() {
    let lost = violations { $0.endpoints[0].offered += 1 }
    #expect(
      lost == [
        "flow balance is broken at the client: 501 requests arrived, but 500 ended and 0 are in "
          + "flight"
      ])
    #expect(violations { $0.endpoints[0].failures = [("timeout", 1)] }.count == 1)
  }

  @Test func `show a completion that was not observed`() {
    let broken = violations { changed(&$0, "completions") { $0 + 1 } }
    #expect(broken.contains { $0.contains("'queue': 501 completions, but 500 sojourn times") })
  }

  @Test func `show that Little's law is broken by a millionth`() {
    let broken = violations { changed(&$0, "in_system") { $0 * 1.000_001 } }
    #expect(broken.contains { $0.hasPrefix("Little's law is broken at 'queue'") })
  }

  @Test func `show that the utilization law is broken by a millionth`() {
    let broken = violations { changed(&$0, "queue_length") { $0 * 0.999_99 } }
    #expect(broken.count == 1)
    #expect(broken.allSatisfy { $0.hasPrefix("the utilization law is broken at 'queue'") })
  }

  @Test func `balance with those who are blocked, give up, or are there at the end`() throws {
    // A run with a violation is no result at all: it throws.
    _ = try Run(
      "rate: 200/s\nrequests: 500",
      "queue: {kind: station, servers: 2, queue: 3, service: exponential 20ms}")
    _ = try Run(
      "rate: 200/s\nrequests: 500",
      "queue: {kind: station, service: exponential 20ms, patience: exponential 30ms}")
    _ = try Run(
      "rate: 200/s\nduration: 2s\ngrace: 0s", "queue: {kind: station, service: 20ms}")
    _ = try Run("rate: 200/s\nduration: 2s\ngrace: 0s", "far: {kind: delay, time: 3s}")
    _ = try Run(
      "rate: 200/s\nduration: 2s\ngrace: 0s",
      "queue: {kind: station, discipline: processor-sharing, service: exponential 20ms}")
  }
}
