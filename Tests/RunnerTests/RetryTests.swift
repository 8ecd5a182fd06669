import Kernel
import Testing

@testable import Components

/// The retry modes of the SDK: delays and budgets, exactly.
struct RetryTests {
  private static func policy(_ mode: ClientRetries) throws -> RetryPolicy {
    try #require(mode.policy)
  }

  /// The bits whose uniform number is nearest to one: the longest delay.
  private static let most = UInt64.max

  @Test func `legacy waits 50 ms times 2^(n−1) nine times, whatever failed, without jitter`() throws
  {
    let policy = try Self.policy(.legacy)
    #expect(policy.attempts == 10 && policy.budget == nil)
    for outcome in [Outcome.throttled, .timedOut, .failed] {
      let delays = (1...9).map { policy.delay(before: $0, after: outcome, mixed(UInt64($0))) }
      let expected: [Int64] = [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800]
      #expect(delays.map { $0 / 1_000_000 } == expected)
    }
  }

  @Test func `standard waits at most 2^(n−1) s, and never more than 20 s`() throws {
    let policy = try Self.policy(.standard)
    #expect(policy.attempts == 3)
    let longest = (1...7).map { policy.delay(before: $0, after: .throttled, Self.most) }
    let seconds: [Int64] = [1, 2, 4, 8, 16, 20, 20]
    #expect(longest.map { $0 / 1_000_000_000 } == seconds)
    // In proportion to the draw.
    let bits = UInt64(1) << 62
    let delay = policy.delay(before: 2, after: .throttled, bits)
    let half = ms(500)
    #expect(abs(delay - half) < 1000)
  }

  @Test func `the mode of 2026 waits from 1 s after throttling, and from 25 ms otherwise`() throws {
    let policy = try Self.policy(.standard2026)
    #expect(policy.attempts == 4)
    let throttled = (1...3).map { policy.delay(before: $0, after: .throttled, Self.most) }
    #expect(throttled == [ms(1000), ms(2000), ms(4000)])
    let others = (1...3).map { policy.delay(before: $0, after: .timedOut, Self.most) }
    #expect(others == [ms(25), ms(50), ms(100)])
  }

  /// Budgets that are spent from and earned by within an expectation.
  private final class Purse {
    private var budgets = RetryBudgets()

    func spend(
      _ policy: RetryPolicy, _ number: Int, _ place: UInt16, _ outcome: Outcome
    ) -> Bool { budgets.spend(policy, number, place, outcome) }

    func earn(_ policy: RetryPolicy, retriedAfter failure: Outcome?) {
      budgets.earn(policy, 0, 0, retriedAfter: failure)
    }
  }

  /// How many retries a fresh budget pays for.
  private static func retries(_ policy: RetryPolicy, _ outcome: Outcome) -> Int {
    let budgets = Purse()
    var count = 0
    while count < 10_000, budgets.spend(policy, 0, 0, outcome) { count += 1 }
    return count
  }

  @Test func `500 tokens pay for 100 retries at 5, 50 after a timeout at 10, 35 at 14`() throws {
    #expect(Self.retries(try Self.policy(.standard), .throttled) == 100)
    #expect(Self.retries(try Self.policy(.standard), .failed) == 100)
    #expect(Self.retries(try Self.policy(.standard), .timedOut) == 50)
    #expect(Self.retries(try Self.policy(.standard2026), .throttled) == 100)
    #expect(Self.retries(try Self.policy(.standard2026), .failed) == 35)
    #expect(Self.retries(try Self.policy(.standard2026), .timedOut) == 35)
  }

  @Test func `a success after a retry earns what that retry cost, after a timeout 10`() throws {
    let policy = try Self.policy(.standard)
    for (outcome, cost) in [(Outcome.throttled, 5), (.timedOut, 10)] {
      let budgets = Purse()
      while budgets.spend(policy, 0, 0, outcome) {}
      #expect(!budgets.spend(policy, 0, 0, outcome))
      // Empty: the success of one retried call pays for one retry of its kind.
      budgets.earn(policy, retriedAfter: outcome)
      #expect(budgets.spend(policy, 0, 0, outcome), "cost \(cost)")
      #expect(!budgets.spend(policy, 0, 0, outcome))
    }
    // Of a call that was throttled and then timed out, the last retry's cost comes back: 10 of 15.
    let budgets = Purse()
    while budgets.spend(policy, 0, 0, .timedOut) {}
    budgets.earn(policy, retriedAfter: .timedOut)
    #expect(budgets.spend(policy, 0, 0, .throttled))
    #expect(budgets.spend(policy, 0, 0, .throttled))
    #expect(!budgets.spend(policy, 0, 0, .throttled))
  }

  @Test func `a success without a retry earns one token, and never more than the capacity`() throws
  {
    let policy = try Self.policy(.standard)
    let budgets = Purse()
    for _ in 0..<100 { budgets.earn(policy, retriedAfter: nil) }
    while budgets.spend(policy, 0, 0, .throttled) {}
    for success in 1...5 {
      #expect(!budgets.spend(policy, 0, 0, .throttled), "after \(success - 1)")
      budgets.earn(policy, retriedAfter: nil)
    }
    #expect(budgets.spend(policy, 0, 0, .throttled))
  }

  @Test func `the steps of a process share the SDK's budget, and processes do not`() throws {
    let policy = try Self.policy(.standard)
    let budgets = Purse()
    while budgets.spend(policy, 0, 1, .throttled) {}
    #expect(!budgets.spend(policy, 7, 1, .throttled))
    #expect(budgets.spend(policy, 7, 2, .throttled))
    // A step's own policy has its own.
    var own = policy
    own.budget?.client = nil
    #expect(budgets.spend(own, 7, 1, .throttled))
  }

  @Test func `a retried call that timed out earns its cost in a run`() throws {
    // Every 10 s a request keeps the station busy for 90 ms. One that comes 50 ms later waits for
    // 10 ms, is not answered after 15 ms more and has timed out at 20 ms. It is tried again 500 ms
    // later and answered. A budget of 10 pays for one such retry, and its success gives all of it
    // back: five in a row succeed.
    let arrivals = (1...5).flatMap {
      [("\($0 * 10)s", "long"), ("\($0 * 10_000 + 50)ms", "page")]
    }
    let run = try Run(
      arrivals: arrivals,
      """
      web: {kind: service, endpoints: {\
      long: [{repeat: {times: 6, do: [{call: {to: back}}]}}], \
      page: [{call: {to: back, timeout: 20ms, retry: {attempts: 2, backoff: 500ms, \
      jitter: none, budget: {capacity: 10, cost: 5, timeout-cost: 10}}}}]}}
      back: {kind: station, service: 15ms}
      """)
    #expect(run.endpoint("page").succeeded.count == 5)
    #expect(run.number("web", "retries") == 5)
  }
}
