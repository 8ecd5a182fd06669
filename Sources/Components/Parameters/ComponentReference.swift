/// A component named by another, already checked to exist and to answer what is asked of it.
public struct ComponentReference: Hashable, Sendable {
  /// The component's name in its arm.
  public var name: String
  /// The component's kind in the registry.
  public var kind: String
  /// Where it is named.
  public var location: SourceLocation

  /// A reference to a component.
  public init(name: String, kind: String, location: SourceLocation) {
    self.name = name
    self.kind = kind
    self.location = location
  }
}
