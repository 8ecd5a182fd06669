public import Kernel

/// How often a failed call is tried again, and how long is waited before.
public struct RetryPolicy: Sendable, Hashable {
  /// How a delay is spread at random.
  public enum Jitter: String, CaseIterable, Sendable {
    /// The delay as computed.
    case none
    /// Uniform from zero to the delay.
    case full
    /// Uniform from half of the delay to the delay.
    case equal
  }

  /// A client's budget for retries: each costs tokens, and successes earn them back.
  public struct Budget: Sendable, Hashable {
    /// Tokens at the start and at most.
    public var capacity: Int
    /// What a retry costs.
    public var cost: Int
    /// What a retry after a timeout costs.
    public var timeoutCost: Int
    /// What a retry after throttling costs, if it is not `cost`.
    public var throttlingCost: Int?
    /// The client library whose calls share the budget; nil if each step has its own.
    public var client: String?

    /// What a retry after a failure costs, and a success after that retry earns back.
    func cost(after outcome: Outcome) -> Int {
      switch outcome {
      case .timedOut: timeoutCost
      case .throttled: throttlingCost ?? cost
      default: cost
      }
    }
  }

  /// Attempts in all, the first included; 1 is no retry.
  public var attempts: Int
  /// The delay before the first retry.
  public var base: Nanoseconds
  /// The same after throttling, if it is not `base`.
  public var throttlingBase: Nanoseconds?
  /// By how much each delay is longer than the one before.
  public var factor: Double
  /// The longest delay.
  public var cap: Nanoseconds
  /// How a delay is spread.
  public var jitter: Jitter
  /// The budget, if there is one.
  public var budget: Budget?

  /// A policy.
  public init(
    attempts: Int, base: Nanoseconds, throttlingBase: Nanoseconds? = nil, factor: Double = 2,
    cap: Nanoseconds, jitter: Jitter, budget: Budget? = nil
  ) {
    self.attempts = attempts
    self.base = base
    self.throttlingBase = throttlingBase
    self.factor = factor
    self.cap = cap
    self.jitter = jitter
    self.budget = budget
  }

  /// Reads a `retry` map.
  init(from parameters: inout ParameterReader) {
    attempts = parameters.count(
      "attempts", default: 3, in: 1...100, "Attempts in all, the first included.")
    base = parameters.duration(
      "backoff", default: .milliseconds(100), "The delay before the first retry.")
    factor = parameters.number(
      "factor", default: 2, in: 1...100, unit: "",
      "By how much each delay is longer than the one before.")
    cap = parameters.duration("cap", default: .seconds(20), "The longest delay.")
    jitter = parameters.choice(
      "jitter", default: .full,
      "How a delay is spread: full from zero, equal from its half, none not at all.")
    budget = parameters.section(
      "budget", "A budget of tokens that retries use up and successes earn back.", required: false
    ) { budget in
      Budget(
        capacity: budget.count(
          "capacity", default: 500, in: 1...1_000_000, "Tokens at the start and at most.",
          source: "BC:retries"),
        cost: budget.count("cost", default: 5, in: 0...1_000_000, "What a retry costs."),
        timeoutCost: budget.count(
          "timeout-cost", default: 10, in: 0...1_000_000, "What a retry after a timeout costs."))
    }
  }

  /// The delay before an attempt, 1 for the first retry, after a failure.
  func delay(before attempt: Int, after outcome: Outcome, _ bits: UInt64) -> Nanoseconds {
    var delay = Double(outcome == .throttled ? throttlingBase ?? base : base)
    for _ in 1..<max(1, attempt) where delay < Double(cap) { delay *= factor }
    delay = min(delay, Double(cap))
    switch jitter {
    case .none: return Nanoseconds(delay)
    case .full: return Nanoseconds(delay * uniform(bits))
    case .equal: return Nanoseconds(delay * (0.5 + 0.5 * uniform(bits)))
    }
  }
}
