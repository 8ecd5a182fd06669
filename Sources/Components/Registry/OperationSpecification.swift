/// What a step asks of a component: the settings of one operation, read from the step.
public protocol OperationSpecification: Sendable {}

/// The operation that every component answers that serves requests: one of its endpoints.
public struct EndpointOperation: OperationSpecification {
  /// The endpoint's name; none asks for the only one.
  public let endpoint: String?

  /// A call of an endpoint.
  public init(endpoint: String?) { self.endpoint = endpoint }
}
