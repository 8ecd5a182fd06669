/// How often each duration was recorded: a value to read, compare and merge.
///
/// Every quantile is within 0.1 % of the exact one, count, sum, minimum and maximum are exact, and
/// no histogram takes more than 225 kB. Merging is exact: histograms of parts, merged in any
/// order and grouping, equal the histogram of the whole.
public struct Histogram: Sendable, Equatable {
  /// How many values were recorded.
  public private(set) var count = 0

  /// The exact sum of the recorded values, in nanoseconds.
  public private(set) var sum: Int128 = 0

  /// The counts of each octave; empty for an octave without values.
  private var octaves: [[Int]]
  private var least = Int64.max
  private var greatest = Int64.min

  /// Creates a histogram without values.
  public init() {
    octaves = Array(repeating: [], count: HistogramLayout.octaveCount)
  }

  /// Creates the histogram that a recorder has gathered.
  init(octaves: [[Int]], count: Int, sum: Int128, least: Int64, greatest: Int64) {
    self.octaves = octaves
    self.count = count
    self.sum = sum
    self.least = least
    self.greatest = greatest
  }

  /// The least recorded value, or nil if there is none.
  public var minimum: Int64? { count == 0 ? nil : least }

  /// The greatest recorded value, or nil if there is none.
  public var maximum: Int64? { count == 0 ? nil : greatest }

  /// The mean of the recorded values in nanoseconds, or nil if there is none.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  /// The least recorded value that at least the share `p` of all values do not exceed.
  ///
  /// This is the nearest-rank quantile. It is exact for the least and the greatest value and for
  /// values below 1,024 ns, elsewhere the middle of a bucket and within 0.1 % of the exact one.
  ///
  /// - Parameter p: A share from 0 (the minimum) to 1 (the maximum).
  /// - Returns: Nanoseconds, or nil if no value was recorded.
  public func quantile(_ p: Double) -> Double? {
    precondition(p >= 0 && p <= 1, "The quantile \(p) is not between 0 and 1.")
    guard count > 0 else { return nil }
    // A share such as 0.07 is slightly more than 7 %: without the last factor, rank 7 of 100
    // would become rank 8.
    let rank = Int(p * Double(count) * (1 - 0x1p-50)) + 1
    if rank <= 1 { return Double(least) }
    if rank >= count { return Double(greatest) }
    var passed = 0
    for octave in octaves.indices {
      for (bucket, bucketCount) in octaves[octave].enumerated() {
        passed += bucketCount
        if passed >= rank { return middle(ofBucket: bucket, inOctave: octave) }
      }
    }
    preconditionFailure("A histogram of \(count) values has buckets for \(passed) only.")
  }

  /// How many recorded values are at most `value`, each taken as the middle of its bucket.
  ///
  /// Values within 0.1 % of `value` may fall on either side of it.
  public func count(atOrBelow value: Int64) -> Int {
    guard count > 0, value >= least else { return 0 }
    guard value < greatest else { return count }
    let (ownOctave, ownBucket) = HistogramLayout.place(of: value)
    let width = Int64(1) << HistogramLayout.shift(ofOctave: ownOctave)
    let offset =
      value - HistogramLayout.lowerBound(ofBucket: ownBucket, inOctave: ownOctave)
    let bucketEnd = offset >= width / 2 ? ownBucket + 1 : ownBucket
    var passed = 0
    for octave in 0..<ownOctave { passed += octaves[octave].reduce(0, +) }
    for bucketCount in octaves[ownOctave].prefix(bucketEnd) { passed += bucketCount }
    return passed
  }

  /// Adds all values of another histogram to this one.
  public mutating func merge(_ other: Histogram) {
    count += other.count
    sum += other.sum
    least = Swift.min(least, other.least)
    greatest = Swift.max(greatest, other.greatest)
    for octave in octaves.indices where !other.octaves[octave].isEmpty {
      if octaves[octave].isEmpty {
        octaves[octave] = other.octaves[octave]
      } else {
        for bucket in octaves[octave].indices {
          octaves[octave][bucket] += other.octaves[octave][bucket]
        }
      }
    }
  }

  /// What was recorded after an earlier state of the same recorder, as at the end of a warm-up.
  ///
  /// Count and sum are exact, and so are the least and the greatest value if they were recorded
  /// after it; otherwise these are the bounds of their buckets, and within 0.2 %.
  public func subtracting(_ earlier: Histogram) -> Histogram {
    var later = Histogram()
    later.count = count - earlier.count
    later.sum = sum - earlier.sum
    guard later.count > 0 else { return Histogram() }
    later.octaves = octaves
    for octave in octaves.indices where !earlier.octaves[octave].isEmpty {
      for bucket in octaves[octave].indices {
        later.octaves[octave][bucket] -= earlier.octaves[octave][bucket]
      }
    }
    later.forEachBucket { lowerBound, upperBound, _ in
      later.least = Swift.min(later.least, Swift.max(lowerBound, least))
      later.greatest = Swift.max(later.greatest, Swift.min(upperBound, greatest))
    }
    return later
  }

  /// Passes each bucket that holds values, from the least to the greatest.
  ///
  /// - Parameter body: Receives the least and the greatest nanosecond that belong to the bucket
  ///   (both included) and the number of values in it.
  public func forEachBucket(
    _ body: (_ lowerBound: Int64, _ upperBound: Int64, _ count: Int) -> Void
  ) {
    for octave in octaves.indices {
      let width = Int64(1) << HistogramLayout.shift(ofOctave: octave)
      for (bucket, bucketCount) in octaves[octave].enumerated() where bucketCount > 0 {
        let lowerBound = HistogramLayout.lowerBound(ofBucket: bucket, inOctave: octave)
        body(lowerBound, lowerBound + (width - 1), bucketCount)
      }
    }
  }

  /// The middle of a bucket, but never outside of what was recorded.
  private func middle(ofBucket bucket: Int, inOctave octave: Int) -> Double {
    let width = Int64(1) << HistogramLayout.shift(ofOctave: octave)
    let lowerBound = HistogramLayout.lowerBound(ofBucket: bucket, inOctave: octave)
    let middle = Double(lowerBound) + Double(width - 1) / 2
    return Swift.min(Swift.max(middle, Double(least)), Double(greatest))
  }
}
