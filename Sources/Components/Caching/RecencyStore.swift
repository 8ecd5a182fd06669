import Kernel

/// Keys with a time to live, of which the one used least recently goes when there is no room.
struct RecencyStore {
  private struct Item {
    var key: UInt64
    var until: Nanoseconds
    var newer: Int
    var older: Int
  }

  private static let none = -1

  private let capacity: Int
  private var places: [UInt64: Int] = [:]
  private var items: [Item] = []
  private var newest = none
  private var oldest = none

  /// A store without keys, with room for `capacity`.
  init(capacity: Int) { self.capacity = capacity }

  /// How many keys are kept, those included whose time is over and that nobody asked for since.
  var count: Int { places.count }

  /// Whether a key is there, which is a use of it.
  mutating func find(_ key: UInt64, at now: Nanoseconds) -> Bool {
    guard let place = places[key], items[place].until > now else { return false }
    touch(place)
    return true
  }

  /// Stores a key until a time; tells whether another one had to go.
  mutating func put(_ key: UInt64, until: Nanoseconds) -> Bool {
    if let place = places[key] {
      items[place].until = until
      touch(place)
      return false
    }
    if items.count < capacity {
      items.append(Item(key: key, until: until, newer: Self.none, older: Self.none))
      places[key] = items.count - 1
      pushNewest(items.count - 1)
      return false
    }
    let place = oldest
    unlink(place)
    places[items[place].key] = nil
    items[place].key = key
    items[place].until = until
    places[key] = place
    pushNewest(place)
    return true
  }

  private mutating func touch(_ place: Int) {
    guard place != newest else { return }
    unlink(place)
    pushNewest(place)
  }

  private mutating func unlink(_ place: Int) {
    let (newer, older) = (items[place].newer, items[place].older)
    if newer != Self.none { items[newer].older = older } else { newest = older }
    if older != Self.none { items[older].newer = newer } else { oldest = newer }
  }

  private mutating func pushNewest(_ place: Int) {
    items[place].newer = Self.none
    items[place].older = newest
    if newest != Self.none { items[newest].newer = place }
    newest = place
    if oldest == Self.none { oldest = place }
  }
}
