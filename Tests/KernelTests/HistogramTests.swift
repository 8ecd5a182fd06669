import Kernel
import Testing

struct HistogramTests {
  /// Values on both sides of every power of two, and random ones of every magnitude.
  static func adversarialValues(seed: UInt64, count: UInt64) -> [Int64] {
    var values: [Int64] = [0, 1, 2, 511, 512, 513, 1023, 1024, 1025, .max, .max - 1]
    for exponent in 1...62 {
      let power = Int64(1) << Int64(exponent)
      values += [power - 1, power, power + 1]
    }
    for index in 0..<count {
      let bits = mixed(seed &+ index &* 0x9e37_79b9_7f4a_7c15)
      values.append(Int64(bitPattern: bits >> (1 + mixed(bits) % 62)))
    }
    return values
  }

  static func recorded(_ values: some Sequence<Int64>) -> Histogram {
    let recorder = HistogramRecorder()
    for value in values { recorder.record(value) }
    return recorder.snapshot()
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `quantiles are within a tenth of a percent of a sorted array`(seed: UInt64) throws {
    let values = Self.adversarialValues(seed: seed, count: 20_000)
    let histogram = Self.recorded(values)
    let sorted = values.sorted()
    for step in 0...1000 {
      let exact = Double(sorted[max(0, (step * sorted.count + 999) / 1000 - 1)])
      let found = try #require(histogram.quantile(Double(step) / 1000))
      #expect(abs(found - exact) <= exact * 0.001, "seed \(seed), share \(step) / 1000")
    }
    #expect(histogram.quantile(0) == 0)
    #expect(histogram.quantile(1) == Double(Int64.max))
  }

  @Test func `count, sum, minimum, maximum and mean are exact`() {
    let values = Self.adversarialValues(seed: 4, count: 1000)
    let histogram = Self.recorded(values)
    let sum = values.reduce(Int128(0)) { $0 + Int128($1) }
    #expect(histogram.count == values.count)
    #expect(histogram.sum == sum)
    #expect(histogram.minimum == 0)
    #expect(histogram.maximum == .max)
    #expect(histogram.mean == Double(sum) / Double(values.count))
  }

  @Test func `values below 1024 nanoseconds are kept one by one`() {
    let histogram = Self.recorded(0..<1024)
    for rank in 1...1024 {
      #expect(histogram.quantile(Double(rank) / 1024) == Double(rank - 1))
      #expect(histogram.count(atOrBelow: Int64(rank - 1)) == rank)
    }
  }

  @Test func `a share written as a decimal has the rank it means`() {
    let histogram = Self.recorded(1...100)
    for percent in 1...100 {
      #expect(histogram.quantile(Double(percent) / 100) == Double(percent))
    }
  }

  @Test func `an empty histogram has no minimum, mean or quantile`() {
    let histogram = Histogram()
    #expect(histogram == HistogramRecorder().snapshot())
    #expect(histogram.count == 0)
    #expect(histogram.minimum == nil)
    #expect(histogram.maximum == nil)
    #expect(histogram.mean == nil)
    #expect(histogram.quantile(0.5) == nil)
    #expect(histogram.count(atOrBelow: .max) == 0)
  }

  @Test func `merging in any order and grouping equals recording everything in one`() {
    let parts = (5...8 as ClosedRange<UInt64>).map {
      Self.adversarialValues(seed: $0, count: 500 * $0)
    }
    let whole = Self.recorded(parts.joined())
    let histograms = parts.map { Self.recorded($0) }
    var forwards = Histogram()
    for histogram in histograms { forwards.merge(histogram) }
    var left = histograms[3]
    left.merge(histograms[1])
    var right = histograms[2]
    right.merge(histograms[0])
    right.merge(left)
    #expect(forwards == whole)
    #expect(right == whole)
  }

  @Test func `the count at or below a value errs by no more than a tenth of a percent`() {
    let values = Self.adversarialValues(seed: 9, count: 800)
    let histogram = Self.recorded(values)
    for value in values.filter({ $0 < 1 << 60 }) {
      let found = histogram.count(atOrBelow: value)
      let lowest = Int64(Double(value) * 0.999)
      let highest = Int64((Double(value) * 1.001).rounded(.up))
      #expect(found >= values.count { $0 < lowest })
      #expect(found <= values.count { $0 <= highest })
    }
    #expect(histogram.count(atOrBelow: -1) == 0)
    #expect(histogram.count(atOrBelow: .max) == values.count)
  }

  @Test func `the count at or below a quantile agrees with its share`() throws {
    let values = Self.adversarialValues(seed: 10, count: 5000)
    let histogram = Self.recorded(values)
    for share in [0.1, 0.5, 0.9, 0.95] {
      let quantile = try #require(histogram.quantile(share))
      let count = histogram.count(atOrBelow: Int64(quantile.rounded(.up)))
      #expect(Double(count) >= share * Double(values.count))
    }
  }

  @Test func `buckets are disjoint, ascending and hold every value`() {
    let values = Self.adversarialValues(seed: 11, count: 800)
    var total = 0
    var previous: Int64 = -1
    Self.recorded(values).forEachBucket { lowerBound, upperBound, count in
      #expect(lowerBound > previous && upperBound >= lowerBound)
      let width = Double(upperBound - lowerBound)
      #expect(width <= Double(lowerBound) / 512)
      #expect(count == values.count { $0 >= lowerBound && $0 <= upperBound })
      total += count
      previous = upperBound
    }
    #expect(total == values.count)
  }

  @Test func `there are no more than 55 octaves of 512 buckets`() {
    var buckets = 0
    let recorder = HistogramRecorder()
    var value: Int64 = 0
    while true {
      recorder.record(value)
      let step = max(1, value >> 11)
      if value > .max - step { break }
      value += step
    }
    recorder.snapshot().forEachBucket { _, _, _ in buckets += 1 }
    #expect(buckets == 55 * 512)
  }

  @Test func `durations of nothing are counted apart and recorded all the same`() {
    let apart = HistogramRecorder()
    let together = HistogramRecorder()
    for round in 1...3 {
      for _ in 0..<70_000 {
        apart.entrance.recordNothing()
        together.record(0)
      }
      apart.record(Int64(round))
      together.record(Int64(round))
      #expect(apart.count == round * 70_001)
      #expect(apart.snapshot() == together.snapshot())
    }
  }

  @Test func `a recorder that restarts forgets its values`() {
    let recorder = HistogramRecorder()
    for value in Self.adversarialValues(seed: 12, count: 100) { recorder.record(value) }
    recorder.restart()
    #expect(recorder.snapshot() == Histogram())
    recorder.record(7)
    #expect(recorder.snapshot() == Self.recorded([7]))
    #expect(recorder.count == 1)
  }
}

@Suite struct `A histogram less an earlier one` {
  @Test func `is that of what was recorded in between`() {
    let recorder = HistogramRecorder()
    for value in [3, 700, 900_000, 40] as [Int64] { recorder.record(value) }
    let earlier = recorder.snapshot()
    let between = HistogramRecorder()
    for value in [5, 700, 80_000, 5] as [Int64] {
      recorder.record(value)
      between.record(value)
    }
    let later = recorder.snapshot().subtracting(earlier)
    #expect(later.count == 4)
    #expect(later.sum == 80_710)
    #expect(later.minimum == 5)
    #expect(later.quantile(0.5) == between.snapshot().quantile(0.5))
    // The greatest of all was recorded before: what is left is known by its bucket.
    #expect(abs((later.maximum ?? 0) - 80_000) <= 160)
    #expect(earlier.subtracting(earlier) == Histogram())
  }
}
