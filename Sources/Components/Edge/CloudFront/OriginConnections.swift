import Kernel

/// The idle connections that each cache keeps to each origin.
struct OriginConnections {
  private let keepAlive: Nanoseconds
  private let origins: Int
  /// For each cache and origin when each idle connection fell idle, the last one last.
  private var idle: [[Nanoseconds]]
  /// How many connections were set up.
  private(set) var opened = 0

  init(caches: Int, origins: Int, keepAlive: Nanoseconds) {
    self.keepAlive = keepAlive
    self.origins = origins
    idle = Array(repeating: [], count: caches * origins)
  }

  /// Takes the connection that fell idle last; false if a new one is to be set up.
  mutating func take(_ cache: Int, _ origin: Int, at now: Nanoseconds) -> Bool {
    let place = cache * origins + origin
    if let since = idle[place].popLast() {
      if now - since <= keepAlive { return true }
      idle[place].removeAll(keepingCapacity: true)
    }
    opened += 1
    return false
  }

  /// Gives a connection back.
  mutating func give(_ cache: Int, _ origin: Int, at now: Nanoseconds) {
    idle[cache * origins + origin].append(now)
  }
}
