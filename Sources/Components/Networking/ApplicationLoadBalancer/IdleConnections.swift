import Kernel

/// The connections that a load balancer keeps to targets that close idle ones before it does.
///
/// The one that became idle last is used next. Seen from here, an answer arrives at a, and the
/// target, which sent it half a round trip before, closes at a + keep-alive - half; what is sent
/// less than another half before that meets a closed connection, until the news of it arrives at
/// a + keep-alive. So a request fails if its connection has been idle for keep-alive - round trip
/// up to keep-alive.
final class IdleConnections {
  /// What a request finds.
  enum Found {
    /// A connection to use, kept or new.
    case usable
    /// One that the target closes while the request is on its way.
    case closing
  }

  private struct Connection: BitwiseCopyable {
    var since: Nanoseconds
    var next: UInt32
  }

  private let keepAlive: Nanoseconds
  private let roundTrip: Nanoseconds
  private var rows = Slab<Connection>()
  /// The connection that became idle last, for each node and target.
  private let latest: Cells<UInt32>

  init(keepAlive: Nanoseconds, roundTrip: Nanoseconds, count: Int) {
    self.keepAlive = keepAlive
    self.roundTrip = roundTrip
    latest = Cells(.none, count: count)
  }

  /// Takes a connection for a request.
  func take(_ stack: Int, at now: Nanoseconds) -> Found {
    let top = latest[stack]
    guard top != .none else { return .usable }
    let idle = now - rows[top].since
    if idle >= keepAlive {
      // Those below have been idle for longer.
      clear(stack)
      return .usable
    }
    latest[stack] = rows[top].next
    rows.remove(top)
    return idle > keepAlive - roundTrip ? .closing : .usable
  }

  /// Keeps the connection that an answer came by.
  func giveBack(_ stack: Int, at now: Nanoseconds) {
    latest[stack] = rows.insert(Connection(since: now, next: latest[stack]))
  }

  /// Forgets the connections to a target that is gone.
  func clear(_ stack: Int) {
    while latest[stack] != .none {
      let top = latest[stack]
      latest[stack] = rows[top].next
      rows.remove(top)
    }
  }
}
