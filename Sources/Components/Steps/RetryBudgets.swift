import Kernel

/// The retry budgets of clients: one for each policy and place.
struct RetryBudgets {
  private struct Owner: Hashable {
    var policy: Int
    var place: UInt16
  }

  /// Tokens that are missing from full budgets; a full budget has no entry.
  private var missing: [Owner: Int] = [:]

  /// Pays for a retry; false if the budget does not suffice.
  mutating func spend(
    _ policy: RetryPolicy, _ number: Int, _ place: UInt16, _ outcome: Outcome
  ) -> Bool {
    guard let budget = policy.budget else { return true }
    let cost = outcome == .timedOut ? budget.timeoutCost : budget.cost
    let owner = Owner(policy: number, place: place)
    let used = missing[owner] ?? 0
    guard used + cost <= budget.capacity else { return false }
    missing[owner] = used + cost
    return true
  }

  /// A success gives back what its retry cost, or earns one token.
  mutating func earn(_ policy: RetryPolicy, _ number: Int, _ place: UInt16, wasRetried: Bool) {
    guard let budget = policy.budget, !missing.isEmpty else { return }
    let owner = Owner(policy: number, place: place)
    guard let used = missing[owner] else { return }
    let left = used - (wasRetried ? budget.cost : 1)
    missing[owner] = left > 0 ? left : nil
  }
}
