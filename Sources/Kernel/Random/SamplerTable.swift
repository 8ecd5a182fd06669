/// What a sampler needs beyond two numbers: a choice by weight and what is chosen.
///
/// The choice inverts the cumulative weights. A guide, which knows where each of up to 65,536
/// equal slices of the probabilities begins, leaves few steps to the binary search.
final class SamplerTable: @unchecked Sendable {
  // Unchecked, because pointers never are Sendable; nothing is written after the initializer.
  private let cumulative: UnsafeMutablePointer<Double>
  private let guide: UnsafeMutablePointer<Int32>
  private let sliceCount: Int
  /// The values of a discrete distribution, or empty.
  private let values: UnsafeMutableBufferPointer<Double>
  /// The samplers of a mixture, or empty.
  private let samplers: UnsafeMutableBufferPointer<Sampler>
  /// The normal distribution to cut, or nil.
  private let normal: (distribution: TruncatedNormal, scale: Double)?

  private init(
    values: [Double], samplers: [Sampler], weights: [Double],
    normal: (distribution: TruncatedNormal, scale: Double)?
  ) {
    self.values = .allocate(capacity: values.count)
    _ = self.values.initialize(fromContentsOf: values)
    self.samplers = .allocate(capacity: samplers.count)
    _ = self.samplers.initialize(fromContentsOf: samplers)
    self.normal = normal
    (cumulative, guide, sliceCount) = Self.choice(weights)
  }

  convenience init(values: [Double], weights: [Double]) {
    self.init(values: values, samplers: [], weights: weights, normal: nil)
  }

  convenience init(samplers: [Sampler], weights: [Double]) {
    self.init(values: [], samplers: samplers, weights: weights, normal: nil)
  }

  convenience init(_ normal: TruncatedNormal, scale: Double) {
    self.init(values: [], samplers: [], weights: [1], normal: (normal, scale))
  }

  deinit {
    values.deallocate()
    samplers.deinitialize()
    samplers.deallocate()
    cumulative.deallocate()
    guide.deallocate()
  }

  /// The value that is chosen by the number `p`.
  func value(_ p: Double) -> Double { values[index(p)] }

  /// A sample of the part of a mixture that is chosen by the number `p`.
  func sample(_ p: Double, _ bits: UInt64) -> Double { samplers[index(p)].sample(bits) }

  func truncatedNormal(_ p: Double) -> Double {
    guard let normal else { preconditionFailure("A sampler lacks its normal distribution.") }
    return normal.distribution.quantile(p) * normal.scale
  }

  /// The least index whose cumulative weight is `p` or more, for `p` above 0 and below 1.
  private func index(_ p: Double) -> Int {
    let slice = Int(p * Double(sliceCount))
    var (low, high) = (Int(guide[slice]), Int(guide[slice + 1]))
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] >= p { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private static func choice(
    _ weights: [Double]
  ) -> (UnsafeMutablePointer<Double>, UnsafeMutablePointer<Int32>, Int) {
    let cumulative = UnsafeMutablePointer<Double>.allocate(capacity: weights.count)
    let total = weights.reduce(0, +)
    var sum = 0.0
    for (index, weight) in weights.enumerated() {
      sum += weight
      (cumulative + index).initialize(to: sum / total)
    }
    var sliceCount = 1
    while sliceCount < weights.count && sliceCount < 65_536 { sliceCount *= 2 }
    let guide = UnsafeMutablePointer<Int32>.allocate(capacity: sliceCount + 1)
    var index = 0
    for slice in 0...sliceCount {
      let start = Double(slice) / Double(sliceCount)
      while cumulative[index] < start { index += 1 }
      (guide + slice).initialize(to: Int32(index))
    }
    return (cumulative, guide, sliceCount)
  }
}
