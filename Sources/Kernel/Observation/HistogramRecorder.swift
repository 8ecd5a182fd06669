/// Gathers durations into a histogram while a simulation runs.
///
/// Recording costs a few instructions: the counts live behind pointers that never change, so that
/// neither exclusivity nor uniqueness is checked on the way. An octave takes 4 kB once it has its
/// first value.
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
  @usableFromInline let octaves: UnsafeMutablePointer<UnsafeMutablePointer<Int>?>

  /// Creates a recorder without values.
  public init() {
    totals = .allocate(capacity: 1)
    totals.initialize(to: Totals())
    octaves = .allocate(capacity: HistogramLayout.octaveCount)
    octaves.initialize(repeating: nil, count: HistogramLayout.octaveCount)
  }

  deinit {
    for octave in 0..<HistogramLayout.octaveCount { octaves[octave]?.deallocate() }
    octaves.deallocate()
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
    buckets[bucket] &+= 1
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
        Array(UnsafeBufferPointer(start: buckets, count: HistogramLayout.bucketsPerOctave))
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
    }
  }

  /// Counts the first duration of an octave, for which there is no storage yet.
  @usableFromInline
  @inline(never)
  func recordFirst(_ value: Int64, inOctave octave: Int) {
    let buckets = UnsafeMutablePointer<Int>.allocate(capacity: HistogramLayout.bucketsPerOctave)
    buckets.initialize(repeating: 0, count: HistogramLayout.bucketsPerOctave)
    octaves[octave] = buckets
    record(value)
  }
}
