import Components
import Kernel

// What is told of an arm beside its limit.
extension ArmResult {
  /// That requests fail, from one in a hundred, and mostly of what.
  var failureObservation: [Observation] {
    guard let rate = total.failureRate, rate >= 0.01 else { return [] }
    var clause = "\(Wording.share(rate)) of the requests fail"
    let all = total.failures.reduce(0) { $0 + $1.count }
    var dominant: FailureCount?
    for failure in total.failures where failure.count > dominant?.count ?? 0 {
      dominant = failure
    }
    if let dominant, all > 0 {
      let share = Wording.share(dominant.count / all)
      clause += ", main cause \(Wording.words(dominant.cause)) (\(share))"
    }
    return [
      Observation(
        kind: .failures, component: nil, metric: "failure_rate", value: rate, unit: .share,
        clause: clause)
    ]
  }

  /// That added capacity came late: the latest growth in the first replication.
  var lateScaling: [Observation] {
    var latest: (action: ScalingAction, total: Double)?
    for action in scaling where action.to > action.from {
      let total = action.totalDelay
      if total > latest?.total ?? 0 { latest = (action, total) }
    }
    guard let latest, let longest = latest.action.longestDelay else { return [] }
    let action = latest.action
    return [
      Observation(
        kind: .lateScaling, component: action.component, metric: "scaling", value: latest.total,
        unit: .seconds,
        clause: "\(action.component) grew from \(action.from) to \(action.to) only "
          + "\(Wording.duration(latest.total)) after it was needed, "
          + "\(Wording.duration(longest.duration.inSeconds)) of that for the \(longest.spokenName)")
    ]
  }

  /// Where the largest part of the mean response time is spent.
  ///
  /// The components' own `time_share` is used where there is one. Else each component that calls
  /// no others has its mean sojourn times its visits per request, and what is left of the
  /// response time is spent in the groups that call them.
  var largestShare: [Observation] {
    var largest: (place: String, component: String?, share: Double)?
    let told = components.contains { $0.number("time_share") != nil }
    var rest = 1.0
    for component in told ? components : servingComponents {
      let share = told ? component.number("time_share") : sojournShare(component)
      guard let share else { continue }
      rest -= share
      if share > largest?.share ?? 0 { largest = (component.name, component.name, share) }
    }
    let groups = components.filter(\.isGroup).map(\.name)
    if !told, !groups.isEmpty, rest > largest?.share ?? 0 {
      let place = Wording.list(groups) + (groups.count == 1 ? " itself" : " themselves")
      largest = (place, groups.count == 1 ? groups[0] : nil, rest)
    }
    guard let largest, let mean = total.response.mean else { return [] }
    let share = min(largest.share, 1)
    return [
      Observation(
        kind: .largestShare, component: largest.component, metric: "time_share", value: share,
        unit: .share,
        clause: "the largest part of the mean response time of \(Wording.duration(mean)) is "
          + "spent in \(largest.place) (\(Wording.share(share)))")
    ]
  }

  private func sojournShare(_ component: ComponentResult) -> Double? {
    guard
      let sojourn = component.durations("sojourn"), let spent = sojourn.mean,
      let mean = total.response.mean, mean > 0
    else { return nil }
    return spent * Double(sojourn.count) / (mean * Double(total.response.count))
  }
}
