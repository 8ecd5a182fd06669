import Kernel

/// What an alarm watches and when it is raised.
///
/// Source: CW/AlarmThatSendsEmail.
struct Alarm {
  /// The states of an alarm.
  enum State { case ok, alarm, insufficientData }

  /// Which values breach the threshold.
  enum Comparison: Sendable {
    case above, atLeast, below, atMost

    func breaches(_ value: Double, _ threshold: Double) -> Bool {
      switch self {
      case .above: value > threshold
      case .atLeast: value >= threshold
      case .below: value < threshold
      case .atMost: value <= threshold
      }
    }
  }

  /// How periods without a datapoint are treated.
  enum MissingData: String, CaseIterable, Sendable {
    /// They are not considered.
    case missing
    /// The state stays as it is.
    case ignore
    /// As a breach.
    case breaching
    /// As none.
    case notBreaching = "not-breaching"
  }

  /// The component that publishes the metric.
  var component: String
  /// The metric's name.
  var metric: String
  /// A metric of the listener by whose average the metric is divided, if it is: the backlog per
  /// instance, say.
  var divisor: (component: String, metric: String)?
  var statistic: MetricDeclaration.Statistic
  /// 10 s, 30 s, or a multiple of 60 s.
  var period: Nanoseconds
  var comparison: Comparison
  var threshold: Double
  /// M: the breaching datapoints that raise the alarm.
  var datapointsToAlarm: Int
  /// N: the datapoints among which they are.
  var evaluationPeriods: Int
  var missingData = MissingData.missing
  /// From the end of a period until its datapoint can be seen.
  var publication: Nanoseconds

  /// From one evaluation to the next: an alarm with short periods is evaluated every 10 s.
  var evaluationInterval: Nanoseconds { period < .seconds(60) ? .seconds(10) : .seconds(60) }

  /// How many periods an evaluation looks back, to make up for missing datapoints.
  ///
  /// Only that it is 5 for N = 3 is documented.
  var evaluationRange: Int { evaluationPeriods + 2 }

  /// The state that an evaluation gives.
  ///
  /// - Parameters:
  ///   - values: the datapoints of the evaluation range, the newest first; nil where one is
  ///     missing.
  ///   - state: the state before.
  /// - Returns: The state now.
  func state(after values: [Double?], from state: State) -> State {
    let real = values.compactMap { $0 }.prefix(evaluationPeriods)
    let breaches = real.count { comparison.breaches($0, threshold) }
    if breaches >= datapointsToAlarm { return .alarm }
    if real.count == evaluationPeriods { return .ok }
    switch missingData {
    case .notBreaching: return .ok
    case .breaching:
      let filled = evaluationPeriods - real.count
      return breaches + filled >= datapointsToAlarm ? .alarm : .ok
    case .ignore: return breaches < real.count ? .ok : state
    case .missing:
      if breaches < real.count { return .ok }
      // Breaches alone, too few. If the oldest has been there for M periods, nothing since has
      // been anything but a breach.
      let oldest = values.lastIndex { $0 != nil } ?? -1
      return oldest + 1 >= datapointsToAlarm ? .alarm : .insufficientData
    }
  }
}

/// What an evaluation of an alarm gave.
struct AlarmEvaluation {
  /// The alarm's number.
  var alarm: Int
  var state: Alarm.State
  /// The state before.
  var previous: Alarm.State
  /// The newest datapoint of the evaluation range, if there is any.
  var value: Double?
  /// The end of that datapoint's period.
  var periodEnd: Nanoseconds
  /// The way from the breach to the evaluation: `metric`, `publication` and `alarm`.
  var delays: [ScalingAction.Delay]
}
