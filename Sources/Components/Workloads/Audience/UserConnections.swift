import Kernel

/// The connections that users keep open to where requests enter.
///
/// Nothing happens when an idle connection's time is over: it is closed when the next request of
/// anybody comes, in the order in which connections fell idle.
final class UserConnections {
  private struct Connection: BitwiseCopyable {
    var user: UInt32
    /// When it is set up.
    var readyAt: Nanoseconds
    /// When it fell idle.
    var idleSince: Nanoseconds = 0
    /// The requests on it.
    var active = 0
    /// The user's next connection.
    var sibling: UInt32 = .none
    /// Its neighbours among the idle ones.
    var previous: UInt32 = .none
    var next: UInt32 = .none
  }

  /// The most connections of a user where each has one request at a time.
  private static let parallelLimit = 6

  private let sharesConnection: Bool
  private let keepAlive: Nanoseconds
  private var rows = Slab<Connection>()
  private var firstOfUser: [UInt32: UInt32] = [:]
  private var waiting: [UInt32: CallQueue] = [:]
  private var oldest: UInt32 = .none
  private var newest: UInt32 = .none
  /// How many connections were set up.
  private(set) var opened = 0

  init(sharesConnection: Bool, keepAlive: Nanoseconds) {
    self.sharesConnection = sharesConnection
    self.keepAlive = keepAlive
  }

  /// Finds or opens a connection for a call, whose `slot` then names it.
  ///
  /// - Returns: How long the call waits for the set-up; nil if it waits for another to be done.
  func acquire(
    _ call: CallID, setUp: Nanoseconds, _ kernel: inout Kernel
  ) -> Nanoseconds? {
    let now = kernel.now
    closeIdle(at: now)
    let user = kernel.calls[call].user
    var count = 0
    var row = firstOfUser[user] ?? .none
    while row != .none {
      if sharesConnection || rows[row].active == 0 { return use(row, call, &kernel) }
      count += 1
      row = rows[row].sibling
    }
    guard count < Self.parallelLimit else {
      waiting[user, default: CallQueue()].append(call, &kernel)
      return nil
    }
    opened += 1
    let opened = rows.insert(
      Connection(user: user, readyAt: now + setUp, active: 1, sibling: firstOfUser[user] ?? .none))
    firstOfUser[user] = opened
    kernel.calls[call].slot = opened
    return setUp
  }

  private func use(_ row: UInt32, _ call: CallID, _ kernel: inout Kernel) -> Nanoseconds {
    if rows[row].active == 0 { unlink(row) }
    rows[row].active += 1
    kernel.calls[call].slot = row
    return max(0, rows[row].readyAt - kernel.now)
  }

  /// Ends a call's use of its connection.
  ///
  /// - Returns: The call that has waited longest for a connection of the user, and has this one
  ///   now; or none.
  func release(_ call: CallID, _ kernel: inout Kernel) -> CallID {
    let row = kernel.calls[call].slot
    let user = rows[row].user
    if !waiting.isEmpty, let next = waiting[user]?.removeFirst(&kernel), next != .none {
      if waiting[user]?.isEmpty == true { waiting[user] = nil }
      kernel.calls[next].slot = row
      return next
    }
    rows[row].active -= 1
    if rows[row].active == 0 {
      rows[row].idleSince = kernel.now
      append(row)
    }
    return .none
  }

  private func closeIdle(at now: Nanoseconds) {
    while oldest != .none, now - rows[oldest].idleSince > keepAlive {
      let row = oldest
      unlink(row)
      forget(row)
    }
  }

  private func forget(_ row: UInt32) {
    let user = rows[row].user
    let sibling = rows[row].sibling
    if firstOfUser[user] == row {
      firstOfUser[user] = sibling == .none ? nil : sibling
    } else {
      var other = firstOfUser[user] ?? .none
      while other != .none {
        if rows[other].sibling == row { rows[other].sibling = sibling }
        other = rows[other].sibling
      }
    }
    rows.remove(row)
  }

  // MARK: The idle ones, oldest first

  private func append(_ row: UInt32) {
    rows[row].next = .none
    rows[row].previous = newest
    if newest == .none { oldest = row } else { rows[newest].next = row }
    newest = row
  }

  private func unlink(_ row: UInt32) {
    let (previous, next) = (rows[row].previous, rows[row].next)
    if previous == .none { oldest = next } else { rows[previous].next = next }
    if next == .none { newest = previous } else { rows[next].previous = previous }
  }
}
