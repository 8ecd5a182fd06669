/// How narrow the confidence interval of the mean response time is to be, relative to the mean.
public struct Precision: Sendable, Equatable {
  /// Half the interval's width over the mean, above 0.
  public var share: Double

  /// How many replications are made for it at the most.
  public static let mostReplications = 1_000

  /// A precision.
  public init(share: Double) { self.share = share }

  /// How many replications there should be in all, from what those made so far say.
  ///
  /// The width falls with the square root of their number; as it is only estimated, they are at
  /// most doubled. The answer follows from results alone, and so does not depend on threads.
  ///
  /// - Returns: More than were made; nil if all arms are precise enough or the most are made.
  public func replications(after arms: [ArmResult]) -> Int? {
    let made = arms.map(\.replications).max() ?? 0
    guard made > 0, made < Self.mostReplications else { return nil }
    var needed = made
    for arm in arms {
      guard let mean = arm.total.response.meanEstimate, mean.value > 0 else { continue }
      guard let half = mean.halfWidth else {
        needed = max(needed, 2)
        continue
      }
      let excess = half / (share * mean.value)
      guard excess > 1 else { continue }
      let wanted = (Double(made) * min(excess * excess, 2)).rounded(.up)
      needed = max(needed, made + 1, Int(wanted))
    }
    return needed > made ? min(needed, Self.mostReplications) : nil
  }

  /// The arms whose interval is wider than asked for, or that have none.
  public func missed(by arms: [ArmResult]) -> [ArmResult] {
    arms.filter { arm in
      guard let mean = arm.total.response.meanEstimate else { return false }
      return mean.halfWidth.map { $0 > share * mean.value } ?? true
    }
  }
}
