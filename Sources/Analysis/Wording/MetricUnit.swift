/// The units in which results are kept.
public enum MetricUnit: String, Sendable {
  /// Seconds.
  case seconds
  /// A number per second.
  case perSecond
  /// A share, usually from 0 to 1.
  case share
  /// US dollars.
  case dollars
  /// A number of things.
  case count

  /// A value in this unit as people write it; a dash if it is undefined.
  public func text(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "–" }
    return switch self {
    case .seconds: Wording.duration(value)
    case .perSecond: Wording.rate(value)
    case .share: Wording.share(value)
    case .dollars: Wording.money(value)
    case .count: Wording.count(value)
    }
  }
}
