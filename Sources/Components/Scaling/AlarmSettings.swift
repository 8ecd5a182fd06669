import Kernel

/// How the alarms of a policy are evaluated.
struct AlarmSettings: Sendable {
  let metric: ScalingMetric
  let period: Nanoseconds
  let datapoints: Int
  let evaluationPeriods: Int
  let missingData: Alarm.MissingData
  let publication: Nanoseconds

  /// Reads the alarms of a policy.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the policy.
  ///   - metric: the metric.
  ///   - isTracking: whether the policy holds a target.
  ///   - period: the period of the component's own metrics.
  ///   - publication: from the end of a period until its datapoint can be seen.
  init(
    from parameters: inout ParameterReader, _ metric: ScalingMetric, isTracking: Bool,
    period: Nanoseconds, publication: Nanoseconds
  ) {
    let datapoints = parameters.count(
      "datapoints", default: isTracking ? 3 : 1, in: 1...100,
      "Breaching datapoints that raise the alarm: 3 with target-tracking, else 1.",
      source: "ASG/as-scaling-target-tracking")
    let periods = parameters.count(
      "evaluation-periods", default: datapoints, in: 1...100,
      "The datapoints among which those are; 'datapoints' if none is written.",
      source: "CW/AlarmThatSendsEmail")
    if periods < datapoints {
      parameters.report(
        "\(datapoints) of \(periods) datapoints can never breach", at: "evaluation-periods",
        help: "write at least \(datapoints)")
    }
    self.metric = metric
    self.period = Self.period(
      "period", default: metric.component == nil ? period : .seconds(60), from: &parameters,
      "What a datapoint covers: 10s, 30s or whole minutes; that of 'metric' for metrics of its own.",
      source: "CW/AlarmThatSendsEmail")
    self.datapoints = datapoints
    evaluationPeriods = max(periods, datapoints)
    missingData = parameters.choice(
      "missing-data", default: .missing, "How periods without a datapoint are treated.",
      source: "CW/AlarmThatSendsEmail")
    self.publication = publication
  }

  /// An alarm of these settings; `owner` publishes the metric if no other component is named.
  func alarm(
    of owner: String, _ comparison: Alarm.Comparison, _ threshold: Double, datapoints: Int? = nil
  ) -> Alarm {
    Alarm(
      component: metric.component ?? owner, metric: metric.declaration.name,
      divisor: metric.divisor.map { (owner, $0) },
      statistic: metric.declaration.statistic, period: period, comparison: comparison,
      threshold: threshold, datapointsToAlarm: datapoints ?? self.datapoints,
      evaluationPeriods: datapoints ?? evaluationPeriods, missingData: missingData,
      publication: publication)
  }

  /// Why a policy acts on a value, in words: `target-tracking: CPU 90% above 60%`.
  func cause(
    _ kind: String, _ value: Double, tracking: TargetTracking?, _ steps: StepAdjustments,
    isLow: Bool
  ) -> String {
    let declaration = metric.declaration
    let own = declaration.name == "CPUUtilization" ? "CPU" : declaration.name
    let name = metric.divisor == nil ? own : "\(own) for each"
    let threshold = tracking.map { isLow ? $0.lowThreshold : $0.target } ?? steps.threshold
    let isAbove = tracking == nil ? steps.side == .above : !isLow
    return "\(kind): \(name) \(declaration.format(value)) \(isAbove ? "above" : "below") "
      + declaration.format(threshold)
  }

  /// Reads a period of alarms and reports one that CloudWatch does not offer.
  static func period(
    _ name: String, default fallback: Nanoseconds, from parameters: inout ParameterReader,
    _ summary: String, source: String
  ) -> Nanoseconds {
    let period = parameters.duration(
      name, default: fallback, in: .seconds(10)...(.seconds(86_400)), summary, source: source)
    let isOffered =
      [.seconds(10), .seconds(30)].contains(period) || period % .seconds(60) == 0
    if !isOffered {
      parameters.report(
        "\(Units.format(duration: period)) is no period of an alarm", at: name,
        help: "write 10s, 30s, or a multiple of 60s")
    }
    return isOffered ? period : fallback
  }

  /// Reads a period of alarms whose default is a behaviour of the catalogue.
  static func period(
    _ name: String, from key: String, _ parameters: inout ParameterReader, _ summary: String
  ) -> Nanoseconds {
    let behaviour = parameters.catalogue.behaviour(key)
    return period(
      name, default: behaviour?.duration ?? .seconds(60), from: &parameters, summary,
      source: behaviour?.provenance.source ?? "assumed")
  }

  /// What an alarm costs in a month.
  func price(in catalogue: Catalogue) -> Catalogue.Price? {
    catalogue.price(
      period < .seconds(60)
        ? "cloudwatch.high-resolution-alarm-month" : "cloudwatch.alarm-month")
  }
}
