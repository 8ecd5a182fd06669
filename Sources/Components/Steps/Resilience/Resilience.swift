public import Kernel

/// What a caller does to protect itself and what it calls: options of a step.
public struct Resilience: Sendable, Hashable {
  /// Stops calling what fails.
  public struct CircuitBreaker: Sendable, Hashable {
    /// The share of failures that opens it.
    public var share: Double
    /// How many of the last calls count.
    public var window: Int
    /// How many of them there must be.
    public var minimum: Int
    /// How long it stays open.
    public var open: Nanoseconds
    /// How many calls are let through then, to see how they fare.
    public var probes: Int
  }

  /// Limits how many calls are in flight.
  public struct Bulkhead: Sendable, Hashable {
    /// Calls in flight.
    public var size: Int
    /// Calls that may wait.
    public var queue: Int
    /// How long they wait.
    public var wait: Nanoseconds
  }

  /// Limits the rate of calls.
  public struct RateLimit: Sendable, Hashable {
    /// The time between two calls.
    public var interval: Nanoseconds
    /// Calls that may come at once after a pause.
    public var burst: Int
    /// How long a call may wait for its turn.
    public var wait: Nanoseconds
  }

  /// Stops calling what fails, if so.
  public var circuitBreaker: CircuitBreaker?
  /// Limits calls in flight, if so.
  public var bulkhead: Bulkhead?
  /// Limits the rate, if so.
  public var limit: RateLimit?
  /// After how long without an answer a second copy is sent, if one is.
  public var hedge: Nanoseconds?

  /// Reads the options of a step; nil if there are none.
  init?(from parameters: inout ParameterReader) {
    circuitBreaker = parameters.section(
      "circuit-breaker", "Stops asking what fails.", required: false
    ) { Self.circuitBreaker(&$0) }
    bulkhead = parameters.section(
      "bulkhead", "Limits how many are asked at once.", required: false
    ) { bulkhead in
      Bulkhead(
        size: bulkhead.count("size", default: 25, in: 1...1_000_000, "Calls in flight."),
        queue: bulkhead.count(
          "queue", default: 0, in: 0...1_000_000, "Calls that may wait; others fail at once."),
        wait: bulkhead.duration(
          "wait", default: Nanoseconds.longest, in: 1...Nanoseconds.longest,
          "How long one waits before it fails."))
    }
    limit = parameters.section("limit", "Limits how often is asked.", required: false) { limit in
      let rate = limit.rate("rate", default: nil, in: 0.000_001...1e9, "How often, on average.")
      return RateLimit(
        interval: max(1, Nanoseconds.seconds(1 / max(rate, 0.000_001))),
        burst: limit.count(
          "burst", default: 1, in: 1...1_000_000, "How many may come at once after a pause."),
        wait: limit.duration(
          "wait", default: 0, "How long one waits for its turn before it fails."))
    }
    hedge = parameters.optionalDuration(
      "hedge", in: 1...Nanoseconds.longest,
      "After how long without an answer a second copy is sent.")
    if circuitBreaker == nil, bulkhead == nil, limit == nil, hedge == nil { return nil }
  }

  private static func circuitBreaker(_ parameters: inout ParameterReader) -> CircuitBreaker {
    let window = parameters.count(
      "window", default: 100, in: 1...100_000, "How many of the last calls count.",
      source: "resilience4j")
    return CircuitBreaker(
      share: parameters.share(
        "share", default: 0.5, in: 0.001...1, "The share of failures that opens it.",
        source: "resilience4j"),
      window: window,
      minimum: parameters.count(
        "minimum", default: window, in: 1...window,
        "How many of them there must be; all by default.",
        source: "resilience4j"),
      open: parameters.duration(
        "open", default: .seconds(60), in: 1...Nanoseconds.longest, "How long it stays open.",
        source: "resilience4j"),
      probes: parameters.count(
        "probes", default: 10, in: 1...60_000, "Calls that are let through then.",
        source: "resilience4j"))
  }
}
