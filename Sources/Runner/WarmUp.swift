import Components
import Kernel

/// How much of the beginning of a run is not yet its steady state, by the rule MSER-5.
///
/// The marginal standard error rule (White, Simulation 69(6), 1997; on batch means: White, Cobb and
/// Spratt, WSC 2000) cuts where the standard error of the mean of the rest is least. Here the
/// batches are equal windows of time instead of five responses each, but hold five at least.
struct WarmUp {
  /// How many batches are cut.
  let batches: Int
  /// Whether the least error is at the end of the half that may be cut: the run is too short.
  let isTooShort: Bool

  /// The rule, applied to the means of batches in the order of time.
  init(batchMeans: [Double]) {
    var best = (batches: 0, error: Double.infinity)
    let most = batchMeans.count / 2
    // From the end to the beginning, so that sums grow by a batch at a time.
    var sum = 0.0
    var squares = 0.0
    for index in batchMeans.indices.reversed() {
      // Differences from a value of the same size keep the squares exact enough.
      let value = batchMeans[index] - (batchMeans.last ?? 0)
      sum += value
      squares += value * value
      guard index <= most else { continue }
      let count = Double(batchMeans.count - index)
      let error = max(0, squares - sum * sum / count) / (count * count)
      if error <= best.error { best = (index, error) }
    }
    batches = best.batches
    isTooShort = batchMeans.count < 10 || best.batches == most
  }
}

extension Settling {
  /// Cuts the warm-up out of what the client recorded, and tells how the run settled.
  ///
  /// - Parameters:
  ///   - record: what the client recorded of the whole run; then of its rest.
  ///   - history: what it had recorded at the ends of equal windows.
  init(cutting record: inout RunRecord, _ history: [ClientHistory.Entry]) {
    let load = record.loadDuration
    let during = history.filter { $0.end <= load }
    let levels = during.map { entry in
      entry.endpoints.reduce(0) { $0 + $1.offered - $1.succeeded.count - $1.failed.count }
    }
    let arrivals = record.endpoints.reduce(0) { $0 + $1.offered }
    let batches = Self.batches(during)
    let warmUp = WarmUp(batchMeans: batches.map(\.mean))
    var cut: Nanoseconds = 0
    if warmUp.batches > 0 {
      let entry = during[batches[warmUp.batches - 1].last]
      cut = entry.end
      for index in record.endpoints.indices {
        record.endpoints[index] = record.endpoints[index].subtracting(entry.endpoints[index])
      }
    }
    self.init(
      warmUp: cut, isTooShort: warmUp.isTooShort, backlog: levels.last ?? 0,
      quarters: Self.quarters(levels), arrivals: arrivals)
  }

  /// The mean responses of batches, and the last window of each: windows with fewer than five
  /// responses are joined with the next.
  private static func batches(_ history: [ClientHistory.Entry]) -> [(mean: Double, last: Int)] {
    var batches: [(mean: Double, last: Int)] = []
    var count = 0
    var sum: Int128 = 0
    for (index, entry) in history.enumerated() {
      let newCount = entry.endpoints.reduce(0) { $0 + $1.succeeded.count + $1.failed.count }
      let newSum = entry.endpoints.reduce(Int128(0)) { $0 + $1.succeeded.sum + $1.failed.sum }
      guard newCount - count >= 5 else { continue }
      batches.append((Double(newSum - sum) / Double(newCount - count), index))
      count = newCount
      sum = newSum
    }
    return batches
  }

  /// The means of the second, third and last quarter.
  private static func quarters(_ levels: [Int]) -> [Double] {
    guard levels.count >= 8 else { return [] }
    return (1..<4).map { quarter in
      let part = levels[(levels.count * quarter / 4)..<(levels.count * (quarter + 1) / 4)]
      return Double(part.reduce(0, +)) / Double(part.count)
    }
  }
}
