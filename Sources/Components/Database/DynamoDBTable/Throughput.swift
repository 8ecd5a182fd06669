import Kernel

/// Why a request was throttled, as the SDK's `ThrottlingReason` tells.
enum ThrottlingReason: Int, CaseIterable {
  case provisionedThroughputExceeded
  case keyRangeThroughputExceeded
  case accountLimitExceeded
  case maxOnDemandThroughputExceeded
}

/// The throughput of a table's or an index's reads or of its writes: what is admitted and refused.
///
/// A provisioned throughput is a bucket that keeps 300 s of unused capacity. A request is admitted
/// on any balance above zero and may take it into debt. With several partitions each may use its
/// own part of the capacity, and beyond it what others leave (adaptive capacity), up to the hard
/// limit of a partition.
final class Throughput {
  /// How the throughput is limited.
  enum Mode {
    case provisioned(Double, burst: Nanoseconds, isFull: Bool)
    case onDemand(OnDemandLimit, account: Double, maximum: Double?)
  }

  private struct State: BitwiseCopyable {
    var provisioned = 0.0
    var bucket = TokenBucket(ratePerSecond: 0, capacity: 0, level: 0, at: 0)
    /// What the only partition, or an on-demand table, gives in the present second.
    var second = SecondWindow()
    var consumed = 0.0
    /// Provisioned, and in one partition.
    var isPlain = true
    var limit = 0.0
  }

  let isWrite: Bool
  let partitions: Partitions
  private let state: Cell<State>
  private let throttled = Cells(0, count: ThrottlingReason.allCases.count)
  private let burst: Nanoseconds
  private var onDemand: OnDemandLimit?
  private var provisionedArea = 0.0
  private var lastChange: Nanoseconds = 0
  private let account: Double
  private let maximum: Double

  init(_ mode: Mode, isWrite: Bool, _ partitions: Partitions) {
    self.isWrite = isWrite
    self.partitions = partitions
    state = Cell(State())
    switch mode {
    case .provisioned(let rate, let burst, let isFull):
      self.burst = burst
      (onDemand, account, maximum) = (nil, .infinity, .infinity)
      let kept = rate * burst.inSeconds
      state.value.provisioned = rate
      state.value.bucket = TokenBucket(
        ratePerSecond: rate, capacity: kept, level: isFull ? kept : 0, at: 0)
      partitions.provide(rate, isWrite: isWrite, at: 0)
    case .onDemand(let limit, let account, let maximum):
      burst = 0
      onDemand = limit
      self.account = account
      self.maximum = maximum ?? .infinity
    }
    state.value.limit = isWrite ? partitions.limits.write : partitions.limits.read
    state.value.isPlain = onDemand == nil && partitions.count == 1
  }

  var provisioned: Double { state.value.provisioned }
  var consumed: Double { state.value.consumed }
  var isOnDemand: Bool { onDemand != nil }
  var throttledCount: Int { (0..<throttled.count).reduce(0) { $0 + throttled[$1] } }
  func throttledCount(_ reason: ThrottlingReason) -> Int { throttled[reason.rawValue] }

  /// The units of unused capacity that are kept.
  func kept(at now: Nanoseconds) -> Double { state.value.bucket.level(at: now) }

  /// Whether it matters which key is asked for.
  var dependsOnKey: Bool { !state.value.isPlain }

  /// The time average of what is provisioned, up to the last change or ``close(at:)``.
  var averageProvisioned: Double {
    lastChange > 0 ? provisionedArea / Double(lastChange) : provisioned
  }

  /// Brings the time average up to date.
  func close(at now: Nanoseconds) {
    provisionedArea += provisioned * Double(now - lastChange)
    lastChange = now
  }

  /// Changes what is provisioned.
  func provide(_ rate: Double, at now: Nanoseconds) {
    close(at: now)
    state.value.provisioned = rate
    state.value.bucket.setRate(rate, capacity: rate * burst.inSeconds, at: now)
    let needed = Int((rate / state.value.limit).rounded(.up))
    if needed > partitions.count { partitions.grow(to: needed, at: now) }
    partitions.provide(rate, isWrite: isWrite, at: now)
  }

  /// Notes whether the partitions are still one.
  func noteGrowth() { state.value.isPlain = onDemand == nil && partitions.count == 1 }

  // MARK: Taking

  /// Takes units for the item of a hash; false if the request is throttled, which is counted.
  @inline(__always)
  func take(_ units: Double, _ hash: UInt64, at now: Nanoseconds) -> Bool {
    guard admits(hash, at: now) else { return false }
    spend(units, hash, at: now)
    return true
  }

  /// Whether a request for the item of a hash is admitted; a refusal is counted.
  @inline(__always)
  func admits(_ hash: UInt64, at now: Nanoseconds) -> Bool {
    guard state.value.isPlain else { return admitsRarely(hash, at: now) }
    guard state.value.second.isOpen(state.value.limit, at: now) else {
      return refuse(.keyRangeThroughputExceeded)
    }
    state.value.bucket.advance(to: now)
    return state.value.bucket.isPositive || refuse(.provisionedThroughputExceeded)
  }

  /// Takes units after ``admits(_:at:)`` at the same instant.
  @inline(__always)
  func spend(_ units: Double, _ hash: UInt64, at now: Nanoseconds) {
    state.value.consumed += units
    state.value.second.add(units)
    if !state.value.isPlain { return spendRarely(units, hash, at: now) }
    state.value.bucket.spend(units)
  }

  private func refuse(_ reason: ThrottlingReason) -> Bool {
    throttled[reason.rawValue] += 1
    return false
  }

  @inline(never)
  private func admitsRarely(_ hash: UInt64, at now: Nanoseconds) -> Bool {
    if onDemand != nil, let reason = onDemandRefusal(at: now) { return refuse(reason) }
    let index = partitions.index(of: hash)
    guard partitions.isOpen(index, isWrite: isWrite, at: now) else {
      partitions.refused(index, isWrite: isWrite, at: now)
      return refuse(.keyRangeThroughputExceeded)
    }
    if onDemand != nil { return true }
    state.value.bucket.advance(to: now)
    return partitions.hasOwn(index, isWrite: isWrite, at: now) || state.value.bucket.isPositive
      || refuse(.provisionedThroughputExceeded)
  }

  private func onDemandRefusal(at now: Nanoseconds) -> ThrottlingReason? {
    let served = onDemand?.value(at: now) ?? 0
    let cap = isWrite ? partitions.limits.write : partitions.limits.read
    let needed = Int((served / cap).rounded(.up))
    if needed > partitions.count { partitions.grow(to: needed, at: now) }
    let limit = min(served, account, maximum)
    if state.value.second.isOpen(limit, at: now) { return nil }
    if limit == maximum { return .maxOnDemandThroughputExceeded }
    return limit == account ? .accountLimitExceeded : .keyRangeThroughputExceeded
  }

  @inline(never)
  private func spendRarely(_ units: Double, _ hash: UInt64, at now: Nanoseconds) {
    partitions.spend(units, on: partitions.index(of: hash), hash, isWrite: isWrite, at: now)
    if onDemand != nil {
      onDemand?.add(units)
    } else {
      state.value.bucket.spend(units)
    }
  }
}
