import Kernel

/// What the AWS SDK does by itself when DynamoDB refuses or fails.
enum ClientRetries: String, CaseIterable {
  case legacy
  case standard
  case standard2026 = "standard-2026"
  case none

  /// The policy, from botocore 1.43.11 (`data/_retry.json`, `retryhandler.py`, `retries/`).
  var policy: RetryPolicy? {
    switch self {
    case .legacy:
      RetryPolicy(
        attempts: 10, base: .milliseconds(50), cap: .seconds(60), jitter: .none)
    case .standard:
      RetryPolicy(
        attempts: 3, base: .seconds(1), cap: .seconds(20), jitter: .full,
        budget: RetryPolicy.Budget(
          capacity: 500, cost: 5, timeoutCost: 10, client: "dynamodb standard"))
    case .standard2026:
      RetryPolicy(
        attempts: 4, base: .milliseconds(25), throttlingBase: .seconds(1), cap: .seconds(20),
        jitter: .full,
        budget: RetryPolicy.Budget(
          capacity: 500, cost: 14, timeoutCost: 14, throttlingCost: 5,
          client: "dynamodb standard-2026"))
    case .none: nil
    }
  }
}
