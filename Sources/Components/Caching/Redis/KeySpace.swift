import Kernel

/// The keys that a Redis node holds: their memory, expiry and eviction.
///
/// Keys lie densely in memory, so that one can be drawn at random. Draws follow from a key and a
/// counter.
final class KeySpace {
  /// How keys make room and expire.
  struct Settings: Sendable {
    var policy: Redis.EvictionPolicy
    var samples: Int
    var candidates: Int
    var expirySamples: Int
    var overhead: Int
  }

  private struct Item: BitwiseCopyable {
    var key: UInt64
    var expiry: Nanoseconds
    var lastUse: Nanoseconds
    var bytes: UInt32
    /// Where it stands among the keys that expire.
    var volatilePlace: UInt32
    /// The logarithmic counter of how often it is used, and the minute of its last decay.
    var frequency: UInt8
    var decayed: UInt32
  }

  /// A key that was good to evict when it was looked at.
  private struct Candidate {
    var key: UInt64
    var score: Int64
    var lastUse: Nanoseconds
  }

  /// What one writes to go on from there: what was known of the key before.
  struct Previous: BitwiseCopyable {
    var key: UInt64
    var isStored: Bool
    var expiry: Nanoseconds
  }

  static let never = Nanoseconds.max

  private let settings: Settings
  private let limit: Int
  private let drawKey: UInt64
  private var draws: UInt64 = 0
  private var places: [UInt64: UInt32] = [:]
  private var items: [Item] = []
  private var volatiles: [UInt32] = []
  private var candidates: [Candidate] = []
  /// The bytes that the keys take.
  private(set) var bytes = 0
  private(set) var evictions = 0
  private(set) var expirations = 0
  private(set) var mostKeys = 0
  /// The largest value so far.
  private(set) var largestValue = 0

  init(_ settings: Settings, limit: Int?, _ drawKey: RandomKey) {
    self.settings = settings
    self.limit = limit ?? .max
    self.drawKey = drawKey.bits
  }

  var count: Int { items.count }
  var volatileCount: Int { volatiles.count }

  // MARK: Commands

  /// Looks a key up, and uses it if it is there; one whose time is over goes.
  func read(_ key: UInt64, at now: Nanoseconds) -> Bool {
    guard let place = places[key] else { return false }
    if items[Int(place)].expiry <= now {
      expire(Int(place))
      return false
    }
    use(Int(place), now)
    return true
  }

  /// The size of a value, 0 if there is none.
  func valueSize(_ key: UInt64) -> Int {
    places[key].map { Int(items[Int($0)].bytes) - settings.overhead } ?? 0
  }

  /// Stores a key after room was made; false if there is none, and then nothing is stored.
  func write(_ key: UInt64, value: Int, expiry: Nanoseconds, at now: Nanoseconds) -> Bool {
    guard bytes <= limit || makeRoom(at: now) else { return false }
    largestValue = max(largestValue, value)
    let size = UInt32(value + settings.overhead)
    if let place = places[key] {
      let index = Int(place)
      bytes += Int(size) - Int(items[index].bytes)
      items[index].bytes = size
      setExpiry(index, expiry)
      use(index, now)
      return true
    }
    places[key] = UInt32(items.count)
    bytes += Int(size)
    items.append(
      Item(
        key: key, expiry: Self.never, lastUse: now, bytes: size, volatilePlace: .none,
        frequency: 5, decayed: minute(now)))
    setExpiry(items.count - 1, expiry)
    mostKeys = max(mostKeys, items.count)
    return true
  }

  func delete(_ key: UInt64) {
    if let place = places[key] { remove(Int(place)) }
  }

  func removeAll() {
    places.removeAll()
    items.removeAll()
    volatiles.removeAll()
    candidates.removeAll()
    bytes = 0
  }

  // MARK: Replication

  /// What is known of a key, to be restored where a write to it was lost.
  func present(_ key: UInt64) -> Previous {
    let place = places[key]
    return Previous(
      key: key, isStored: place != nil, expiry: place.map { items[Int($0)].expiry } ?? Self.never)
  }

  /// Undoes a write that a replica has not heard of.
  func restore(_ previous: Previous) {
    guard let place = places[previous.key] else { return }
    if previous.isStored {
      setExpiry(Int(place), previous.expiry)
    } else {
      remove(Int(place))
    }
  }

  // MARK: Expiry

  /// One cycle: some keys with a time to live are looked at, again if more than a quarter of them
  /// had expired (RD commands/expire.md).
  func expiryCycle(at now: Nanoseconds) {
    while !volatiles.isEmpty {
      let looked = min(settings.expirySamples, volatiles.count)
      var expired = 0
      if looked == volatiles.count {
        for place in volatiles.indices.reversed() where isOver(place, now) {
          expire(Int(volatiles[place]))
          expired += 1
        }
      } else {
        for _ in 0..<looked where !volatiles.isEmpty {
          let place = draw(below: volatiles.count)
          guard isOver(place, now) else { continue }
          expire(Int(volatiles[place]))
          expired += 1
        }
      }
      if 4 * expired <= looked { return }
    }
  }

