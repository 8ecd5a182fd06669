public import Kernel

/// What one component reports at the end of a replication.
public struct ComponentRecord: Sendable {
  /// The component's name in the experiment.
  public var name: String
  /// The component's kind in the registry.
  public var kind: String
  /// The metrics in the order in which the component reports them.
  public var metrics: [Metric]

  /// A record without metrics yet.
  public init(name: String, kind: String) {
    self.name = name
    self.kind = kind
    self.metrics = []
  }

  /// One named observation.
  public struct Metric: Sendable {
    /// The metric's name, in snake case as in the JSON.
    public var name: String
    /// What was observed.
    public var value: Value
  }

  /// The forms that an observation takes.
  public enum Value: Sendable {
    /// One number in the metric's unit (s, bytes, per second, a share from 0 to 1, a count);
    /// replications are averaged.
    case number(Double)
    /// Durations in nanoseconds; replications are pooled.
    case durations(Histogram)
  }

  /// Adds a number.
  public mutating func add(_ name: String, _ value: Double) {
    metrics.append(Metric(name: name, value: .number(value)))
  }

  /// Adds a histogram of durations.
  public mutating func add(_ name: String, _ histogram: Histogram) {
    metrics.append(Metric(name: name, value: .durations(histogram)))
  }
}
