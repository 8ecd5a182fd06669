public import Kernel

/// Everything that one replication of one arm observed, in bounded memory.
public struct RunRecord: Sendable {
  /// The endpoints in the order of the mix.
  public var endpoints: [EndpointRecord] = []
  /// The components in the order of the experiment.
  public var components: [ComponentRecord] = []
  /// Changes of capacity in the order of time.
  public var scaling: [ScalingAction] = []
  /// The monthly bill.
  public var cost: [CostItem] = []
  /// Metrics over time; empty but in the first replication.
  public var series: [Series] = []
  /// How long the load lasted: to the end of arrivals, in simulated time.
  public var loadDuration: Nanoseconds = 0
  /// When the last observed event was, in simulated time.
  public var endTime: Nanoseconds = 0
  /// Requests still in flight when the run ended; they are in no other figure but `offered`.
  public var unfinished = 0
  /// What was cut and how the system settled; nil in a terminating analysis.
  public var settling: Settling?
  /// The digest of the event history.
  public var digest: UInt64 = 0
  /// How many events were taken from the future event list.
  public var events = 0

  /// An empty record.
  public init() {}
}

/// How a run came to its steady state, if it did.
public struct Settling: Sendable, Equatable {
  /// The beginning of the run that is in no figure of the client.
  public var warmUp: Nanoseconds
  /// Whether the warm-up may have lasted longer than half of the run.
  public var isTooShort: Bool
  /// Requests in flight when the load ended.
  public var backlog: Int
  /// The mean number of requests in flight in the second, third and last quarter of the load.
  public var quarters: [Double]
  /// Requests that arrived during the whole load.
  public var arrivals: Int

  /// What is known of the beginning and of the end of a run.
  public init(
    warmUp: Nanoseconds, isTooShort: Bool, backlog: Int, quarters: [Double], arrivals: Int
  ) {
    self.warmUp = warmUp
    self.isTooShort = isTooShort
    self.backlog = backlog
    self.quarters = quarters
    self.arrivals = arrivals
  }
}

/// What the client saw of one endpoint in one replication.
public struct EndpointRecord: Sendable {
  /// The endpoint's name.
  public var name: String
  /// Requests that arrived.
  public var offered = 0
  /// Response times of the successful requests.
  public var succeeded = Histogram()
  /// Response times of the failed requests.
  public var failed = Histogram()
  /// Failures by cause, in a fixed order of causes; only causes that occurred.
  public var failures: [(cause: String, count: Int)] = []

  /// A record of an endpoint that nobody called.
  public init(name: String) { self.name = name }
  /// What was observed after an earlier state of the same record.
  public func subtracting(_ earlier: EndpointRecord) -> EndpointRecord {
    var later = EndpointRecord(name: name)
    later.offered = offered - earlier.offered
    later.succeeded = succeeded.subtracting(earlier.succeeded)
    later.failed = failed.subtracting(earlier.failed)
    later.failures = failures.compactMap { failure in
      let before = earlier.failures.first { $0.cause == failure.cause }?.count ?? 0
      return failure.count > before ? (failure.cause, failure.count - before) : nil
    }
    return later
  }
}
