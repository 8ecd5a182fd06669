import Kernel

/// A metric that a kind of component publishes, under the name that CloudWatch gives it.
public struct MetricDeclaration: Hashable, Sendable {
  /// The unit of the values.
  public enum Unit: Hashable, Sendable {
    /// A part of the whole, from 0 to 1; CloudWatch shows it in percent.
    case share
    /// A number of something.
    case count
    /// A time.
    case seconds
    /// A size.
    case bytes
  }

  /// What becomes of the datapoints of a period.
  public enum Statistic: String, Hashable, Sendable {
    /// The mean of the samples.
    case average
    /// Their sum.
    case sum
  }

  /// The name, such as `CPUUtilization`.
  public let name: String
  /// The unit of the values.
  public let unit: Unit
  /// The statistic that policies take of it.
  public let statistic: Statistic

  /// A metric of a name.
  public init(_ name: String, unit: Unit, statistic: Statistic = .average) {
    self.name = name
    self.unit = unit
    self.statistic = statistic
  }

  /// A value in words: `80%`, `120`, `1.5s`, `2MB`.
  func format(_ value: Double) -> String {
    switch unit {
    case .share: Units.format(share: (value * 1000).rounded() / 1000)
    case .count: Units.format(number: (value * 1000).rounded() / 1000)
    case .seconds: Units.format(duration: .seconds(value))
    case .bytes: Units.format(size: Int(value.rounded()))
    }
  }
}
