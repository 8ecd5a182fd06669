import Kernel

/// The objects that one point of presence or regional edge cache keeps.
///
/// An object that is no longer fresh stays, to be asked about with its copy at hand. Where there is
/// a capacity, the object that nobody asked for the longest time goes first.
final class EdgeCache {
  /// What a cache has of an object.
  enum Finding {
    /// A copy, to be given without asking up to a time.
    case fresh(until: Nanoseconds)
    /// A failure, or that there is no such object: it is repeated without asking up to a time.
    case failure(Outcome, until: Nanoseconds)
    /// A copy that must be asked about.
    case stale
    case absent
  }

  private struct Object: BitwiseCopyable {
    var key: UInt64
    var freshUntil: Nanoseconds
    var bytes: Int
    /// What is kept where there is no copy.
    var failure: Outcome = .ok
    var hasCopy: Bool { failure == .ok }
    /// Its neighbours in the order of use.
    var previous: UInt32 = .none
    var next: UInt32 = .none
  }

  private let capacity: Int
  private var places: [UInt64: UInt32] = [:]
  private var objects = Slab<Object>()
  private var oldest: UInt32 = .none
  private var newest: UInt32 = .none
  private var bytes = 0
  /// How many objects went for want of room.
  private(set) var evictions = 0

  init(capacity: Int?) { self.capacity = capacity ?? .max }

  /// What there is of an object; it counts as used.
  func find(_ key: UInt64, at now: Nanoseconds) -> Finding {
    guard let place = places[key] else { return .absent }
    if capacity < .max { use(place) }
    let object = objects[place]
    let isFresh = now < object.freshUntil
    if object.hasCopy { return isFresh ? .fresh(until: object.freshUntil) : .stale }
    return isFresh ? .failure(object.failure, until: object.freshUntil) : .absent
  }

  /// Keeps a copy, or renews the one that there is.
  func store(_ key: UInt64, bytes size: Int, freshUntil: Nanoseconds) {
    if size > capacity { return remove(key) }
    keep(Object(key: key, freshUntil: freshUntil, bytes: size))
  }

  /// Keeps a failure; a copy that there is is given instead, without asking for as long, unless the
  /// origin says that there is no such object.
  ///
  /// - Returns: Whether there is a copy.
  func store(_ key: UInt64, failure: Outcome, until: Nanoseconds) -> Bool {
    if !failure.isSuccess, let place = places[key], objects[place].hasCopy {
      objects[place].freshUntil = until
      return true
    }
    keep(Object(key: key, freshUntil: until, bytes: 0, failure: failure))
    return false
  }

  private func keep(_ object: Object) {
    remove(object.key)
    while bytes > capacity - object.bytes {
      evictions += 1
      remove(objects[oldest].key)
    }
    let place = objects.insert(object)
    places[object.key] = place
    bytes += object.bytes
    append(place)
  }

  /// Removes an object, if it is there.
  func remove(_ key: UInt64) {
    guard let place = places.removeValue(forKey: key) else { return }
    bytes -= objects[place].bytes
    unlink(place)
    objects.remove(place)
  }

  /// Removes everything.
  func removeAll() {
    while oldest != .none { remove(objects[oldest].key) }
  }

  // MARK: The order of use

  private func use(_ place: UInt32) {
    guard place != newest else { return }
    unlink(place)
    append(place)
  }

  private func append(_ place: UInt32) {
    objects[place].next = .none
    objects[place].previous = newest
    if newest == .none { oldest = place } else { objects[newest].next = place }
    newest = place
  }

  private func unlink(_ place: UInt32) {
    let (previous, next) = (objects[place].previous, objects[place].next)
    if previous == .none { oldest = next } else { objects[previous].next = next }
    if next == .none { newest = previous } else { objects[next].previous = previous }
  }
}
