import Kernel

/// Records what the client sees of one endpoint.
final class EndpointRecorder {
  private let name: String
  private let offered = Cell(0)
  private let succeeded = HistogramRecorder()
  private let failed = HistogramRecorder()
  private let failures = Cells(0, count: 256)

  init(_ name: String) { self.name = name }

  var failureCount: Int { failed.count }

  @inline(__always)
  func offer() { offered.value &+= 1 }

  @inline(__always)
  func record(_ response: Nanoseconds, _ outcome: Outcome) {
    if outcome.isSuccess { succeeded.record(response) } else { recordFailure(response, outcome) }
  }

  @inline(never)
  private func recordFailure(_ response: Nanoseconds, _ outcome: Outcome) {
    failed.record(response)
    failures[Int(outcome.rawValue)] &+= 1
  }

  func record() -> EndpointRecord {
    var record = EndpointRecord(name: name)
    record.offered = offered.value
    record.succeeded = succeeded.snapshot()
    record.failed = failed.snapshot()
    record.failures = (0..<256).filter { failures[$0] > 0 }.map {
      (Outcome(rawValue: UInt8($0)).cause, failures[$0])
    }
    return record
  }
}
