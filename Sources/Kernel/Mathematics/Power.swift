// The methods and coefficients are those of fdlibm:
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
// Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
// freely granted, provided that this notice is preserved.

extension Elementary {
  /// The power of a number of zero or more, within one unit in the last place.
  ///
  /// - Parameters:
  ///   - x: The base, zero or more.
  ///   - y: The exponent.
  /// - Returns: One if the exponent is zero or the base is one; not a number for negative bases.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    guard x >= 0, !y.isNaN else { return .nan }
    if x == 0 { return y > 0 ? 0 : .infinity }
    if x == .infinity { return y > 0 ? .infinity : 0 }
    if y.isInfinite { return (x > 1) == (y > 0) ? .infinity : 0 }
    if y == 1 { return x }
    let logarithm = binaryLogarithm(x)
    let upperY = upperHalf(y)
    let low = (y - upperY) * logarithm.high + y * logarithm.low
    let high = upperY * logarithm.high
    let exponent = low + high
    if exponent.isNaN { return (x > 1) == (y > 0) ? .infinity : 0 }
    if exponent >= 1024 { return .infinity }
    if exponent <= -1075 { return 0 }
    return powerOfTwo(high: high, low: low)
  }

  /// The binary logarithm of a positive number as a sum of two, with 64 digits or more.
  private static func binaryLogarithm(_ x: Double) -> (high: Double, low: Double) {
    let normal = x < 0x1p-1022 ? x * 0x1p53 : x
    var bits = normal.bitPattern
    var exponent = Int(bits >> 52) - 1023 - (x < 0x1p-1022 ? 53 : 0)
    bits = (bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000
    // The number is near 1 or near 1.5, after halving if it is near 2.
    let isMiddle = bits > 0x3ff3_988e_ffff_ffff && bits < 0x3ffb_b67a_0000_0000
    if bits >= 0x3ffb_b67a_0000_0000 {
      exponent += 1
      bits -= 0x0010_0000_0000_0000
    }
    let base = isMiddle ? 1.5 : 1
    let m = Double(bitPattern: bits)
    let u = m - base
    let v = 1 / (m + base)
    let ratio = u * v
    let ratioHigh = upperHalf(ratio)
    let sumHigh = upperHalf(m + base)
    let sumLow = m - (sumHigh - base)
    let ratioLow = v * ((u - ratioHigh * sumHigh) - ratioHigh * sumLow)
    var square = ratio * ratio
    let tail =
      2.72728123808534006489e-01
      + square * (2.30660745775561754067e-01 + square * 2.06975017800338417784e-01)
    let middle = 4.28571428578550184252e-01 + square * (3.33333329818377432918e-01 + square * tail)
    let series = 5.99999999999994648725e-01 + square * middle
    let rest = square * square * series + ratioLow * (ratioHigh + ratio)
    square = ratioHigh * ratioHigh
    let factorHigh = upperHalf(3 + square + rest)
    let factorLow = rest - ((factorHigh - 3) - square)
    let productHigh = ratioHigh * factorHigh
    let productLow = ratioLow * factorHigh + factorLow * ratio
    let sum = upperHalf(productHigh + productLow)
    let sumRest = productLow - (sum - productHigh)
    let scaledHigh = 9.61796700954437255859e-01 * sum
    let baseHigh = isMiddle ? 5.84962487220764160156e-01 : 0
    let scaledLow =
      -7.02846165095275826516e-09 * sum + sumRest * 9.61796693925975554329e-01
      + (isMiddle ? 1.35003920212974897128e-08 : 0)
    let k = Double(exponent)
    let high = upperHalf(((scaledHigh + scaledLow) + baseHigh) + k)
    return (high, scaledLow - (((high - k) - baseHigh) - scaledHigh))
  }

  /// Two to the power of a sum of two numbers.
  private static func powerOfTwo(high: Double, low: Double) -> Double {
    let exponent = low + high
    let n = Int(exponent + (exponent < 0 ? -0.5 : 0.5))
    let rest = high - Double(n)
    let t = upperHalf(low + rest)
    let u = t * 6.93147182464599609375e-01
    let v =
      (low - (t - rest)) * 6.93147180559945286227e-01 + t * -1.90465429995776804525e-09
    let z = u + v
    let w = v - (z - u)
    let square = z * z
    let tail =
      6.61375632143793436117e-05
      + square * (-1.65339022054652515390e-06 + square * 4.13813679705723846039e-08)
    let c =
      z - square
      * (1.66666666666666019037e-01 + square * (-2.77777777770155933842e-03 + square * tail))
    let r = (z * c) / (c - 2) - (w + z * w)
    return scaled(1 - (r - z), byPowerOfTwo: n)
  }
}
