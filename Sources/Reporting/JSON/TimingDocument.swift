/// How long the run of one arm took in wall time, without start-up; never part of the result.
public struct ArmTiming: Sendable {
  /// The arm's name.
  public var arm: String
  /// Events taken from the future event list, over all replications.
  public var events: Int
  /// Requests that ended, over all replications.
  public var requests: Int
  /// The wall time of the run in seconds.
  public var wallSeconds: Double
  /// The largest resident memory of the process in bytes, or nil if the system does not tell.
  public var peakMemoryBytes: Int?

  /// Creates the timing of an arm.
  public init(
    arm: String, events: Int, requests: Int, wallSeconds: Double, peakMemoryBytes: Int?
  ) {
    self.arm = arm
    self.events = events
    self.requests = requests
    self.wallSeconds = wallSeconds
    self.peakMemoryBytes = peakMemoryBytes
  }
}

/// The document of `windtunnel run --timing`.
public enum TimingDocument {
  /// The document of the arms of one experiment.
  public static func json(_ timings: [ArmTiming]) -> JSONValue {
    .object(timings.map { ($0.arm, arm($0)) })
  }

  private static func arm(_ timing: ArmTiming) -> JSONValue {
    .object([
      ("events", .count(timing.events)),
      ("requests", .count(timing.requests)),
      ("wall_seconds", .number(timing.wallSeconds)),
      ("events_per_second", perSecond(timing.events, timing)),
      ("requests_per_second", perSecond(timing.requests, timing)),
      ("peak_memory_bytes", timing.peakMemoryBytes.map { .count($0) } ?? .null),
    ])
  }

  private static func perSecond(_ count: Int, _ timing: ArmTiming) -> JSONValue {
    timing.wallSeconds > 0 ? .number(Double(count) / timing.wallSeconds) : .null
  }
}
