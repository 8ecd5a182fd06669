import Kernel

/// An alarm of a scaling policy that acts.
struct RaisedAlarm {
  var policy: Int
  /// Whether it is the low alarm of target tracking.
  var isLow: Bool
  var evaluation: AlarmEvaluation
}

/// The alarms of a component's scaling policies.
struct PolicyAlarms {
  private struct Entry {
    let number: Int
    let policy: Int
    let isLow: Bool
    var isRaised = false
  }

  private var entries: [Entry] = []

  /// Asks for the alarms of each policy: the first for a breach, a second for a low metric.
  mutating func watch(
    _ alarms: [[Alarm]], for listener: any AlarmListener, _ assembly: inout Assembly
  ) {
    for (policy, alarms) in alarms.enumerated() {
      for (index, alarm) in alarms.enumerated() {
        let number = assembly.metrics.watch(alarm, for: listener)
        entries.append(Entry(number: number, policy: policy, isLow: index == 1))
      }
    }
  }

  /// Takes what the metrics service tells, and gives the alarms that act now.
  mutating func take(_ evaluations: [AlarmEvaluation]) -> [RaisedAlarm] {
    var raised: [RaisedAlarm] = []
    for evaluation in evaluations {
      guard let index = entries.firstIndex(where: { $0.number == evaluation.alarm }) else {
        continue
      }
      entries[index].isRaised = evaluation.state == .alarm
      if entries[index].isRaised {
        raised.append(
          RaisedAlarm(
            policy: entries[index].policy, isLow: entries[index].isLow, evaluation: evaluation))
      }
    }
    return raised
  }

  /// Whether no alarm of a policy is raised.
  func isCalm(_ policy: Int) -> Bool {
    entries.allSatisfy { $0.policy != policy || !$0.isRaised }
  }

  /// Whether all low alarms are raised: only then does target tracking take capacity away.
  var allLow: Bool { entries.allSatisfy { !$0.isLow || $0.isRaised } }
}
