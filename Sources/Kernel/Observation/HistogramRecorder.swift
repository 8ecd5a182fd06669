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
    /// The sum is kept as its lower 64 bits and how often they have overflowed.
    @usableFromInline var lowSum: UInt64 = 0
    @usableFromInline var highSum: Int64 = 0
    @usableFromInline var least = Int64.max
    @usableFromInline var greatest = Int64.min

    init() {}
  }

  @usableFromInline let totals: UnsafeMutablePointer<Totals>
  @usableFromInline let octaves: UnsafeMutablePointer<UnsafeMutablePointer<UInt16>?>
  /// How often each count of an octave has overflowed; none where no count has.
  private let overflows: UnsafeMutablePointer<UnsafeMutablePointer<Int>?>

  /// Creates a recorder without values.
  public init() {
    totals = .allocate(capacity: 1)
    totals.initialize(to: Totals())
    octaves = .allocate(capacity: HistogramLayout.octaveCount)
    octaves.initialize(repeating: nil, count: HistogramLayout.octaveCount)
    overflows = .allocate(capacity: HistogramLayout.octaveCount)
    overflows.initialize(repeating: nil, count: HistogramLayout.octaveCount)
  }

  deinit {
    for octave in 0..<HistogramLayout.octaveCount {
      octaves[octave]?.deallocate()
      overflows[octave]?.deallocate()
    }
    octaves.deallocate()
    overflows.deallocate()
    totals.deallocate()
  }

  /// How many values were recorded.
  public var count: Int { totals.pointee.count }

  /// Counts one duration.
  ///
  /// - Parameter value: Nanoseconds, not negative.
  @inlinable
  @inline(__always)
  public func record(_ value: Int64) {
    precondition(value >= 0, "A negative duration cannot be recorded.")
    let (octave, bucket) = HistogramLayout.place(of: value)
    guard let buckets = octaves[octave] else { return recordFirst(value, inOctave: octave) }
    let lowCount = buckets[bucket] &+ 1
    buckets[bucket] = lowCount
    if lowCount == 0 { carry(bucket, inOctave: octave) }
    totals.pointee.count &+= 1
    let (lowSum, overflow) = totals.pointee.lowSum.addingReportingOverflow(UInt64(value))
    totals.pointee.lowSum = lowSum
    if overflow { totals.pointee.highSum &+= 1 }
    if value < totals.pointee.least { totals.pointee.least = value }
    if value > totals.pointee.greatest { totals.pointee.greatest = value }
  }

  /// The histogram of everything recorded so far; recording goes on.
  public func snapshot() -> Histogram {
    let copies = (0..<HistogramLayout.octaveCount).map { octave in
      octaves[octave].map { buckets in
        (0..<HistogramLayout.bucketsPerOctave).map { bucket in
          Int(buckets[bucket]) + (overflows[octave].map { $0[bucket] << 16 } ?? 0)
        }
      } ?? []
    }
    let totals = totals.pointee
    return Histogram(
      octaves: copies, count: totals.count,
      sum: Int128(totals.highSum) << 64 | Int128(totals.lowSum), least: totals.least,
      greatest: totals.greatest)
  }

  /// Forgets all values, as at the end of a warm-up period.
  public func restart() {
    totals.pointee = Totals()
    for octave in 0..<HistogramLayout.octaveCount {
      octaves[octave]?.deallocate()
      octaves[octave] = nil
      overflows[octave]?.deallocate()
      overflows[octave] = nil
    }
  }

  /// Notes that a count has reached 2^16.
  @usableFromInline
  @inline(never)
  func carry(_ bucket: Int, inOctave octave: Int) {
    let counts = overflows[octave] ?? Self.zeros()
    overflows[octave] = counts
    counts[bucket] += 1
  }

  private static func zeros<Count: FixedWidthInteger>() -> UnsafeMutablePointer<Count> {
    let counts = UnsafeMutablePointer<Count>.allocate(capacity: HistogramLayout.bucketsPerOctave)
    counts.initialize(repeating: 0, count: HistogramLayout.bucketsPerOctave)
    return counts
  }

  /// Counts the first duration of an octave, for which there is no storage yet.
  @usableFromInline
  @inline(never)
  func recordFirst(_ value: Int64, inOctave octave: Int) {
    octaves[octave] = Self.zeros()
    record(value)
  }
}
