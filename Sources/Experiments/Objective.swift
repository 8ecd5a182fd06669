public import Components

/// What an arm must achieve, such as `p(99) < 500ms`.
public struct Objective: Sendable, Hashable {
  /// What is measured.
  public enum Metric: Sendable, Hashable {
    /// The response time that a share of all requests stays below; 0.99 for `p(99)`.
    case percentile(Double)
    /// The mean response time.
    case average
    /// The shortest response time.
    case minimum
    /// The longest response time.
    case maximum
    /// The share of requests that fail.
    case failureRate
    /// Successful requests per second.
    case goodput
    /// Requests ended per second, whatever their outcome.
    case throughput
    /// The share of reads that a cache answers.
    case hitRate(component: Name)
    /// The time average of the instances of a group.
    case instances(component: Name)
    /// US dollars per month.
    case monthlyCost
  }

  /// How the limit binds.
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    /// Below the limit.
    case below = "<"
    /// At most the limit.
    case atMost = "<="
    /// Above the limit.
    case above = ">"
    /// At least the limit.
    case atLeast = ">="

    /// Whether a value meets a limit.
    public func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .below: value < limit
      case .atMost: value <= limit
      case .above: value > limit
      case .atLeast: value >= limit
      }
    }
  }

  /// What a limit counts.
  public enum Unit: Sendable, Hashable {
    /// Seconds.
    case seconds
    /// A share, 1 is all; of a change, 1 is twice as much.
    case share
    /// Events per second.
    case perSecond
    /// A number of things.
    case count
    /// US dollars.
    case dollars
  }

  /// A name within an objective, with its place.
  public struct Name: Sendable, Hashable {
    /// The name of an endpoint, component or arm.
    public var text: String
    /// Where it stands.
    public var location: SourceLocation

    /// A name and its place.
    public init(_ text: String, at location: SourceLocation) {
      self.text = text
      self.location = location
    }
  }

  /// What is measured.
  public var metric: Metric
  /// The only endpoint it is measured of, nil for all.
  public var endpoint: Name?
  /// The arm it is compared with: then the limit is on the relative change from it.
  public var baseline: Name?
  /// How the limit binds.
  public var comparison: Comparison
  /// The limit, in the unit.
  public var limit: Double
  /// The objective as written.
  public var text: String
  /// Where it stands.
  public var location: SourceLocation

  /// What the limit counts.
  public var unit: Unit { baseline == nil ? metric.unit : .share }

  /// Whether a value meets the objective; of an objective with a baseline, a relative change.
  public func holds(_ value: Double) -> Bool { comparison.holds(value, limit) }
}

extension Objective.Metric {
  /// What a value of the metric counts.
  public var unit: Objective.Unit {
    switch self {
    case .percentile, .average, .minimum, .maximum: .seconds
    case .failureRate, .hitRate: .share
    case .goodput, .throughput: .perSecond
    case .instances: .count
    case .monthlyCost: .dollars
    }
  }
}

extension Objective {
  /// Reads an objective; what is wrong is reported at its place inside of the text.
  ///
  /// - Parameters:
  ///   - setting: The text.
  ///   - diagnostics: Where problems go.
  /// - Returns: nil if the text is no objective.
  public static func read(_ setting: Setting, diagnostics: DiagnosticCollector) -> Objective? {
    guard case .text(let text, let quoted) = setting.content else {
      diagnostics.append(
        Diagnostic(
          at: setting.location, "an objective is a text, not \(setting.form)",
          help: ObjectiveParser.example))
      return nil
    }
    var start = setting.location
    start.column += quoted ? 1 : 0
    var parser = ObjectiveParser(text, at: start)
    do throws(ObjectiveParser.Failure) {
      return try parser.objective(at: setting.location)
    } catch {
      diagnostics.append(
        Diagnostic(at: error.location, length: error.length, error.message, help: error.help))
      return nil
    }
  }
}
