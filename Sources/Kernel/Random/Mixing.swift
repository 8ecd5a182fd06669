/// Mixes 64 bits so that each bit of the input moves half of the bits of the output.
///
/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014). It is a bijection: distinct inputs
/// never collide. Every random draw of a run is the mix of a key, never the next of a stream, so
/// that one draw more or less shifts no other.
@inlinable
public func mixed(_ value: UInt64) -> UInt64 {
  var bits = value
  bits = (bits ^ (bits &>> 30)) &* 0xbf58_476d_1ce4_e5b9
  bits = (bits ^ (bits &>> 27)) &* 0x94d0_49bb_1331_11eb
  return bits ^ (bits &>> 31)
}

/// Odd factors that set the numbered parts of a key apart, so that a repetition, an attempt and a
/// page of the same number do not share a draw.
public enum KeyStride {
  /// Repetitions, counters and anything else that is numbered alone.
  @inlinable public static var number: UInt64 { 0x9e37_79b9_7f4a_7c15 }
  /// Attempts at the same thing, and the branches of a step.
  @inlinable public static var attempt: UInt64 { 0xa076_1d64_78bd_642f }
  /// Pages of one answer.
  @inlinable public static var page: UInt64 { 0xd6e8_feb8_6659_fd93 }
}

/// Names one source of randomness: the hash of what it is called.
///
/// Keys are added to one another and then mixed, so each must look random by itself.
public struct RandomKey: Hashable, Sendable {
  /// The 64 bits of the key.
  public let bits: UInt64

  /// Wraps bits that are already well mixed.
  @inlinable
  public init(bits: UInt64) { self.bits = bits }

  /// The key of a name made of parts, such as a component, an endpoint and a step.
  ///
  /// Part boundaries count: `("ab", "c")` and `("a", "bc")` differ.
  public init(_ parts: String...) {
    var bits: UInt64 = 0x9e37_79b9_7f4a_7c15
    for part in parts {
      for byte in part.utf8 { bits = mixed(bits ^ UInt64(byte)) }
      bits = mixed(bits &+ 0x1_0000)
    }
    self.bits = bits
  }

  /// The key of a numbered part of this one: a visit, an attempt, an instance, a counter.
  @inlinable
  public func numbered(_ number: UInt64) -> RandomKey {
    RandomKey(bits: mixed(bits &+ number &* KeyStride.number))
  }
}

/// A uniform number in (0, 1] from the high 53 bits.
@inlinable
public func uniform(_ bits: UInt64) -> Double {
  Double((bits &>> 11) &+ 1) * 0x1.0p-53
}
