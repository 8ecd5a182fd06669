import Kernel

/// Lookups in flight, so that others for the same key wait for their results.
struct Flights {
  private struct Place: Hashable {
    var key: UInt64
    var place: UInt16
  }

  private var followers: [Place: CallQueue] = [:]

  /// Begins a lookup; false if there is one already.
  mutating func lead(_ key: UInt64, at place: UInt16) -> Bool {
    let place = Place(key: key, place: place)
    if followers[place] != nil { return false }
    followers[place] = CallQueue()
    return true
  }

  /// Waits for the lookup in flight.
  mutating func join(_ key: UInt64, at place: UInt16, _ frame: CallID, _ kernel: inout Kernel) {
    followers[Place(key: key, place: place)]?.append(frame, &kernel)
  }

  /// Ends a lookup and gives those who waited for it.
  mutating func land(_ key: UInt64, at place: UInt16) -> CallQueue {
    followers.removeValue(forKey: Place(key: key, place: place)) ?? CallQueue()
  }
}
