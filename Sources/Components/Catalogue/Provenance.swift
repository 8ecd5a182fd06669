/// Where a value comes from: a page, or the word "assumed" with a reason.
public struct Provenance: Hashable, Sendable {
  /// The page or file that gives the value, or "assumed".
  public var source: String
  /// Why this value is assumed; nil if it is documented.
  public var because: String?

  /// A documented value.
  public init(source: String) { self.source = source }

  /// An assumed value with its reason.
  public init(assumedBecause reason: String) {
    self.source = "assumed"
    self.because = reason
  }

  /// Whether the value is assumed: a run that uses it counts it among its assumptions.
  public var isAssumed: Bool { because != nil || source == "assumed" }
}
