import Kernel
import Testing

struct SamplerTests {
  static let count = 20_000

  static func samples(of distribution: Distribution, seed: UInt64) -> [Double] {
    let sampler = Sampler(distribution)
    let key = RandomKey("sampler", "\(seed)")
    return (0..<UInt64(count)).map { sampler.sample(key.numbered($0).bits) }
  }

  @Test(arguments: DistributionReference.all, [1, 2] as [UInt64])
  func `sample mean and variance are within 4 standard errors`(
    _ reference: DistributionReference, seed: UInt64
  ) {
    guard reference.variance < .infinity else { return }
    let samples = Self.samples(of: reference.distribution, seed: seed)
    let n = Double(samples.count)
    let mean = samples.reduce(0, +) / n
    let meanError = (reference.variance / n).squareRoot()
    #expect((mean - reference.mean).magnitude < 4 * meanError, "seed \(seed), mean \(mean)")
    let squares = samples.map { ($0 - reference.mean) * ($0 - reference.mean) }
    let variance = squares.reduce(0, +) / n
    // Estimated from the samples, the error of a heavy tail would come out too small.
    let varianceError = reference.variance * ((reference.kurtosis - 1) / n).squareRoot()
    #expect(
      (variance - reference.variance).magnitude < 4 * varianceError,
      "seed \(seed), variance \(variance)")
  }

  @Test(arguments: DistributionReference.all, [3, 4] as [UInt64])
  func `shares of samples up to quantiles are within 4 standard errors`(
    _ reference: DistributionReference, seed: UInt64
  ) {
    let samples = Self.samples(of: reference.distribution, seed: seed)
    let n = Double(samples.count)
    for quantile in reference.quantiles {
      let p = reference.distribution.cumulative(quantile)
      let share = Double(samples.count { $0 <= quantile }) / n
      let error = (p * (1 - p) / n).squareRoot()
      #expect((share - p).magnitude <= 4 * error, "seed \(seed), share \(share), not \(p)")
    }
  }

  @Test(arguments: DistributionReference.all)
  func `samples of one uniform number are the quantiles of its bits`(
    _ reference: DistributionReference
  ) {
    switch reference.distribution {
    case .erlang, .gamma, .hyperexponential, .mixture: return
    default: break
    }
    let sampler = Sampler(reference.distribution)
    var previous = 0.0
    for step in 0..<500 as Range<UInt64> {
      let bits = (step << 55) | mixed(step + 1) >> 9
      let sample = sampler.sample(bits)
      #expect(sample >= previous)
      previous = sample
      let p = (Double(bits >> 12) + 0.5) * 0x1p-52
      let quantile = reference.distribution.quantile(p)
      #expect((sample - quantile).magnitude <= 1e-11 * quantile, "\(sample), not \(quantile)")
    }
  }

  @Test(arguments: DistributionReference.all)
  func `scaled samples and samples of the scaled distribution agree`(
    _ reference: DistributionReference
  ) {
    let plain = Sampler(reference.distribution)
    let scaled = Sampler(reference.distribution, scale: 3)
    let ofScaled = Sampler(reference.distribution.scaled(by: 3))
    for index in 0..<200 as Range<UInt64> {
      let bits = mixed(index)
      let expected = plain.sample(bits) * 3
      #expect((scaled.sample(bits) - expected).magnitude <= 1e-13 * expected)
      #expect((ofScaled.sample(bits) - expected).magnitude <= 1e-11 * max(expected, reference.mean))
    }
  }

  @Test(arguments: DistributionReference.all)
  func `the extreme bits give samples inside of the range`(_ reference: DistributionReference) {
    let sampler = Sampler(reference.distribution)
    for bits in [0, 1, .max, .max - 1, 1 << 63, (1 << 63) - 1] as [UInt64] {
      let sample = sampler.sample(bits)
      #expect(sample.isFinite)
      #expect(sample >= reference.distribution.quantile(0))
      #expect(sample <= reference.distribution.quantile(1))
    }
  }

  @Test func `nanoseconds are rounded and never out of range`() {
    let exponential = Sampler(.exponential(mean: 1e-6))
    for index in 0..<1000 as Range<UInt64> {
      let sample = exponential.sample(mixed(index)) * 1e9
      let rounded = exponential.nanoseconds(mixed(index))
      #expect((Double(rounded) - sample).magnitude <= 0.5)
    }
    #expect(Sampler(.constant(1.5e-9)).nanoseconds(0) == 2)
    #expect(Sampler(.constant(0.4e-9)).nanoseconds(0) == 0)
    #expect(Sampler(.constant(1e30)).nanoseconds(0) == .longest)
    #expect(Sampler(.constant(3.999999999e9)).nanoseconds(0) == 3_999_999_999_000_000_000)
    #expect(Sampler(.pareto(shape: 0.01, minimum: 1)).nanoseconds(.max) == .longest)
  }

  @Test func `the parts of a mixture are chosen by weight and nested ones too`() {
    let nested = Distribution.mixture([
      .init(weight: 3, distribution: .constant(1)),
      .init(
        weight: 1,
        distribution: .mixture([
          .init(weight: 0, distribution: .constant(9)),
          .init(weight: 2, distribution: .constant(2)),
          .init(weight: 6, distribution: .constant(3)),
        ])),
    ])
    let samples = Self.samples(of: nested, seed: 5)
    let n = Double(Self.count)
    for (value, p) in [(1.0, 0.75), (2.0, 0.0625), (3.0, 0.1875), (9.0, 0.0)] {
      let share = Double(samples.count { $0 == value }) / n
      #expect((share - p).magnitude <= 4 * (p * (1 - p) / n).squareRoot(), "seed 5, \(value)")
    }
  }
}

