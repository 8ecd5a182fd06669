import Kernel

/// What a group knows of one of its instances besides what the instance itself does.
struct GroupMember {
  let zone: Int
  /// The scaling action that takes it away, if it is one.
  var leavingAction: Int?
  /// Whether it goes to the warm pool then.
  var returnsToPool = false
  /// Whether its application listens.
  var isListening = false
  /// Whether a load balancer found it unhealthy and not healthy since.
  var isUnhealthy = false
  /// From when on it is part of the group's metric; nil before the end of its warm-up.
  var measuredFrom: Nanoseconds?
  /// Its processor time at that moment.
  var processorTimeBefore: Int128 = 0
}

/// How many there were of something, for as far back as alarms look.
struct CountHistory {
  private static let most = 4096
  private var changes: [(at: Nanoseconds, count: Int)] = []

  /// The count now.
  var count: Int { changes.last?.count ?? 0 }

  mutating func change(by delta: Int, at now: Nanoseconds) {
    let count = count + delta
    if changes.last?.at == now { changes.removeLast() }
    if changes.count == Self.most { changes.removeFirst(Self.most / 2) }
    changes.append((now, count))
  }

  /// The count just before a time.
  func count(before time: Nanoseconds) -> Int {
    changes.last { $0.at < time }?.count ?? 0
  }
}
