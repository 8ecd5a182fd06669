/// What became of one objective in one arm.
public struct ObjectiveOutcome: Sendable, Equatable {
  /// The objective as written: `p(99) < 500ms`.
  public var text: String
  /// The arm in which it was looked at.
  public var arm: String
  /// The observed value in ``unit``, or nil if it is undefined.
  public var observed: Double?
  /// The limit in ``unit``.
  public var limit: Double?
  /// The unit of the observed value and of the limit.
  public var unit: MetricUnit
  /// Whether it was met.
  public var verdict: Verdict
  /// Whether a miss makes the command fail: the objective is bound to this arm.
  public var binds: Bool
  /// Whether the observed value meets the limit, however uncertain it is; nil if it is undefined.
  public var isMet: Bool?
  /// The confidence interval of the observed value, or nil if there is none.
  public var ci: Interval?

  /// Whether the command fails: the objective binds and the observed value is beyond the limit.
  public var isMissed: Bool { binds && isMet == false }

  /// The answers to whether an objective was met.
  public enum Verdict: String, Sendable {
    /// It was met.
    case pass
    /// It was missed.
    case fail
    /// The interval of the observed value straddles the limit.
    case undecided
    /// Nothing was observed from which it could be told.
    case unknown
  }

  /// Creates an outcome.
  public init(
    text: String, arm: String, observed: Double?, limit: Double?, unit: MetricUnit,
    verdict: Verdict, binds: Bool, isMet: Bool?, ci: Interval? = nil
  ) {
    self.text = text
    self.arm = arm
    self.observed = observed
    self.limit = limit
    self.unit = unit
    self.verdict = verdict
    self.binds = binds
    self.isMet = isMet
    self.ci = ci
  }
}
