import Kernel

/// A limited number of connections, opened when needed and kept for reuse.
///
/// Also stands for an event loop: one connection that is always open.
final class ConnectionPool {
  enum Admission {
    /// An open connection is taken.
    case connected
    /// A connection is taken that must be opened first.
    case unconnected
    /// All are in use.
    case waits
  }

  /// The connections in use and who waits for one.
  let station: Station
  /// How long one waits before giving up; nil waits for ever.
  let patience: Nanoseconds?
  private let kept: Int
  private let state: Cell<State>

  private struct State: BitwiseCopyable {
    var open = 0
    var opened = 0
    var timeouts = 0
  }

  /// A pool.
  ///
  /// - Parameters:
  ///   - size: connections that are kept open once they were needed.
  ///   - overflow: further connections, closed after use.
  ///   - patience: how long one waits for a connection.
  ///   - isOpen: whether all connections are open from the start.
  ///   - start: when observation begins.
  init(size: Int, overflow: Int, patience: Nanoseconds?, isOpen: Bool, start: Nanoseconds) {
    station = Station(servers: size + overflow, start: start)
    kept = size
    self.patience = patience
    state = Cell(State(open: isOpen ? size : 0))
  }

  /// Connections that were opened.
  var openedCount: Int { state.value.opened }
  /// Waits that ended without a connection.
  var timeoutCount: Int { state.value.timeouts }

  func take(_ frame: CallID, _ kernel: inout Kernel) -> Admission {
    let inUse = station.busy
    switch station.arrive(frame, &kernel) {
    case .served:
      if inUse < state.value.open { return .connected }
      state.value.open &+= 1
      state.value.opened &+= 1
      return .unconnected
    case .queued, .blocked: return .waits
    }
  }

  /// Ends the use of a connection and gives who is next, and whether it finds it open.
  func giveBack(_ kernel: inout Kernel) -> (next: CallID, isConnected: Bool) {
    let next = station.depart(&kernel)
    let closes = state.value.open > kept
    guard next != .none else {
      if closes { state.value.open &-= 1 }
      return (.none, true)
    }
    if closes { state.value.opened &+= 1 }
    return (next, !closes)
  }

  /// Closes the connections that are not in use.
  func closeUnused() { state.value.open = min(state.value.open, station.busy) }

  func giveUp(_ frame: CallID, _ kernel: inout Kernel) {
    station.renege(frame, &kernel)
    state.value.timeouts &+= 1
  }
}