extension SamplerTests {
  @Test(arguments: zip(DistributionReference.all, golden))
  func `samples have the same bits on every machine`(
    _ reference: DistributionReference, _ expected: [UInt64]
  ) {
    let sampler = Sampler(reference.distribution)
    let found = (1...4 as ClosedRange<UInt64>).map { sampler.sample(mixed($0)).bitPattern }
    #expect(found == expected)
  }

  /// The bits of four samples of each distribution, in debug and release on x86-64.
  static let golden: [[UInt64]] = [
    [
      0x3f70e7e8_4ee8850f, 0x3f940961_785a8bcf,
      0x3f54a85d_e71e11d7, 0x3f89e0ac_8a654fd1,
    ],
    [
      0x40081db2_12b98109, 0x40124dda_a716ba05,
      0x4002d7d0_e64d49e4, 0x40109bb5_4e15740a,
    ],
    [
      0x3fef0c1b_7c426806, 0x4008f06c_a2cb0ae9,
      0x3fe9ccaf_899f7745, 0x3ffffd37_f0d95484,
    ],
    [
      0x3ffe9401_f93ca3af, 0x4001b9a1_dcee6463,
      0x3ffc431e_3cf743fa, 0x4000e203_da5e573e,
    ],
    [
      0x3ff371de_7e40c33e, 0x3fbf42bd_7a5e3660,
      0x3fd867a2_db6c4943, 0x3fd78842_c17b40f0,
    ],
    [
      0x3ff4967f_46f8a1b8, 0x400aa678_f26fc764,
      0x3fe5c527_4e234ffb, 0x400404f5_e85a2a1e,
    ],
    [
      0x40217ff4_a80db839, 0x402a72ae_8cd409e8,
      0x4019d488_58d61b12, 0x402773be_96b40d43,
    ],
    [
      0x3fee307c_1f24e350, 0x40039d3d_a5f19af2,
      0x3fd6153e_77926c1a, 0x3fffef64_6b6e0529,
    ],
    [
      0x3ff11112_301077b0, 0x3ff4f62a_e9520000,
      0x3ff053b9_1948dce8, 0x3ff33b25_cc50d078,
    ],
    [
      0x3fde4654_a33620d0, 0x3fed19c8_0563a458,
      0x3fc94617_051c1060, 0x3fe9e7a8_0de7b458,
    ],
    [
      0x3ff2b490_be40c03f, 0x3ff6de91_cb9bb269,
      0x3ff0f29a_fdc9edbe, 0x3ff5bd23_950c7a22,
    ],
    [
      0x3f8af718_3d6c0d30, 0x3fb65ed2_a8b38e12,
      0x3f746d61_82a95396, 0x3fa7be7d_1a4462c8,
    ],
    [
      0x3fb35ee3_04456a03, 0x3fca3bcd_38b2d021,
      0x3fa73ced_a9f8cb9b, 0x3fc2cb08_d3a3f27b,
    ],
    [
      0x3feb1dec_805b5cae, 0x401f4eaa_ebf40882,
      0x3fc3eeb9_8866df74, 0x4010c2fa_82b5256c,
    ],
    [
      0x3ff8d9da_8770d2d2, 0x400361f4_71f3010e,
      0x3ff1b586_b7cb62d7, 0x40011b1f_0d1e5684,
    ],
    [
      0x40018974_5a5467ed, 0x4008b70c_74f545a2,
      0x40007463_47af60ed, 0x40052fd3_0b44fb4f,
    ],
    [
      0x3ff51160_ab55536a, 0x400d7c60_bb35cb8e,
      0x3ff1672d_cb90264c, 0x4002932e_192fdcda,
    ],
    [
      0x3fda6a5a_fb4b4fe8, 0x3fff4ea8_4c0d7a74,
      0x3ff42c6b_b3b35d6c, 0x3ff43786_cc1f265b,
    ],
    [
      0x40000000_00000000, 0x401aa678_f26fc764,
      0x40000000_00000000, 0x3fe6f48e_258e8ac5,
    ],
    [
      0x40000000_00000000, 0x40100000_00000000,
      0x40000000_00000000, 0x40100000_00000000,
    ],
    [
      0x402c0000_00000000, 0x407cd000_00000000,
      0x40000000_00000000, 0x4068e000_00000000,
    ],
  ]
}
