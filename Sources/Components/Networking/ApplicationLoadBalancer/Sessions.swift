import Kernel

/// Which target each user's cookie names: the stickiness of a load balancer.
///
/// The cookie comes with an answer and is renewed by each, so its duration counts from the last.
struct Sessions {
  private struct Session {
    var target: UInt32
    var serial: UInt32
    var expiry: Nanoseconds
  }

  private let duration: Nanoseconds
  private var sessions: [UInt32: Session] = [:]

  init(lasting duration: Nanoseconds) { self.duration = duration }

  /// The target that a user's cookie names, or none.
  func target(of user: UInt32, at now: Nanoseconds) -> (index: UInt32, serial: UInt32)? {
    guard let session = sessions[user], now < session.expiry else { return nil }
    return (session.target, session.serial)
  }

  /// An answer carries the cookie to the user.
  mutating func renew(_ user: UInt32, _ target: UInt32, serial: UInt32, at now: Nanoseconds) {
    sessions[user] = Session(target: target, serial: serial, expiry: now + duration)
  }
}
