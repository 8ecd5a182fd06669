import Kernel

/// Random numbers for tests: the same from each seed on every machine.
struct TestRandom {
  let seed: UInt64
  private var index: UInt64 = 0

  init(seed: UInt64) { self.seed = seed }

  /// 64 well-mixed bits.
  mutating func bits() -> UInt64 {
    index &+= 1
    return mixed(mixed(seed) &+ index &* 0x9e37_79b9_7f4a_7c15)
  }

  /// A whole number from zero to one below `bound`.
  mutating func below(_ bound: Int) -> Int { Int(bits() % UInt64(bound)) }

  /// An exponential time in nanoseconds.
  mutating func exponential(mean: Double) -> Nanoseconds {
    Nanoseconds(-mean * Elementary.logOfUniform(uniform(bits())))
  }
}
