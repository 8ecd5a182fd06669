/// Where a value lies in a log-linear histogram: which octave, and which bucket of it.
///
/// The values from 0 to 511 have a bucket each. Above, every octave (a factor of two) is cut into
/// 512 buckets of equal width, so that the middle of a bucket is within 0.1 % of all its values.
/// The scheme is that of HdrHistogram (Tene), with binary instead of decimal precision.
@usableFromInline
enum HistogramLayout {
  /// How many buckets an octave has.
  static let bucketsPerOctave = 512

  /// How many octaves reach from zero to the greatest 64-bit value.
  static let octaveCount = 55

  /// The octave of a value of zero or more, and its bucket there.
  @inlinable
  @inline(__always)
  static func place(of value: Int64) -> (octave: Int, bucket: Int) {
    // The first two octaves have the same width of buckets, hence one shift for both.
    let shift = 54 &- (value | 1023).leadingZeroBitCount
    let shifted = Int(truncatingIfNeeded: value &>> Int64(truncatingIfNeeded: shift))
    return (shift &+ shifted &>> 9, shifted & 511)
  }

  /// The binary logarithm of the width of each bucket of an octave.
  static func shift(ofOctave octave: Int) -> Int { Swift.max(octave &- 1, 0) }

  /// The least value of a bucket.
  static func lowerBound(ofBucket bucket: Int, inOctave octave: Int) -> Int64 {
    octave == 0 ? Int64(bucket) : Int64(bucket + bucketsPerOctave) << shift(ofOctave: octave)
  }
}
