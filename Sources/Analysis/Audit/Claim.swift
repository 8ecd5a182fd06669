public import Experiments

/// What a figure says about an arm, or about all arms at once: the unit that can be set aside.
public struct Claim: Sendable, Hashable {
  /// The figure's identifier.
  public var figure: String
  /// The arm; nil if the figure is printed once for all.
  public var arm: String?
  /// What the document does with the figure, which is how far it is trusted.
  public var role: DocumentedFigure.Role
  /// Its place among the figures of the file.
  public var position: Int

  /// As people write it: `B22 after`.
  public var text: String { arm.map { "\(figure) \($0)" } ?? figure }
}

extension Claim: Comparable {
  /// Whether one stands before the other in the file.
  public static func < (left: Claim, right: Claim) -> Bool {
    (left.position, left.arm ?? "") < (right.position, right.arm ?? "")
  }
}
