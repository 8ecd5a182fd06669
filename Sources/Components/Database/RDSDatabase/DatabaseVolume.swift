import Kernel

/// A volume at work: operations are admitted one after another at the rate that it has.
///
/// Nothing waits here as a call: whoever reads or writes is told when the last of its operations
/// is admitted. Credits are counted in billionths, so that a baseline of whole operations a second
/// earns whole units a nanosecond and the moment of exhaustion is exact.
final class DatabaseVolume {
  private struct State: BitwiseCopyable {
    var free: Nanoseconds = 0
    var credits: Int
    var credited: Nanoseconds = 0
    var leastCredits: Int
    var reads = 0
    var writes = 0
    var busy: Nanoseconds = 0
  }

  private static let unitsPerCredit = 1_000_000_000

  private let baseline: Int
  private let burst: Int
  private let most: Int
  private let throughput: Int
  private let state: Cell<State>

  init(_ storage: DatabaseStorage) {
    baseline = storage.baseline
    burst = storage.burst ?? storage.baseline
    most = storage.credits * Self.unitsPerCredit
    throughput = storage.throughput
    state = Cell(State(credits: most, leastCredits: most))
  }

  /// Operations that were read and written.
  var reads: Int { state.value.reads }
  var writes: Int { state.value.writes }
  /// For how long the volume was as fast as it can be.
  var busy: Nanoseconds { state.value.busy }

  /// Puts operations in the line and gives when the last of them is admitted.
  func admit(
    _ count: Int, of bytes: Int, isWrite: Bool, at now: Nanoseconds
  ) -> Nanoseconds {
    if isWrite { state.value.writes &+= count } else { state.value.reads &+= count }
    let start = max(now, state.value.free)
    let time = max(spend(count, at: start), Self.time(count &* bytes, throughput))
    state.value.busy &+= time
    state.value.free = min(start + time, .longest)
    return state.value.free
  }

  /// Takes the credits of some operations and gives how long these take: those that credits are
  /// there for at the rate of a burst, the others at the baseline, which earns what they cost.
  private func spend(_ count: Int, at start: Nanoseconds) -> Nanoseconds {
    guard most > 0 else { return Self.time(count, baseline) }
    let credits = units(at: start)
    let covered = min(count, max(0, credits / Self.unitsPerCredit))
    state.value.credits = credits - count &* Self.unitsPerCredit
    state.value.credited = start
    state.value.leastCredits = max(0, min(state.value.leastCredits, state.value.credits))
    return Self.time(covered, burst) + Self.time(count - covered, baseline)
  }

  private func units(at now: Nanoseconds) -> Int {
    let (earned, isTooMuch) = max(0, now - state.value.credited)
      .multipliedReportingOverflow(by: Nanoseconds(baseline))
    return isTooMuch ? most : min(most, state.value.credits + Int(earned))
  }

  /// The share of the credits that is there; 1 if the volume needs none.
  func burstBalance(at now: Nanoseconds) -> Double {
    most > 0 ? max(0, Double(units(at: now)) / Double(most)) : 1
  }

  /// The least share of the credits that there was.
  var leastBurstBalance: Double {
    most > 0 ? Double(state.value.leastCredits) / Double(most) : 1
  }

  /// The time for a number of things at a rate a second.
  private static func time(_ count: Int, _ rate: Int) -> Nanoseconds {
    Nanoseconds((Int128(count) * 1_000_000_000 + Int128(rate) - 1) / Int128(rate))
  }
}
