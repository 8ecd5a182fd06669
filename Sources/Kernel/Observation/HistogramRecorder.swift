/// Gathers durations into a histogram while a simulation runs.
///
/// Recording costs a few instructions: the counts live behind pointers that never change, so that
/// neither exclusivity nor uniqueness is checked on the way. A count is kept as its lower 16 bits
/// and how often these have overflowed: an octave takes 1 kB once it has its first value, so that
/// what several recorders write to stays close to the processor, and 5 kB once a count of it has
/// overflowed.
public final class HistogramRecorder {
  /// Everything but the counts of the buckets.
  @usableFromInline
  struct Totals {
    @usableFromInline var count = 0
    /// Durations of nothing, which are in no bucket until the histogram is asked for.
    @usableFromInline var nothings = 0
    /// The sum is kept as its lower 64 bits and how often they have overflowed.
    @usableFromInline var lowSum: UInt64 = 0
    @usableFromInline var highSum: Int64 = 0
    @usableFromInline var least = Int64.max
    @usableFromInline var greatest = Int64.min
    /// How often each count of an octave has overflowed; none where no count has.
    let overflows: UnsafeMutablePointer<UnsafeMutablePointer<Int>?>
  }

  /// What is written to, without owning it: valid as long as there is its recorder.
  ///
  /// Plain data, for those who record more often than they could follow a reference.
  public struct Entrance: BitwiseCopyable {
    @usableFromInline let totals: UnsafeMutablePointer<Totals>
    @usableFromInline let octaves: UnsafeMutablePointer<UnsafeMutablePointer<UInt16>?>
  }

  /// What is written to.
  public let entrance: Entrance

  /// Creates a recorder without values.
  public init() {
    let octaves = UnsafeMutablePointer<UnsafeMutablePointer<UInt16>?>.allocate(
      capacity: HistogramLayout.octaveCount)
    octaves.initialize(repeating: nil, count: HistogramLayout.octaveCount)
    let overflows = UnsafeMutablePointer<UnsafeMutablePointer<Int>?>.allocate(
      capacity: HistogramLayout.octaveCount)
    overflows.initialize(repeating: nil, count: HistogramLayout.octaveCount)
    let totals = UnsafeMutablePointer<Totals>.allocate(capacity: 1)
    totals.initialize(to: Totals(overflows: overflows))
    entrance = Entrance(totals: totals, octaves: octaves)
  }

  deinit {
    restart()
    entrance.octaves.deallocate()
    entrance.totals.pointee.overflows.deallocate()
    entrance.totals.deallocate()
  }

  /// How many values were recorded.
  public var count: Int { entrance.totals.pointee.count + entrance.totals.pointee.nothings }

  /// Counts one duration.
  ///
  /// - Parameter value: Nanoseconds, not negative.
  @inlinable
  @inline(__always)
  public func record(_ value: Int64) { entrance.record(value) }

  /// The histogram of everything recorded so far; recording goes on.
  public func snapshot() -> Histogram {
    entrance.countNothings()
    let totals = entrance.totals.pointee
    let copies = (0..<HistogramLayout.octaveCount).map { octave in
      entrance.octaves[octave].map { Self.counts($0, totals.overflows[octave]) } ?? []
    }
    return Histogram(
      octaves: copies, count: totals.count,
      sum: Int128(totals.highSum) << 64 | Int128(totals.lowSum), least: totals.least,
      greatest: totals.greatest)
  }

  /// The counts of an octave, by plain loops, since what follows a run over time asks often.
  private static func counts(
    _ buckets: UnsafeMutablePointer<UInt16>, _ overflows: UnsafeMutablePointer<Int>?
  ) -> [Int] {
    let length = HistogramLayout.bucketsPerOctave
    return Array(unsafeUninitializedCapacity: length) { counts, count in
      for bucket in 0..<length { counts.initializeElement(at: bucket, to: Int(buckets[bucket])) }
      if let overflows {
        for bucket in 0..<length { counts[bucket] &+= overflows[bucket] &<< 16 }
      }
      count = length
    }
  }

  /// Forgets all values, as at the end of a warm-up period.
  public func restart() {
    let overflows = entrance.totals.pointee.overflows
    entrance.totals.pointee = Totals(overflows: overflows)
    for octave in 0..<HistogramLayout.octaveCount {
      entrance.octaves[octave]?.deallocate()
      entrance.octaves[octave] = nil
      overflows[octave]?.deallocate()
      overflows[octave] = nil
    }
  }
}

extension HistogramRecorder.Entrance {
  /// Counts one duration, in nanoseconds, not negative.
  @inlinable
  @inline(__always)
  public func record(_ value: Int64) {
    // Checked in debug builds only: nothing but a defect of the recorder's owner can break it.
    assert(value >= 0, "A negative duration cannot be recorded.")
    let (octave, bucket) = HistogramLayout.place(of: value)
    guard let buckets = octaves[octave] else { return recordFirst(value, inOctave: octave) }
    let lowCount = buckets[bucket] &+ 1
    buckets[bucket] = lowCount
    if lowCount == 0 { carry(bucket, inOctave: octave) }
    totals.pointee.count &+= 1
    let (lowSum, overflow) = totals.pointee.lowSum.addingReportingOverflow(
      UInt64(bitPattern: value))
    totals.pointee.lowSum = lowSum
    if overflow { totals.pointee.highSum &+= 1 }
    if value < totals.pointee.least { totals.pointee.least = value }
    if value > totals.pointee.greatest { totals.pointee.greatest = value }
  }

  /// Counts a duration of nothing.
  @inlinable
  @inline(__always)
  public func recordNothing() { totals.pointee.nothings &+= 1 }

  /// Puts the durations of nothing into their bucket.
  func countNothings() {
    let nothings = totals.pointee.nothings
    guard nothings > 0 else { return }
    totals.pointee.nothings = 0
    record(0)
    totals.pointee.count += nothings - 1
    guard let buckets = octaves[0] else { return }
    let count = Int(buckets[0]) + nothings - 1
    buckets[0] = UInt16(truncatingIfNeeded: count)
    if count >> 16 > 0 { carry(0, inOctave: 0, by: count >> 16) }
  }

  /// Notes that a count has reached 2^16.
  @usableFromInline
  @inline(never)
  func carry(_ bucket: Int, inOctave octave: Int, by times: Int = 1) {
    let overflows = totals.pointee.overflows
    let counts = overflows[octave] ?? Self.zeros()
    overflows[octave] = counts
    counts[bucket] += times
  }

  /// Counts the first duration of an octave, for which there is no storage yet.
  @usableFromInline
  @inline(never)
  func recordFirst(_ value: Int64, inOctave octave: Int) {
    octaves[octave] = Self.zeros()
    record(value)
  }

  private static func zeros<Count: FixedWidthInteger>() -> UnsafeMutablePointer<Count> {
    let counts = UnsafeMutablePointer<Count>.allocate(capacity: HistogramLayout.bucketsPerOctave)
    counts.initialize(repeating: 0, count: HistogramLayout.bucketsPerOctave)
    return counts
  }
}
