public import Kernel

extension Outcome {
  /// A part of the answer: ask again for the next.
  static var partial: Outcome { Outcome(rawValue: 3) }

  /// Refused because the provisioned capacity is used up (DynamoDB, HTTP 400).
  static var throttled: Outcome { Outcome(rawValue: firstOfComponents) }
  /// The target closed the connection or refused it (load balancer, HTTP 502).
  static var badGateway: Outcome { Outcome(rawValue: firstOfComponents + 1) }
  /// There is no target to send the request to (load balancer, HTTP 503).
  static var unavailable: Outcome { Outcome(rawValue: firstOfComponents + 2) }
  /// The target did not answer in time (load balancer, HTTP 504).
  static var gatewayTimeout: Outcome { Outcome(rawValue: firstOfComponents + 3) }
  /// No connection of a pool became free in time.
  static var poolTimeout: Outcome { Outcome(rawValue: firstOfComponents + 4) }
  /// The backlog of connections is full.
  static var refused: Outcome { Outcome(rawValue: firstOfComponents + 5) }
  /// The instance went away while it worked on the request.
  static var terminated: Outcome { Outcome(rawValue: firstOfComponents + 6) }

  /// Not asked, because the caller's circuit breaker is open.
  static var circuitOpen: Outcome { Outcome(rawValue: firstOfComponents + 40) }
  /// Not asked, because the caller's bulkhead is full.
  static var bulkheadFull: Outcome { Outcome(rawValue: firstOfComponents + 41) }
  /// Not asked, because the caller's rate limiter said so.
  static var rateLimited: Outcome { Outcome(rawValue: firstOfComponents + 42) }

  /// The cause of a failure as reports name it.
  public var cause: String {
    switch self {
    case .timedOut: "timeout"
    case .blocked: "blocked"
    case .reneged: "reneged"
    case .failed: "failed"
    case .throttled: "throttled"
    case .badGateway: "bad_gateway_502"
    case .unavailable: "service_unavailable_503"
    case .gatewayTimeout: "gateway_timeout_504"
    case .poolTimeout: "pool_timeout"
    case .refused: "connection_refused"
    case .terminated: "instance_terminated"
    case .circuitOpen: "circuit_open"
    case .bulkheadFull: "bulkhead_full"
    case .rateLimited: "rate_limited"
    default: "outcome_\(rawValue)"
    }
  }
}
