import Kernel

/// How the alarms of a policy are evaluated.
struct AlarmSettings: Sendable {
  let metric: ScalingMetric
  let period: Nanoseconds
  let datapoints: Int
  let evaluationPeriods: Int
  let missingData: Alarm.MissingData
  let publication: Nanoseconds

  /// An alarm of these settings; `owner` publishes the metric if no other component is named.
  func alarm(
    of owner: String, _ comparison: Alarm.Comparison, _ threshold: Double, datapoints: Int? = nil
  ) -> Alarm {
    Alarm(
      component: metric.component ?? owner, metric: metric.declaration.name,
      statistic: metric.declaration.statistic, period: period, comparison: comparison,
      threshold: threshold, datapointsToAlarm: datapoints ?? self.datapoints,
      evaluationPeriods: datapoints ?? evaluationPeriods, missingData: missingData,
      publication: publication)
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
