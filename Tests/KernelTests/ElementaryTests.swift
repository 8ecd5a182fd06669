import Testing

@testable import Kernel

struct ElementaryTests {
  /// How many representable numbers two values are apart, with zero for both kinds of zero.
  static func steps(_ a: Double, _ b: Double) -> UInt64 {
    func position(_ x: Double) -> Int64 {
      let bits = Int64(bitPattern: x.magnitude.bitPattern)
      return x < 0 ? -bits : bits
    }
    return (position(a) - position(b)).magnitude
  }

  static func expect(
    _ reference: [(x: Double, value: Double)], withinSteps limit: UInt64,
    sourceLocation: SourceLocation = #_sourceLocation, _ function: (Double) -> Double
  ) {
    for (x, value) in reference {
      let found = function(x)
      let distance = steps(found, value)
      #expect(
        distance <= limit, "at \(x): \(found) is \(distance) steps from \(value)",
        sourceLocation: sourceLocation)
    }
  }

  @Test func `log is within one unit in the last place`() {
    Self.expect(ElementaryReference.log, withinSteps: 1, Elementary.log)
  }

  @Test func `log1p is within one unit in the last place`() {
    Self.expect(ElementaryReference.log1p, withinSteps: 1, Elementary.log1p)
  }

  @Test func `exp is within one unit in the last place`() {
    Self.expect(ElementaryReference.exp, withinSteps: 1, Elementary.exp)
  }

  @Test func `expm1 is within one unit in the last place`() {
    Self.expect(ElementaryReference.expm1, withinSteps: 1, Elementary.expm1)
  }

  @Test func `pow is within one unit in the last place`() {
    for (x, y, value) in ElementaryReference.pow {
      let found = Elementary.pow(x, y)
      let distance = Self.steps(found, value)
      #expect(distance <= 1, "\(x) to the \(y): \(found) is \(distance) steps from \(value)")
    }
  }

  @Test func `the normal distribution is accurate in both directions`() {
    Self.expect(
      ElementaryReference.normalCumulative, withinSteps: 24, Elementary.normalCumulative)
    Self.expect(ElementaryReference.normalQuantile, withinSteps: 8, Elementary.normalQuantile)
  }

  @Test func `the gamma function and its distribution are accurate`() {
    for (x, value) in ElementaryReference.logGamma {
      let error = (Elementary.logGamma(x) - value).magnitude
      #expect(error <= 1e-14 * max(1, value.magnitude), "at \(x), error \(error)")
    }
    for (x, shape, lower, upper) in ElementaryReference.gammaCumulative {
      let found = Elementary.gammaCumulative(x, shape: shape)
      let complement = Elementary.gammaSurvival(x, shape: shape)
      #expect((found - lower).magnitude <= 1e-13 * lower, "shape \(shape) at \(x): \(found)")
      #expect(
        (complement - upper).magnitude <= max(1e-13 * upper, 1e-14),
        "shape \(shape) at \(x): \(complement)")
    }
    for (p, shape, value) in ElementaryReference.gammaQuantile {
      let error = (Elementary.gammaQuantile(p, shape: shape) - value).magnitude / value
      #expect(error <= 3e-13, "shape \(shape) at \(p), error \(error)")
    }
  }

  @Test func `the logarithm of a uniform number is within 3e-14`() {
    var worst = 0.0
    var numbers: [Double] = [1, 1 - 0x1p-53, 0x1p-53, 0.5, 1 - 0x1p-8, 1 - 0x1.8p-8, 0.6875]
    for index in 0..<40_000 as Range<UInt64> {
      let bits = mixed(index &* 0x9e37_79b9_7f4a_7c15)
      numbers.append(uniform(bits))
      numbers.append(uniform(bits) * 0x1p-30)
      numbers.append(1 - uniform(bits) * 0x1p-7)
      numbers.append(1 - uniform(bits) * 0x1p-20)
    }
    for u in numbers {
      let exact = Elementary.log(u)
      let error = (Elementary.logOfUniform(u) - exact).magnitude
      if error > 0 { worst = max(worst, error / exact.magnitude) }
    }
    #expect(worst < 3e-14)
    #expect(Elementary.logOfUniform(1) == 0)
    for (x, value) in ElementaryReference.log where x >= 0x1p-53 && x <= 1 {
      #expect((Elementary.logOfUniform(x) - value).magnitude <= 3e-14 * value.magnitude)
    }
  }

  @Test func `edge cases are those of IEEE 754`() {
    #expect(Elementary.log(0) == -.infinity)
    #expect(Elementary.log(-1).isNaN)
    #expect(Elementary.log(.infinity) == .infinity)
    #expect(Elementary.log(.nan).isNaN)
    #expect(Elementary.log(1) == 0)
    #expect(Elementary.log1p(-1) == -.infinity)
    #expect(Elementary.log1p(-1.5).isNaN)
    #expect(Elementary.log1p(.infinity) == .infinity)
    #expect(Elementary.log1p(0) == 0)
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(710) == .infinity)
    #expect(Elementary.exp(-746) == 0)
    #expect(Elementary.exp(-.infinity) == 0)
    #expect(Elementary.exp(.nan).isNaN)
    #expect(Elementary.expm1(-.infinity) == -1)
    #expect(Elementary.expm1(.infinity) == .infinity)
    #expect(Elementary.pow(0, 2) == 0)
    #expect(Elementary.pow(0, -2) == .infinity)
    #expect(Elementary.pow(0, 0) == 1)
    #expect(Elementary.pow(.infinity, -1) == 0)
    #expect(Elementary.pow(0.5, .infinity) == 0)
    #expect(Elementary.pow(2, 1024) == .infinity)
    #expect(Elementary.pow(2, -1100) == 0)
    #expect(Elementary.pow(-2, 2).isNaN)
    #expect(Elementary.normalCumulative(-.infinity) == 0)
    #expect(Elementary.normalCumulative(.infinity) == 1)
    #expect(Elementary.normalQuantile(0) == -.infinity)
    #expect(Elementary.normalQuantile(1) == .infinity)
    #expect(Elementary.normalQuantile(1.5).isNaN)
    #expect(Elementary.logGamma(0).isNaN)
    #expect(Elementary.gammaQuantile(1, shape: 2) == .infinity)
  }
}
