/// What one component reported, over all replications of an arm.
public struct ComponentResult: Sendable {
  /// The component's name in the experiment.
  public var name: String
  /// The component's kind in the registry.
  public var kind: String
  /// The metrics in the order in which the component reports them.
  public var metrics: [Metric]

  /// One metric over all replications.
  public struct Metric: Sendable {
    /// The name in snake case.
    public var name: String
    /// The value.
    public var value: Value
  }

  /// The forms that a metric takes.
  public enum Value: Sendable {
    /// The mean over the replications in which the metric is defined, or nil if there is none.
    case number(Estimate?)
    /// Durations pooled over the replications, in seconds.
    case durations(ResponseSummary)
  }

  /// The number under a metric's name, or nil if there is none.
  public func number(_ metric: String) -> Double? { estimate(metric)?.value }

  /// The number under a metric's name with the pull of each replication, or nil if there is none.
  public func estimate(_ metric: String) -> Estimate? {
    for candidate in metrics where candidate.name == metric {
      if case .number(let number) = candidate.value { return number }
    }
    return nil
  }

  /// The durations under a metric's name, or nil if none were observed.
  public func durations(_ metric: String) -> ResponseSummary? {
    for candidate in metrics where candidate.name == metric {
      if case .durations(let summary) = candidate.value, summary.count > 0 { return summary }
    }
    return nil
  }
}
