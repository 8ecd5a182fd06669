// The methods and coefficients are those of fdlibm:
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft, a Sun
// Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
// freely granted, provided that this notice is preserved.

extension Elementary {
  /// The exponential function, within one unit in the last place.
  public static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.782712893383973096 { return .infinity }
    if x < -745.13321910194110842 { return 0 }
    let (k, high, low) = reduced(x)
    let r = high - low
    let t = r * r
    let tail =
      6.61375632143793436117e-05
      + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08)
    let c =
      r - t * (1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * tail))
    return scaled(1 - ((low - (r * c) / (2 - c)) - high), byPowerOfTwo: k)
  }

  /// One less than the exponential function, accurate also near zero.
  public static func expm1(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.782712893383973096 { return .infinity }
    if x < -56 * 0.6931471805599453 { return -1 }
    if x.magnitude < 0x1p-54 { return x }
    let (k, high, low) = reduced(x)
    let r = high - low
    let correction = (high - r) - low
    let half = 0.5 * r
    let square = r * half
    let tail =
      -7.93650757867487942473e-05
      + square * (4.00821782732936239552e-06 + square * -2.01099218183624371326e-07)
    let middle = -3.33333333333331316428e-02 + square * (1.58730158725481460165e-03 + square * tail)
    let r1 = 1 + square * middle
    let t = 3 - r1 * half
    var e = square * ((r1 - t) / (6 - r * t))
    if k == 0 { return r - (r * e - square) }
    e = (r * (e - correction) - correction) - square
    switch k {
    case -1: return 0.5 * (r - e) - 0.5
    case 1: return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e)
    case 57...: return scaled(1 - (e - r), byPowerOfTwo: k) - 1
    case ...(-2): return scaled(1 - (e - r), byPowerOfTwo: k) - 1
    case ..<20: return scaled((1 - scaled(1, byPowerOfTwo: -k)) - (e - r), byPowerOfTwo: k)
    default: return scaled((r - (e + scaled(1, byPowerOfTwo: -k))) + 1, byPowerOfTwo: k)
    }
  }

  /// Writes x as k log 2 + high - low, with k whole and the rest at most half of log 2.
  private static func reduced(_ x: Double) -> (k: Int, high: Double, low: Double) {
    if x.magnitude <= 0.34657359027997264 { return (0, x, 0) }
    let k = Int(x * 1.44269504088896338700 + (x < 0 ? -0.5 : 0.5))
    let high = x - Double(k) * 6.93147180369123816490e-01
    return (k, high, Double(k) * 1.90821492927058770002e-10)
  }
}
