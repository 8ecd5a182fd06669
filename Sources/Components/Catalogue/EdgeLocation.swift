extension Catalogue {
  /// Where CloudFront meets the users of a Region.
  public struct EdgeLocation: Hashable, Sendable {
    /// The Region of the users.
    public var region: String
    /// How many points of presence they reach.
    public var points: Int
    /// The Region whose regional edge cache is behind these.
    public var regionalCache: String
    /// The area whose prices hold: the last part of a price's key.
    public var priceArea: String

    /// A place where users are met.
    public init(region: String, points: Int, regionalCache: String, priceArea: String) {
      self.region = region
      self.points = points
      self.regionalCache = regionalCache
      self.priceArea = priceArea
    }
  }
}
