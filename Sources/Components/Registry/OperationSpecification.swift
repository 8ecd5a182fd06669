/// What a step asks of a component: the settings of one operation, read from the step.
public protocol OperationSpecification: Sendable {
  /// How the caller's own library repeats the operation when it fails, if it does so by itself.
  var clientRetry: RetryPolicy? { get }
}

extension OperationSpecification {
  /// By default nothing is repeated.
  public var clientRetry: RetryPolicy? { nil }
}

/// The operation that every component answers that serves requests: one of its endpoints.
public struct EndpointOperation: OperationSpecification {
  /// The endpoint's name; nil asks for the only one.
  public let endpoint: String?

  /// A call of an endpoint.
  public init(endpoint: String?) { self.endpoint = endpoint }
}
