/// Elementary functions in the simulator's own arithmetic.
///
/// They use only addition, subtraction, multiplication, division and the square root, which every
/// processor rounds alike, and so give the same bits everywhere. The C library's functions do
/// not: it picks its code by the processor it finds.
public enum Elementary {}

extension Elementary {
  /// The value times a power of two, rounded once.
  ///
  /// The exponent is one that a logarithm or an exponential function gives: within 3000 of zero.
  static func scaled(_ value: Double, byPowerOfTwo exponent: Int) -> Double {
    func power(_ exponent: Int) -> Double {
      Double(bitPattern: UInt64(truncatingIfNeeded: exponent + 1023) << 52)
    }
    if exponent > 1023 {
      return value * 0x1p1023 * power(Swift.min(exponent - 1023, 1023))
    }
    if exponent < -1022 {
      // Only the last product leaves the normal numbers and rounds.
      return exponent < -1100 ? value * 0 : value * power(exponent + 100) * 0x1p-100
    }
    return value * power(exponent)
  }

  /// The value without the lower half of its digits, so that products of two such are exact.
  static func upperHalf(_ value: Double) -> Double {
    Double(bitPattern: value.bitPattern & 0xffff_ffff_0000_0000)
  }
}
