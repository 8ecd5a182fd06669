import Kernel

/// A digest of digests: equal exactly when the same parts were combined in the same order.
///
/// It shows an accidental difference, not a malicious one: 64 bits, no secret.
public struct Fingerprint: Sendable, Equatable {
  /// The digest so far.
  public private(set) var bits: UInt64

  /// Starts a fingerprint of nothing.
  public init() { bits = 0x9e37_79b9_7f4a_7c15 }

  /// Adds a digest.
  public mutating func combine(_ digest: UInt64) {
    bits = mixed(mixed(bits) &+ digest)
  }

  /// Adds a text, such as the content of the catalogue; its end counts.
  public mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(UInt64(byte)) }
    combine(0x1_0000)
  }

  /// The digest as sixteen hexadecimal digits.
  public var hexadecimal: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
