import Kernel

/// The partitions of a table or an index: ranges of the hash of the key, each with its own limits.
///
/// DDB/bp-partition-key-design: a partition gives at most 3,000 read and 1,000 write units a
/// second, and hot items are isolated over time. How many partitions there are at first, and when
/// one is split, is not documented and assumed.
final class Partitions {
  /// The limits of a partition.
  struct Limits: Sendable {
    var read: Double
    var write: Double
    /// The bytes that a partition holds.
    var bytes = 10_000_000_000.0
    /// How long a partition must be throttled before it is split; nil if it never is.
    var splitAfter: Nanoseconds?

    /// How many partitions it takes: as many as the size or either capacity needs.
    func count(bytes stored: Double, read units: Double, write writeUnits: Double) -> Int {
      let needed = max(stored / bytes, units / read, writeUnits / write)
      return max(1, Int(needed.rounded(.up)))
    }
  }

  /// What is known of a partition's reads or of its writes.
  private struct Side {
    var second = SecondWindow()
    /// The partition's own part of what is provisioned; what it does not use, others may.
    var own = TokenBucket(ratePerSecond: 0, capacity: 0, level: 0, at: 0)
    /// The item that may make up most of the traffic: the candidate of a majority vote.
    var candidate: UInt64 = 0
    var votes = 0.0
    var units = 0.0
    var throttledSince: Nanoseconds = 0
    var lastThrottled = -Nanoseconds.longest
  }

  private struct Partition {
    /// The first hash that belongs to it.
    var start: UInt64
    var read = Side()
    var write = Side()
  }

  private static let mostPartitions = 10_000
  /// Refusals that are farther apart do not belong together.
  private static let pause = Nanoseconds.seconds(60)

  let limits: Limits
  private var partitions: [Partition]
  /// How often a hot partition was split.
  private(set) var splits = 0
  private var readRate = 0.0
  private var writeRate = 0.0

  init(_ count: Int, _ limits: Limits) {
    self.limits = limits
    let width = UInt64.max / UInt64(count)
    partitions = (0..<UInt64(count)).map { Partition(start: $0 * width) }
  }

  var count: Int { partitions.count }

  /// Spreads a provisioned capacity evenly over the partitions.
  func provide(_ rate: Double, isWrite: Bool, at now: Nanoseconds) {
    if isWrite { writeRate = rate } else { readRate = rate }
    let share = rate / Double(count)
    for index in partitions.indices {
      change(index, isWrite) { $0.own.setRate(share, capacity: share, at: now) }
    }
  }

  /// Splits the widest partitions until there are enough.
  func grow(to wanted: Int, at now: Nanoseconds) {
    guard wanted > count else { return }
    while count < min(wanted, Self.mostPartitions) {
      var widest = 0
      for index in partitions.indices where width(index) > width(widest) { widest = index }
      guard width(widest) > 1 else { break }
      insert(partitions[widest].start + width(widest) / 2)
    }
    share(at: now)
  }

  // MARK: Using

  /// The partition of a hash.
  func index(of hash: UInt64) -> Int {
    var low = 0
    var high = partitions.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if partitions[middle].start <= hash { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether a partition is below its hard limit.
  func isOpen(_ index: Int, isWrite: Bool, at now: Nanoseconds) -> Bool {
    let limit = isWrite ? limits.write : limits.read
    return change(index, isWrite) { $0.second.isOpen(limit, at: now) }
  }

  /// Whether a partition has something left of its own part.
  func hasOwn(_ index: Int, isWrite: Bool, at now: Nanoseconds) -> Bool {
    change(index, isWrite) { side in
      side.own.advance(to: now)
      return side.own.isPositive
    }
  }

  func spend(
    _ units: Double, on index: Int, _ hash: UInt64, isWrite: Bool, at now: Nanoseconds
  ) {
    change(index, isWrite) { side in
      side.second.add(units)
      // What is borrowed from others does not burden the partition's own part.
      side.own.advance(to: now)
      if side.own.isPositive { side.own.spend(units) }
      vote(units, hash, &side)
    }
  }

  /// Boyer and Moore's vote: an item with more than half of the units survives.
  private func vote(_ units: Double, _ hash: UInt64, _ side: inout Side) {
    side.units += units
    if side.candidate == hash {
      side.votes += units
    } else if side.votes > units {
      side.votes -= units
    } else {
      side.candidate = hash
      side.votes = units - side.votes
    }
  }

  // MARK: Splitting

  /// Notes that a partition's hard limit refused a request, and splits it if that lasts.
  func refused(_ index: Int, isWrite: Bool, at now: Nanoseconds) {
    let isDue = change(index, isWrite) { side in
      if now - side.lastThrottled > Self.pause {
        side.throttledSince = now
        side.votes = 0
        side.units = 0
      }
      side.lastThrottled = now
      return now - side.throttledSince >= limits.splitAfter ?? .max
    }
    if isDue { split(index, isWrite, at: now) }
  }

  /// An item with most of the traffic gets a partition of its own; otherwise the range is halved.
  private func split(_ index: Int, _ isWrite: Bool, at now: Nanoseconds) {
    let side = isWrite ? partitions[index].write : partitions[index].read
    change(index, isWrite) { $0.lastThrottled = -Nanoseconds.longest }
    let width = width(index)
    guard width > 1, count < Self.mostPartitions else { return }
    let start = partitions[index].start
    if side.votes > 0.1 * side.units {
      if side.candidate - start < width - 1 { insert(side.candidate + 1) }
      if side.candidate > start { insert(side.candidate) }
    } else {
      insert(start + width / 2)
    }
    splits += 1
    share(at: now)
  }

  /// Divides a partition at a hash; both parts have the state of the whole.
  private func insert(_ start: UInt64) {
    let index = index(of: start)
    var part = partitions[index]
    part.start = start
    partitions.insert(part, at: index + 1)
  }

  private func share(at now: Nanoseconds) {
    provide(readRate, isWrite: false, at: now)
    provide(writeRate, isWrite: true, at: now)
  }

  private func width(_ index: Int) -> UInt64 {
    let end = index + 1 < count ? partitions[index + 1].start : .max
    return end - partitions[index].start
  }

  private func change<Value>(
    _ index: Int, _ isWrite: Bool, _ body: (inout Side) -> Value
  ) -> Value {
    isWrite ? body(&partitions[index].write) : body(&partitions[index].read)
  }
}
