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
  /// The digest of the event history.
  public var digest: UInt64 = 0
  /// How many events were taken from the future event list.
  public var events = 0

  /// An empty record.
  public init() {}
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
}
