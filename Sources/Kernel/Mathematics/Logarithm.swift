// The methods and coefficients are those of fdlibm:
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
// Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
// freely granted, provided that this notice is preserved.

extension Elementary {
  /// The natural logarithm, within one unit in the last place.
  ///
  /// - Parameter x: A number of zero or more.
  /// - Returns: Minus infinity for zero, not a number below it.
  public static func log(_ x: Double) -> Double {
    guard x > 0 else { return x == 0 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    if x == 1 { return 0 }
    let (k, m) = x < 0x1p-1022 ? split(x * 0x1p54, exponent: -54) : split(x, exponent: 0)
    return logarithm(k: k, f: m - 1, correction: 0)
  }

  /// The natural logarithm of one more than `x`, accurate also near zero.
  ///
  /// - Parameter x: A number of -1 or more.
  /// - Returns: Minus infinity for -1, not a number below it.
  public static func log1p(_ x: Double) -> Double {
    guard x > -1 else { return x == -1 ? -.infinity : .nan }
    guard x < .infinity else { return x }
    if x.magnitude < 0x1p-53 { return x }
    if x > -0.2929 && x < 0.4142 { return logarithm(k: 0, f: x, correction: 0) }
    let u = 1 + x
    let (k, m) = split(u, exponent: 0)
    let lost = k < 54 ? (k >= 2 ? 1 - (u - x) : x - (u - 1)) / u : 0
    return logarithm(k: k, f: m - 1, correction: lost)
  }

  /// Writes a normal number as m * 2^k with m between the roots of one half and of two.
  private static func split(_ x: Double, exponent: Int) -> (k: Double, m: Double) {
    let bits = x.bitPattern &+ (0x3ff0_0000_0000_0000 - 0x3fe6_a09e_0000_0000)
    let k = Int(bits >> 52) - 1023 + exponent
    let m = Double(bitPattern: (bits & 0x000f_ffff_ffff_ffff) &+ 0x3fe6_a09e_0000_0000)
    return (Double(k), m)
  }

  /// k log 2 + log(1 + f) + correction, for f between the roots of one half and two, less one.
  private static func logarithm(k: Double, f: Double, correction: Double) -> Double {
    let halfSquare = 0.5 * f * f
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let even =
      w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    let odd7 = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    let odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * odd7))
    let low = k * 1.90821492927058770002e-10 + correction
    let high = k * 6.93147180369123816490e-01
    return high - ((halfSquare - (s * (halfSquare + (even + odd)) + low)) - f)
  }
}
