/// What limits an arm, and why, told from the observed metrics by fixed rules.
///
/// The rules look for causes before effects: a table that throttles keeps workers waiting, busy
/// workers make the backlog overflow, and all of them make requests fail. So they are asked in
/// this order, and the first that answers names the bottleneck:
/// 1. a table that throttles one in twenty requests, or consumes all that is provisioned;
/// 2. the component or the group's processors with the highest utilization, from 80%;
/// 3. workers that are all taken, or waited for, although their processors are not busy;
/// 4. a pool of connections that requests wait for;
/// 5. requests turned away by a full backlog;
/// 6. a table that throttles one in a hundred requests;
/// 7. nothing is saturated: where the largest part of the response time is spent.
///
/// Failures and late capacity are told beside it.
public struct Bottleneck: Sendable, Equatable {
  /// The arm.
  public var arm: String
  /// What limits the arm, or nil if nothing is saturated.
  public var limit: Observation?
  /// What else was observed, the weightiest first.
  public var others: [Observation]
  /// The finding in one sentence.
  public var sentence: String

  /// The component that limits the arm, or nil if nothing is saturated.
  public var component: String? { limit?.component }

  /// Looks for what limits an arm.
  public init(of arm: ArmResult) {
    self.arm = arm.name
    guard arm.total.requests > 0 else {
      others = []
      sentence = "No request has ended: there is nothing to tell a bottleneck from."
      return
    }
    let limits =
      arm.throttledTables(severe: true) + arm.saturatedComponents + arm.busyWorkers
      + arm.exhaustedPools + arm.fullBacklogs + arm.throttledTables(severe: false)
    limit = limits.first
    var beside = limits.dropFirst() + arm.failureObservation + arm.lateScaling
    let share = arm.largestShare
    if limit == nil { beside = share + beside }
    others = Array(beside)
    sentence = Bottleneck.sentence(limit: limit, share: share.first, arm: arm)
  }

  /// The sentence: the limit or its absence, then failures and late capacity.
  private static func sentence(
    limit: Observation?, share: Observation?, arm: ArmResult
  ) -> String {
    var clauses: [String]
    if let limit {
      clauses = ["the bottleneck is " + limit.clause]
    } else {
      clauses = ["nothing is saturated"]
      if let share { clauses.append(share.clause) }
    }
    clauses += arm.failureObservation.map(\.clause)
    clauses += arm.lateScaling.map(\.clause)
    let text = clauses.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }
}
