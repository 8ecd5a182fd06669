import Analysis
import Components
import Kernel

/// Records made by hand.
enum SampleRecords {
  static func histogram(_ seconds: [Double]) -> Histogram {
    let recorder = HistogramRecorder()
    for value in seconds { recorder.record(.seconds(value)) }
    return recorder.snapshot()
  }

  static func record(
    succeeded: [Double], failed: [Double] = [], failures: [(cause: String, count: Int)] = [],
    load: Double = 10, end: Double = 10, digest: UInt64 = 1
  ) -> RunRecord {
    var endpoint = EndpointRecord(name: "courses")
    endpoint.offered = succeeded.count + failed.count
    endpoint.succeeded = histogram(succeeded)
    endpoint.failed = histogram(failed)
    endpoint.failures = failures
    var record = RunRecord()
    record.endpoints = [endpoint]
    record.loadDuration = .seconds(load)
    record.endTime = .seconds(end)
    record.digest = digest
    return record
  }

  static func component(
    _ name: String, _ kind: String, _ numbers: [(String, Double)],
    durations: [(String, [Double])] = []
  ) -> ComponentRecord {
    var record = ComponentRecord(name: name, kind: kind)
    for (metric, value) in numbers { record.add(metric, value) }
    for (metric, values) in durations { record.add(metric, histogram(values)) }
    return record
  }

  static func station(
    _ name: String, _ numbers: [(String, Double)], durations: [(String, [Double])] = []
  ) -> ComponentRecord {
    component(name, "station", numbers, durations: durations)
  }

  /// An arm of one replication in which a hundred requests took a second each.
  static func arm(
    _ components: [ComponentRecord], failed: Int = 0,
    failures: [(cause: String, count: Int)] = [], scaling: [ScalingAction] = []
  ) -> ArmResult {
    var record = record(
      succeeded: Array(repeating: 1, count: 100 - failed),
      failed: Array(repeating: 1, count: failed), failures: failures)
    record.components = components
    record.scaling = scaling
    return ArmResult(name: "before", records: [record])
  }
}
