import Kernel

/// Watches the CPU credits of one machine, and tells when it must slow down and when it may go on.
///
/// It reads the running total of processor time that the machine keeps anyway, so that a request
/// costs nothing. A bound is found by an event at the earliest moment at which it can be reached,
/// and another one from there until it is.
///
/// Its owner forwards the meter's events to ``fire(busyTime:_:)`` and holds its processor to
/// ``share``, which changes at no other time.
final class CreditMeter {
  /// A bound is missed by this much at the most.
  private static let resolution: Nanoseconds = 1_000_000
  /// How often an account at its maximum is settled, and what is saved before a machine that is
  /// held to its baseline computes at full speed again: what it earns in this time.
  private static let grain: Nanoseconds = 1_000_000_000

  /// The share of its processors that the machine may use now.
  private(set) var share = 1.0
  /// When it was last held to its baseline; nil if it is not.
  private var limitedSince: Nanoseconds?
  private var limitedBefore: Nanoseconds = 0
  private var account: CreditAccount
  private let baseline: Double
  private let owner: ComponentID
  private let kind: UInt16
  private let payload: UInt32
  private var isClosed = false

  /// A meter that begins now.
  ///
  /// - Parameters:
  ///   - settings: the mode and the balance at the start.
  ///   - rules: what the type of machine earns and keeps.
  ///   - processors: how many can compute at once, such as one of a single thread.
  ///   - busyTime: the running total of processor time now.
  ///   - owner: the component that gets the meter's events.
  ///   - kind: the kind of those events.
  ///   - payload: the payload of those events.
  ///   - kernel: the simulation.
  init(
    _ settings: CreditSettings, _ rules: Catalogue.InstanceType.Credits, processors: Int,
    busyTime: Int128 = 0, owner: ComponentID, kind: UInt16, payload: UInt32 = 0,
    _ kernel: inout Kernel
  ) {
    account = CreditAccount(
      rules, settings.mode, processors: processors, balance: settings.balance,
      busyTime: busyTime, at: kernel.now)
    baseline = rules.baseline
    self.owner = owner
    self.kind = kind
    self.payload = payload
    follow(&kernel)
  }

  /// Answers one of the meter's events.
  ///
  /// - Parameters:
  ///   - busyTime: the running total of processor time now.
  ///   - kernel: the simulation.
  /// - Returns: the share of its processors that the machine may use from now on; nil if it stays
  ///   as it is.
  func fire(busyTime: Int128, _ kernel: inout Kernel) -> Double? {
    guard !isClosed else { return nil }
    account.settle(busyTime: busyTime, at: kernel.now)
    let before = share
    follow(&kernel)
    return share == before ? nil : share
  }

  /// Ends the account, as when the machine is stopped.
  func close(busyTime: Int128, at now: Nanoseconds) {
    guard !isClosed else { return }
    account.settle(busyTime: busyTime, at: now)
    if let since = limitedSince { limitedBefore += now - since }
    limitedSince = nil
    isClosed = true
  }

  /// Changes the share if a bound is reached, and looks again when the next one can be.
  private func follow(_ kernel: inout Kernel) {
    if account.mode == .standard {
      if let since = limitedSince, account.level >= saved {
        limitedBefore += kernel.now - since
        limitedSince = nil
        share = 1
      } else if limitedSince == nil, account.level <= 0, account.largestLoss > 0 {
        limitedSince = kernel.now
        share = baseline
      }
    }
    let next = nextLook
    guard next < Nanoseconds.longest else { return }
    kernel.schedule(after: next, owner, kind, payload)
  }

  /// What is saved before the machine computes at full speed again.
  private var saved: CreditAccount.Parts {
    min(account.earning * CreditAccount.Parts(Self.grain), account.maximum)
  }

  private var nextLook: Nanoseconds {
    let full = max(account.soonestRise(to: account.maximum), Self.grain)
    if account.mode == .unlimited {
      return min(full, max(account.soonestFall(to: -account.maximum), Self.grain))
    }
    if limitedSince != nil { return max(account.soonestRise(to: saved), Self.resolution) }
    return min(full, max(account.soonestFall(to: 0), Self.resolution))
  }

  // MARK: What it tells

  /// What the account holds at a time, in credits.
  struct Balance {
    /// What is left.
    var balance: Double
    /// What is borrowed and can still be repaid.
    var surplus: Double
    /// What was borrowed beyond the maximum, which is billed.
    var billed: Double
    /// What is billed if the machine stops now.
    var owed: Double { surplus + billed }
  }

  /// What the account holds.
  ///
  /// - Parameters:
  ///   - busyTime: the running total of processor time now.
  ///   - now: the present, or anything if the account is closed.
  /// - Returns: The amounts.
  func balance(busyTime: Int128, at now: Nanoseconds) -> Balance {
    var account = account
    if !isClosed { account.settle(busyTime: busyTime, at: now) }
    return Balance(
      balance: CreditAccount.credits(max(account.level, 0)),
      surplus: CreditAccount.credits(account.mode == .unlimited ? max(-account.level, 0) : 0),
      billed: CreditAccount.credits(account.billed))
  }

  /// How long the machine was held to its baseline.
  func limitedTime(at now: Nanoseconds) -> Nanoseconds {
    limitedBefore + (limitedSince.map { now - $0 } ?? 0)
  }
}
