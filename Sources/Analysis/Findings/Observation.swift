/// One thing worth saying about an arm: a limit that was reached, or where the time goes.
public struct Observation: Sendable, Equatable {
  /// What kind of thing it is.
  public var kind: Kind
  /// The component it is about, or nil if it is about the whole arm.
  public var component: String?
  /// The metric that shows it.
  public var metric: String
  /// The metric's value.
  public var value: Double
  /// The unit of the value.
  public var unit: MetricUnit
  /// What is to be said, as a clause without capital and full stop.
  public var clause: String

  /// The kinds of observations.
  public enum Kind: String, Sendable {
    /// A table refuses work beyond its capacity.
    case throttled
    /// A component is busy nearly all the time.
    case saturated
    /// All workers of a group are taken, while its processors are not busy.
    case workersBusy
    /// Requests wait long for a connection of a pool.
    case poolExhausted
    /// A group turns requests away because its backlog is full.
    case rejected
    /// Requests fail.
    case failures
    /// Capacity was added, but served long after it was needed.
    case lateScaling
    /// Where the largest part of the response time is spent.
    case largestShare
  }
}
