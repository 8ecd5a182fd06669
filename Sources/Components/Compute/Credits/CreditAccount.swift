import Kernel

/// The CPU credits of a burstable machine: earned all the time, spent by computing.
///
/// All amounts are whole numbers of a part of a credit that is small enough for what a type earns
/// in a nanosecond, so that no balance depends on how often it is looked at.
struct CreditAccount {
  /// What happens when nothing is left.
  enum Mode: String, CaseIterable, Sendable {
    /// It computes on and borrows what it will earn, for money at last.
    case unlimited
    /// It is held to its baseline.
    case standard
  }

  /// The parts of a credit.
  typealias Parts = Int128

  /// A credit earned in an hour by a rate of one thousandth is one part in each nanosecond.
  static let partsPerCredit: Parts = 3_600_000_000_000 * 1000
  /// A credit is a processor for a minute.
  private static let partsPerProcessorNanosecond = partsPerCredit / 60_000_000_000

  let mode: Mode
  /// The most that is kept, and in unlimited mode the most that is owed without being billed.
  let maximum: Parts
  /// What is earned in a nanosecond.
  let earning: Parts
  /// What is spent beyond that in a nanosecond when all that can compute does.
  let largestLoss: Parts

  /// What is left; below zero, what is owed.
  private(set) var level: Parts
  /// What was owed beyond the maximum, which is billed at once and not repaid.
  private(set) var billed: Parts = 0
  /// What was earned at the maximum, and lost.
  private(set) var lost: Parts = 0
  private var settled: Nanoseconds
  private var busyTime: Int128

  /// An account.
  ///
  /// - Parameters:
  ///   - rules: what the type of machine earns and keeps.
  ///   - mode: what happens at zero.
  ///   - processors: how many can compute at once.
  ///   - balance: what is there at the start, in credits.
  ///   - busyTime: the running total of processor time at the start.
  ///   - now: the start.
  init(
    _ rules: Catalogue.InstanceType.Credits, _ mode: Mode, processors: Int, balance: Double,
    busyTime: Int128, at now: Nanoseconds
  ) {
    self.mode = mode
    maximum = Self.parts(rules.maximum)
    earning = Self.parts(rules.perHour) / 3_600_000_000_000
    largestLoss = Parts(processors) * Self.partsPerProcessorNanosecond - earning
    level = min(Self.parts(balance), maximum)
    settled = now
    self.busyTime = busyTime
  }

  private static func parts(_ credits: Double) -> Parts {
    Parts((credits * 1000).rounded()) * (partsPerCredit / 1000)
  }

  /// Parts as a number of credits.
  static func credits(_ parts: Parts) -> Double { Double(parts) / Double(partsPerCredit) }

  /// Earns and spends what was earned and spent since the last time.
  ///
  /// At the maximum and at the most that can be owed, what is earned and spent between two
  /// settlements is set off before the bound is applied.
  mutating func settle(busyTime: Int128, at now: Nanoseconds) {
    let spent = (busyTime - self.busyTime) * Self.partsPerProcessorNanosecond
    level += earning * Parts(now - settled) - spent
    self.busyTime = busyTime
    settled = now
    if level > maximum {
      lost += level - maximum
      level = maximum
    }
    if mode == .unlimited, level < -maximum {
      billed += -maximum - level
      level = -maximum
    }
  }

  /// The soonest that the level can have risen to `bound`; never if nothing is earned.
  func soonestRise(to bound: Parts) -> Nanoseconds {
    Self.time(bound - level, each: earning)
  }

  /// The soonest that the level can have fallen to `bound`; never if that much cannot be spent.
  func soonestFall(to bound: Parts) -> Nanoseconds {
    Self.time(level - bound, each: largestLoss)
  }

  /// The whole nanoseconds after which an amount is reached.
  private static func time(_ amount: Parts, each: Parts) -> Nanoseconds {
    guard each > 0 else { return .longest }
    guard amount > 0 else { return 0 }
    return Nanoseconds(min((amount + each - 1) / each, Parts(Nanoseconds.longest)))
  }
}
