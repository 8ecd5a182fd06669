/// What is known about the cloud: instance types, cache nodes, prices, times between Regions.
public struct Catalogue: Sendable {
  /// An empty catalogue.
  public init() {}
}
