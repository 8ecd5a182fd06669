/// Simulated time and durations: a whole number of nanoseconds, so that sums are exact everywhere.
public typealias Nanoseconds = Int64

extension Nanoseconds {
  /// The whole number of nanoseconds nearest to `seconds`, the even one of two as near.
  ///
  /// Values below zero give zero; values beyond ``longest`` give ``longest``.
  @inlinable
  @inline(__always)
  public static func seconds(_ seconds: Double) -> Nanoseconds {
    let scaled = seconds * 1e9
    if scaled >= 0 && scaled < 0x1p52 {
      // From 2^52 to 2^53 the numbers are one apart, so the sum is rounded to a whole number.
      return Nanoseconds(bitPattern: (scaled + 0x1p52).bitPattern &- (0x1p52).bitPattern)
    }
    guard scaled > 0 else { return 0 }
    return scaled < 4e18 ? Nanoseconds(scaled) : longest
  }

  /// The whole number of nanoseconds nearest to `milliseconds`.
  public static func milliseconds(_ milliseconds: Double) -> Nanoseconds {
    seconds(milliseconds / 1e3)
  }

  /// A number of minutes.
  public static func minutes(_ minutes: Double) -> Nanoseconds { seconds(minutes * 60) }

  /// The longest duration of the simulator, about 127 years: twice of it still fits the clock.
  public static let longest: Nanoseconds = 4_000_000_000_000_000_000

  /// The duration in seconds.
  public var inSeconds: Double { Double(self) / 1e9 }
}
