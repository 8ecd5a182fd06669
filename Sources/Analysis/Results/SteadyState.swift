import Components
import Kernel

/// How an arm's replications came to a steady state, if they did.
public struct SteadyState: Sendable, Equatable {
  /// The beginning that was cut from the client's figures: the mean over the replications, in
  /// seconds.
  public var warmUp: Double
  /// How long the rest of the load lasted: the mean over the replications, in seconds.
  public var runLength: Double
  /// In how many replications the warm-up may have lasted longer than half of the run.
  public var tooShort: Int
  /// Requests in flight when the load ended: the mean over the replications.
  public var backlog: Double
  /// The backlog over the requests that arrived.
  public var backlogShare: Double
  /// Whether more requests arrived than the arm can serve, so that there is no steady state.
  public var isOverloaded: Bool

  /// From which share of all requests on those in flight at the end are a backlog.
  ///
  /// A system that keeps up has as many in flight after a long run as after a short one.
  private static let leastBacklogShare = 0.01

  /// By how much the requests in flight grow from quarter to quarter of an overloaded run at least.
  ///
  /// Steady growth from none makes it two thirds and two fifths.
  private static let leastGrowth = 1.1

  /// Gathers the replications; nil if nothing was cut from them, as in a terminating analysis.
  init?(_ records: [RunRecord]) {
    let runs = records.compactMap(\.settling)
    guard !runs.isEmpty, runs.count == records.count else { return nil }
    let count = Double(runs.count)
    warmUp = runs.reduce(0) { $0 + $1.warmUp.inSeconds } / count
    runLength = records.reduce(0) { $0 + $1.loadDuration.inSeconds } / count - warmUp
    tooShort = runs.count(where: \.isTooShort)
    backlog = Double(runs.reduce(0) { $0 + $1.backlog }) / count
    let arrivals = Double(runs.reduce(0) { $0 + $1.arrivals }) / count
    backlogShare = arrivals > 0 ? backlog / arrivals : 0
    isOverloaded = backlogShare >= Self.leastBacklogShare && Self.grows(runs.map(\.quarters))
  }

  /// Whether the number in flight grows from each quarter to the next, over all replications.
  private static func grows(_ replications: [[Double]]) -> Bool {
    guard replications.allSatisfy({ $0.count == 3 }) else { return false }
    let levels = (0..<3).map { quarter in replications.reduce(0) { $0 + $1[quarter] } }
    return levels[1] >= leastGrowth * levels[0] && levels[2] >= leastGrowth * levels[1]
  }
}

extension Outcomes {
  /// The outcomes without durations, which say nothing of an overloaded system.
  var withoutDurations: Outcomes {
    var outcomes = self
    outcomes.response = ResponseSummary([])
    outcomes.responseOK = ResponseSummary([])
    return outcomes
  }
}
