public import Kernel

/// One change of a group's capacity, with the delays that made it late.
public struct ScalingAction: Sendable {
  /// When the capacity was asked for.
  public var at: Nanoseconds
  /// The group that changed.
  public var component: String
  /// The desired capacity before.
  public var from: Int
  /// The desired capacity after.
  public var to: Int
  /// Why, in words: the policy, the metric's value and the threshold.
  public var cause: String
  /// The delays in the order in which they passed; a delay that does not apply is left out.
  public var delays: [Delay]

  /// A named part of the way from the breach to serving capacity.
  public struct Delay: Sendable {
    /// `metric`, `publication`, `alarm`, `cooldown`, `launch`, `boot`, `application_start`, `hook`,
    /// `health_check` or `warm_up`.
    public var name: String
    /// How long it took.
    public var duration: Nanoseconds

    /// A delay of a name.
    public init(_ name: String, _ duration: Nanoseconds) {
      self.name = name
      self.duration = duration
    }
  }

  /// An action.
  public init(
    at: Nanoseconds, component: String, from: Int, to: Int, cause: String, delays: [Delay]
  ) {
    self.at = at
    self.component = component
    self.from = from
    self.to = to
    self.cause = cause
    self.delays = delays
  }
}
