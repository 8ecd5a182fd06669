/// What the client saw of one endpoint.
public struct EndpointResult: Sendable {
  /// The endpoint's name.
  public var name: String
  /// What happened to its requests.
  public var outcomes: Outcomes
}
