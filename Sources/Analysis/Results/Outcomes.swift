/// How many requests ended in failure for one cause.
public struct FailureCount: Sendable, Equatable {
  /// The cause, as the components name it: `timeout`, `throttled`.
  public var cause: String
  /// The mean number per replication.
  public var count: Double

  /// Creates the count of a cause.
  public init(cause: String, count: Double) {
    self.cause = cause
    self.count = count
  }
}

/// What the client saw of one endpoint, or of all endpoints of an arm together.
///
/// Counts are means per replication, durations are pooled over all replications. Requests that
/// were still in flight when the run ended are in ``arrivals`` only.
public struct Outcomes: Sendable {
  /// Requests that arrived.
  public var arrivals: Double
  /// Requests that ended, whatever the outcome.
  public var requests: Double
  /// The share of the ended requests that failed, with the pull of each replication; nil if none
  /// ended.
  public var failureRateEstimate: Estimate?
  /// Failures by cause, in the components' order of causes.
  public var failures: [FailureCount]
  /// Response times of all ended requests, the failed ones included, as load tools print them.
  public var response: ResponseSummary
  /// Response times of the successful requests alone.
  public var responseOK: ResponseSummary

  /// The share of the ended requests that failed, from 0 to 1; nil if none ended.
  public var failureRate: Double? { failureRateEstimate?.value }
}
