import Kernel

/// The retry budgets of clients: of each step, or of each client library, at each place.
struct RetryBudgets {
  private struct Owner: Hashable {
    /// The client library that shares the budget, or the number of a step's own policy.
    var client: String?
    var policy: Int
    var place: UInt16

    init(_ budget: RetryPolicy.Budget, _ number: Int, _ place: UInt16) {
      client = budget.client
      policy = budget.client == nil ? number : 0
      self.place = place
    }
  }

  /// Tokens that are missing from full budgets; a full budget has no entry.
  private var missing: [Owner: Int] = [:]

  /// Pays for a retry; false if the budget does not suffice.
  mutating func spend(
    _ policy: RetryPolicy, _ number: Int, _ place: UInt16, _ outcome: Outcome
  ) -> Bool {
    guard let budget = policy.budget else { return true }
    let owner = Owner(budget, number, place)
    let used = (missing[owner] ?? 0) + budget.cost(after: outcome)
    guard used <= budget.capacity else { return false }
    missing[owner] = used
    return true
  }

  /// A success gives back what its last retry cost, which followed on `failure`, or earns one
  /// token if there was no retry.
  mutating func earn(
    _ policy: RetryPolicy, _ number: Int, _ place: UInt16, retriedAfter failure: Outcome?
  ) {
    guard let budget = policy.budget, !missing.isEmpty else { return }
    let owner = Owner(budget, number, place)
    guard let used = missing[owner] else { return }
    let left = used - (failure.map { budget.cost(after: $0) } ?? 1)
    missing[owner] = left > 0 ? left : nil
  }
}
