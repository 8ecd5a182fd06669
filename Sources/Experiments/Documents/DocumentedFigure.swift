public import Components

/// A figure of a document: what it is about, what is printed, and where.
///
/// A figure that names several things, such as "100 RCU / 50 WCU", is written as several figures of
/// the same identifier.
public struct DocumentedFigure: Sendable, Hashable {
  /// The identifier, such as "B22".
  public var id: String
  /// What is documented.
  public var quantity: DocumentedQuantity
  /// What is printed for each arm, in the order of the file; without an arm it holds for all.
  public var values: [Printed]
  /// What the document does with it.
  public var role: Role
  /// The place in the document.
  public var place: String?
  /// Where it is written in the experiment file.
  public var location: SourceLocation

  /// What is printed for an arm.
  public struct Printed: Sendable, Hashable {
    /// The arm; nil if it holds for all.
    public var arm: String?
    /// The value.
    public var value: DocumentedValue
  }

  /// What a figure is to its document, the most trusted first.
  public enum Role: String, CaseIterable, Sendable, Comparable {
    /// Configured by someone, and exact.
    case setting
    /// Counted, and exact.
    case count
    /// Measured and rounded.
    case measured
    /// Computed from other figures.
    case derived

    /// How far down the order of trust it stands, from 0.
    public var distrust: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether one is more trusted than the other.
    public static func < (left: Role, right: Role) -> Bool { left.distrust < right.distrust }
  }
}

/// What an experiment assumes where its document is silent.
public struct Assumption: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The value as written.
  public var value: String
  /// The values that would be as plausible, set before any tuning.
  public var range: String
  /// Why.
  public var reason: String
  /// The figures that it was tuned to.
  public var tunedTo: [String]
}

/// A figure that an experiment does not hold to, because it contradicts others.
public struct SetAside: Sendable, Hashable {
  /// The figure's identifier.
  public var figure: String
  /// The only arm in which it is set aside; all if nil.
  public var arm: String?
  /// Why.
  public var reason: String
}

/// What an experiment says about the document that it reproduces.
public struct Document: Sendable, Hashable {
  /// The figures in the order of the file.
  public var figures: [DocumentedFigure] = []
  /// The assumptions.
  public var assumptions: [Assumption] = []
  /// The figures set aside.
  public var setAside: [SetAside] = []
  /// The arms, the one that others are compared with first.
  public var arms: [String] = []

  /// A document without figures.
  public init() {}
}
