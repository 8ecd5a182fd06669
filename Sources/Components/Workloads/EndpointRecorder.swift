import Kernel

/// Records what the client sees of one endpoint.
final class EndpointRecorder {
  /// What is written to, without owning it: valid as long as there is its recorder.
  struct Entrance: BitwiseCopyable {
    fileprivate let offered: UnsafeMutablePointer<Int>
    fileprivate let failures: UnsafeMutablePointer<Int>
    fileprivate let succeeded: HistogramRecorder.Entrance
    fileprivate let failed: HistogramRecorder.Entrance
  }

  let entrance: Entrance
  private let name: String
  private let succeeded = HistogramRecorder()
  private let failed = HistogramRecorder()

  /// How many outcomes there can be.
  private static let outcomes = 256

  init(_ name: String) {
    self.name = name
    let offered = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    offered.initialize(to: 0)
    let failures = UnsafeMutablePointer<Int>.allocate(capacity: Self.outcomes)
    failures.initialize(repeating: 0, count: Self.outcomes)
    entrance = Entrance(
      offered: offered, failures: failures, succeeded: succeeded.entrance, failed: failed.entrance)
  }

  deinit {
    entrance.offered.deallocate()
    entrance.failures.deallocate()
  }

  var failureCount: Int { failed.count }

  func record() -> EndpointRecord {
    var record = EndpointRecord(name: name)
    record.offered = entrance.offered.pointee
    record.succeeded = succeeded.snapshot()
    record.failed = failed.snapshot()
    record.failures = (0..<Self.outcomes).filter { entrance.failures[$0] > 0 }.map {
      (Outcome(rawValue: UInt8($0)).cause, entrance.failures[$0])
    }
    return record
  }
}

extension EndpointRecorder.Entrance {
  /// Counts a request that was made.
  @inline(__always)
  func offer() { offered.pointee &+= 1 }

  /// Counts a request that has ended.
  @inline(__always)
  func record(_ response: Nanoseconds, _ outcome: Outcome) {
    if outcome.isSuccess { succeeded.record(response) } else { recordFailure(response, outcome) }
  }

  @inline(never)
  private func recordFailure(_ response: Nanoseconds, _ outcome: Outcome) {
    failed.record(response)
    failures[Int(outcome.rawValue)] &+= 1
  }
}
