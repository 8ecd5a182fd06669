/// The values that a printed number can stand for, from the least to the greatest.
public struct Bounds: Sendable, Hashable {
  /// The least value.
  public var low: Double
  /// The greatest value; infinite if there is none.
  public var high: Double

  /// The values from one to another.
  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  /// One value alone.
  public init(exactly value: Double) { self.init(value, value) }

  /// Whether some value is in both, but for what rounding in binary can add.
  public func meets(_ other: Bounds) -> Bool { reaches(other) && other.reaches(self) }

  /// Whether the greatest value is at least the other's least.
  public func reaches(_ other: Bounds) -> Bool {
    high >= other.low - Self.slack(high, other.low)
  }

  private static func slack(_ left: Double, _ right: Double) -> Double {
    guard left.isFinite, right.isFinite else { return 0 }
    return 1e-9 * max(abs(left), abs(right))
  }
}

extension Bounds {
  /// The sum.
  public static func + (left: Bounds, right: Bounds) -> Bounds {
    Bounds(left.low + right.low, left.high + right.high)
  }

  /// The difference.
  public static func - (left: Bounds, right: Bounds) -> Bounds {
    Bounds(left.low - right.high, left.high - right.low)
  }

  /// The product of values that are not negative, as all documented ones are.
  public static func * (left: Bounds, right: Bounds) -> Bounds {
    Bounds(product(left.low, right.low), product(left.high, right.high))
  }

  /// The quotient of values that are not negative.
  public static func / (left: Bounds, right: Bounds) -> Bounds {
    Bounds(
      right.high == 0 ? .infinity : left.low / right.high,
      right.low == 0 ? .infinity : left.high / right.low)
  }

  /// Nothing of something endless is nothing.
  private static func product(_ left: Double, _ right: Double) -> Double {
    left == 0 || right == 0 ? 0 : left * right
  }
}
