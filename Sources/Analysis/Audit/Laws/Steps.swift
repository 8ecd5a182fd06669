import Experiments

/// The sums of the sequential steps that a document prints.
enum Steps {
  /// The steps of every request in the targets.
  static func path(of arm: ArmFigures) -> Term? {
    Term.sum(arm.family("compute").map(\.term) + arm.family("step").map(\.term))
  }

  /// The steps of a request that misses.
  static func missPath(of arm: ArmFigures) -> Term? {
    let further = arm.family("miss").map(\.term)
    guard let path = path(of: arm), let rest = Term.sum(further) else { return nil }
    return path + rest
  }

  /// What the user waits for at least.
  static func whole(of arm: ArmFigures) -> Term? {
    guard let path = path(of: arm) else { return nil }
    return arm.term("routing").map { $0 + path } ?? path
  }

  /// The steps that compute.
  static func computing(of arm: ArmFigures) -> Term? {
    Term.sum(arm.family("compute").map(\.term))
  }
}
