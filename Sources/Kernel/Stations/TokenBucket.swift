/// A bucket of tokens that fills at a constant rate up to its capacity: what throttles requests.
///
/// The balance is kept in units of 1e-15 tokens, in which a rate of whole micro-tokens a second
/// fills whole units a nanosecond. Nothing is ever rounded on the way, so the moment of a refusal
/// does not depend on how often the bucket was looked at.
public struct TokenBucket: Sendable, Equatable, BitwiseCopyable {
  /// Units of the balance in a token.
  private static let unitsPerToken: Int128 = 1_000_000_000_000_000

  /// Units of the balance in a millionth of a token.
  private static let unitsPerMicroToken: Int128 = 1_000_000_000

  /// What flows in: micro-tokens a second, which are units a nanosecond.
  private var unitsPerNanosecond: Int128
  private var capacityUnits: Int128
  private var balance: Int128
  private var lastAdvance: Nanoseconds

  /// Creates a bucket.
  ///
  /// All quantities are rounded to the nearest millionth of a token.
  ///
  /// - Parameters:
  ///   - ratePerSecond: How many tokens flow in each second, from 0 to 1e12.
  ///   - capacity: How many tokens the bucket holds at most, from 0 to 1e12.
  ///   - level: How many it holds at first; more than `capacity` is cut to it.
  ///   - now: When it holds them.
  public init(ratePerSecond: Double, capacity: Double, level: Double, at now: Nanoseconds) {
    unitsPerNanosecond = Self.microTokens(ratePerSecond)
    capacityUnits = Self.microTokens(capacity) * Self.unitsPerMicroToken
    balance = Swift.min(capacityUnits, Self.microTokens(level) * Self.unitsPerMicroToken)
    lastAdvance = now
  }

  /// Lets the tokens flow in that are due by `now`, which may not lie in the past.
  public mutating func advance(to now: Nanoseconds) {
    balance = units(at: now)
    lastAdvance = now
  }

  /// Takes tokens if there are enough, and says whether it did.
  ///
  /// - Parameters:
  ///   - tokens: How many tokens the request costs, from 0 to 1e12.
  ///   - now: The present time, not before that of the last call.
  ///   - allowDebt: Whether a request is admitted as soon as the balance is above zero, and may
  ///     take it below; otherwise the balance must cover the whole request.
  /// - Returns: Whether the request was admitted. A refused one takes nothing.
  public mutating func take(_ tokens: Double, at now: Nanoseconds, allowDebt: Bool) -> Bool {
    advance(to: now)
    let cost = Self.microTokens(tokens) * Self.unitsPerMicroToken
    guard allowDebt ? balance > 0 : balance >= cost else { return false }
    balance -= cost
    return true
  }

  /// Whether there was any token when the bucket was last advanced.
  public var isPositive: Bool { balance > 0 }

  /// Takes tokens from what there was when the bucket was last advanced, into debt if need be.
  public mutating func spend(_ tokens: Double) {
    balance -= Self.microTokens(tokens) * Self.unitsPerMicroToken
  }

  /// How many tokens there are at a time not before the last call; negative while in debt.
  public func level(at now: Nanoseconds) -> Double {
    Double(units(at: now)) / Double(Self.unitsPerToken)
  }

  /// How long it takes until the bucket holds `level` tokens if none are taken.
  ///
  /// - Parameters:
  ///   - level: A number of tokens, from 0 to 1e12.
  ///   - now: The time to count from, not before the last call.
  /// - Returns: The least sufficient number of nanoseconds, or nil if that level is never reached.
  public func timeUntil(level: Double, at now: Nanoseconds) -> Nanoseconds? {
    let goal = Self.microTokens(level) * Self.unitsPerMicroToken
    let missing = goal - units(at: now)
    guard missing > 0 else { return 0 }
    guard unitsPerNanosecond > 0, goal <= capacityUnits else { return nil }
    let time = (missing + unitsPerNanosecond - 1) / unitsPerNanosecond
    return time <= Int128(Nanoseconds.longest) ? Nanoseconds(time) : nil
  }

  /// Changes rate and capacity from `now` on; tokens above the new capacity are lost.
  public mutating func setRate(
    _ ratePerSecond: Double, capacity: Double, at now: Nanoseconds
  ) {
    advance(to: now)
    unitsPerNanosecond = Self.microTokens(ratePerSecond)
    capacityUnits = Self.microTokens(capacity) * Self.unitsPerMicroToken
    balance = Swift.min(balance, capacityUnits)
  }

  private func units(at now: Nanoseconds) -> Int128 {
    let elapsed = now - lastAdvance
    precondition(elapsed >= 0, "A token bucket was asked for a time gone by.")
    return Swift.min(capacityUnits, balance + unitsPerNanosecond * Int128(elapsed))
  }

  /// The nearest whole number of micro-tokens.
  private static func microTokens(_ tokens: Double) -> Int128 {
    precondition(
      tokens >= 0 && tokens <= 1e12, "A token bucket was given \(tokens), not 0 to 1e12 tokens.")
    let scaled = tokens * 1e6
    let whole = Int64(scaled)
    return Int128(scaled - Double(whole) >= 0.5 ? whole + 1 : whole)
  }
}