  private func isOver(_ volatilePlace: Int, _ now: Nanoseconds) -> Bool {
    items[Int(volatiles[volatilePlace])].expiry <= now
  }

  private func expire(_ index: Int) {
    expirations += 1
    remove(index)
  }

  // MARK: Eviction

  private var isVolatileOnly: Bool {
    switch settings.policy {
    case .volatileLRU, .volatileLFU, .volatileRandom, .volatileTTL: true
    case .allKeysLRU, .allKeysLFU, .allKeysRandom, .noEviction: false
    }
  }

  /// Evicts keys until the limit holds; false if the policy finds none to evict.
  private func makeRoom(at now: Nanoseconds) -> Bool {
    guard settings.policy != .noEviction else { return false }
    while bytes > limit {
      let among = isVolatileOnly ? volatiles.count : items.count
      guard among > 0 else { return false }
      switch settings.policy {
      case .allKeysRandom, .volatileRandom:
        remove(index(draw(below: among)))
        evictions += 1
      default:
        lookForCandidates(among, now)
        evictBest()
      }
    }
    return true
  }

  private func index(_ number: Int) -> Int { isVolatileOnly ? Int(volatiles[number]) : number }

  /// Looks at some keys and keeps the best to evict, in growing order.
  private func lookForCandidates(_ among: Int, _ now: Nanoseconds) {
    if among <= settings.samples {
      for number in 0..<among { consider(index(number), now) }
      return
    }
    var drawn: [Int] = []
    while drawn.count < settings.samples {
      let number = draw(below: among)
      if drawn.contains(number) { continue }
      drawn.append(number)
      consider(index(number), now)
    }
  }

  private func consider(_ index: Int, _ now: Nanoseconds) {
    let item = items[index]
    let score = score(item, now)
    candidates.removeAll { $0.key == item.key }
    if candidates.count == settings.candidates {
      guard let worst = candidates.first, worst.score < score else { return }
      candidates.removeFirst()
    }
    let place = candidates.firstIndex { $0.score > score } ?? candidates.count
    candidates.insert(Candidate(key: item.key, score: score, lastUse: item.lastUse), at: place)
  }

  /// How good it is to evict an item.
  private func score(_ item: Item, _ now: Nanoseconds) -> Int64 {
    switch settings.policy {
    case .volatileLFU, .allKeysLFU: -Int64(frequency(item, now))
    case .volatileTTL: -item.expiry
    default: -item.lastUse
    }
  }

  /// Evicts the best candidate that is still there and was not used since.
  private func evictBest() {
    while let best = candidates.popLast() {
      guard let place = places[best.key] else { continue }
      let item = items[Int(place)]
      if item.lastUse != best.lastUse || isVolatileOnly && item.volatilePlace == .none { continue }
      remove(Int(place))
      evictions += 1
      return
    }
  }

  // MARK: Use

  private func use(_ index: Int, _ now: Nanoseconds) {
    items[index].lastUse = now
    guard settings.policy == .allKeysLFU || settings.policy == .volatileLFU else { return }
    var frequency = frequency(items[index], now)
    items[index].decayed = minute(now)
    // The more often it was used, the rarer it counts: 255 stands for about a million uses.
    let chance = 1 / (Double(max(0, Int(frequency) - 5)) * 10 + 1)
    if frequency < 255, uniform(nextBits()) <= chance { frequency += 1 }
    items[index].frequency = frequency
  }

  /// The counter less one for each minute without use.
  private func frequency(_ item: Item, _ now: Nanoseconds) -> UInt8 {
    UInt8(max(0, Int(item.frequency) - Int(minute(now) - item.decayed)))
  }

  private func minute(_ now: Nanoseconds) -> UInt32 {
    UInt32(truncatingIfNeeded: now / 60_000_000_000)
  }

  // MARK: Storage

  private func setExpiry(_ index: Int, _ expiry: Nanoseconds) {
    let wasVolatile = items[index].volatilePlace != .none
    items[index].expiry = expiry
    if expiry != Self.never, !wasVolatile {
      items[index].volatilePlace = UInt32(volatiles.count)
      volatiles.append(UInt32(index))
    } else if expiry == Self.never, wasVolatile {
      removeVolatile(index)
    }
  }

  private func removeVolatile(_ index: Int) {
    let place = Int(items[index].volatilePlace)
    items[index].volatilePlace = .none
    let last = volatiles.removeLast()
    if place < volatiles.count {
      volatiles[place] = last
      items[Int(last)].volatilePlace = UInt32(place)
    }
  }

  /// Removes an item; the last takes its place.
  private func remove(_ index: Int) {
    if items[index].volatilePlace != .none { removeVolatile(index) }
    places[items[index].key] = nil
    bytes -= Int(items[index].bytes)
    let last = items.removeLast()
    guard index < items.count else { return }
    items[index] = last
    places[last.key] = UInt32(index)
    if last.volatilePlace != .none { volatiles[Int(last.volatilePlace)] = UInt32(index) }
  }

  private func draw(below count: Int) -> Int {
    Int(nextBits().multipliedFullWidth(by: UInt64(count)).high)
  }

  private func nextBits() -> UInt64 {
    draws &+= 1
    return mixed(drawKey &+ draws &* KeyStride.number)
  }
}
