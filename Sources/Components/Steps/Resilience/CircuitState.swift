import Kernel

/// A circuit breaker at work: closed, open, or half open.
struct CircuitState {
  private enum Phase {
    case closed
    case open(until: Nanoseconds)
    /// So many probes may begin.
    case halfOpen(left: Int)
  }

  private let settings: Resilience.CircuitBreaker
  private var phase = Phase.closed
  /// The last outcomes, in a ring; whether each was a failure.
  private var window: [Bool] = []
  private var next = 0
  private var failures = 0
  /// How often the phase changed: an answer to a call of an earlier phase does not count.
  private(set) var epoch: UInt8 = 0
  /// How often it opened.
  private(set) var openedCount = 0

  /// A closed one.
  init(_ settings: Resilience.CircuitBreaker) { self.settings = settings }

  /// Whether a call may be made.
  mutating func admits(at now: Nanoseconds) -> Bool {
    if case .open(let until) = phase {
      guard now >= until else { return false }
      change(to: .halfOpen(left: settings.probes))
    }
    guard case .halfOpen(let left) = phase else { return true }
    guard left > 0 else { return false }
    phase = .halfOpen(left: left - 1)
    return true
  }

  /// A call that was admitted was not made after all.
  mutating func giveBack(_ epoch: UInt8) {
    guard epoch == self.epoch, case .halfOpen(let left) = phase else { return }
    phase = .halfOpen(left: left + 1)
  }

  /// A call of a phase has ended.
  mutating func record(isFailure: Bool, _ epoch: UInt8, at now: Nanoseconds) {
    guard epoch == self.epoch else { return }
    let isProbing = if case .halfOpen = phase { true } else { false }
    let size = isProbing ? settings.probes : settings.window
    let minimum = isProbing ? settings.probes : settings.minimum
    if window.count < size {
      window.append(isFailure)
    } else {
      if window[next] { failures -= 1 }
      window[next] = isFailure
      next = (next + 1) % size
    }
    if isFailure { failures += 1 }
    guard window.count >= minimum else { return }
    if Double(failures) >= settings.share * Double(window.count) {
      openedCount += 1
      change(to: .open(until: now + settings.open))
    } else if isProbing {
      change(to: .closed)
    }
  }

  private mutating func change(to phase: Phase) {
    self.phase = phase
    window.removeAll(keepingCapacity: true)
    next = 0
    failures = 0
    epoch &+= 1
  }
}
