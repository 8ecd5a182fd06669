import Kernel

/// One place that requests can be sent to.
struct Target: BitwiseCopyable {
  enum State: UInt8, BitwiseCopyable { case registered, draining, gone }

  var component: ComponentID
  var place: UInt16
  /// The index of its component among those that the load balancer was given.
  var member: UInt16
  /// The Availability Zone that it stands in.
  var zone: UInt16
  /// Tells it from others that had the same row before.
  var serial: UInt32 = 0
  var state = State.registered
  /// The requests that it works on.
  var outstanding = CallQueue()
  /// Events and checks on their way that mean this target: none may meet another in its row.
  var pending = 0
}

/// What one node of the load balancer knows of a target.
struct Standing: BitwiseCopyable {
  enum Health: UInt8, BitwiseCopyable { case initial, healthy, unhealthy }

  var health: Health
  /// The node's own requests that the target works on, where the algorithm asks for them.
  var outstanding = 0
  /// Checks in a row that passed.
  var passes = 0
  /// Checks in a row that failed.
  var failures = 0
  /// Checks that were made.
  var checks: UInt64 = 0
  var slowStart = SlowStart()
}

/// A target's slow start at a node: of its turns it takes a share that grows from none to all.
struct SlowStart: BitwiseCopyable {
  private var since: Nanoseconds?
  /// The parts of turns that it was given and has not taken.
  private var credit = 0.0

  /// Begins at none.
  mutating func begin(at now: Nanoseconds) { self = SlowStart(since: now) }

  /// Whether it is still going on.
  func isActive(at now: Nanoseconds, lasting duration: Nanoseconds) -> Bool {
    guard let since else { return false }
    return now - since < duration
  }

  /// Whether the target takes the turn that has come to it.
  mutating func takesTurn(at now: Nanoseconds, lasting duration: Nanoseconds) -> Bool {
    guard isActive(at: now, lasting: duration), let since else { return true }
    credit += Double(now - since) / Double(duration)
    guard credit >= 1 else { return false }
    credit -= 1
    return true
  }

  init() {}

  private init(since: Nanoseconds) { self.since = since }
}
