import Kernel

/// Auto scaling of one provisioned throughput: target tracking on what is consumed of it.
///
/// DDB/AutoScaling: two minutes above the target raise it, fifteen below lower it, by UpdateTable,
/// during which the old limit is in force.
final class TableAutoScaling {
  /// How one throughput is scaled.
  struct Settings: Sendable {
    var minimum: Double
    var maximum: Double
    var target: Double
    var publication: Nanoseconds
    var updateTime: Nanoseconds

    static func read(_ name: String, _ parameters: inout ParameterReader) -> Settings? {
      let known = parameters.catalogue
      return parameters.section(
        name, "Auto scaling of the capacity; none if it is not written.", required: false
      ) { section in
        let minimum = section.number(
          "min", default: 1, in: 1...40_000, unit: "", "The least capacity.")
        let maximum = section.number(
          "max", default: nil, in: 1...40_000, unit: "", "The most capacity.")
        if maximum < minimum { section.report("'max' is below 'min'", at: "max") }
        return Settings(
          minimum: minimum, maximum: maximum,
          target: section.share(
            "target", default: known.behaviour("dynamodb.autoscaling-target")?.share ?? 0.7,
            in: 0.2...0.9, "How much of the capacity is to be consumed.",
            source: "DDB/AutoScaling"),
          publication: section.duration(
            "publication", from: "cloudwatch.publication-delay",
            "How long after the end of a minute its datapoint is there."),
          updateTime: section.duration(
            "update-time", from: "dynamodb.update-time",
            "How long UpdateTable takes, with the old capacity in force."))
      }
    }
  }

  /// Datapoints that must be above to raise the capacity, and below to lower it.
  private static let datapointsToRaise = 2
  private static let datapointsToLower = 15
  /// The low threshold's share of the high one: 30 to 42 units a minute in the documented sample.
  private static let lowShare = 30.0 / 42

  let settings: Settings
  let throughput: Throughput
  private let quota: DecreaseQuota
  /// The numbers of the two alarms.
  private var high = -1
  private var low = -1
  private var pending: Double?

  init(_ settings: Settings, of throughput: Throughput, _ quota: DecreaseQuota) {
    self.settings = settings
    self.throughput = throughput
    self.quota = quota
  }

  /// Asks for the alarms on the metric of what is consumed.
  func watch(
    _ metric: String, of component: String, _ service: MetricsService,
    for listener: any AlarmListener
  ) {
    func alarm(_ comparison: Alarm.Comparison, _ datapoints: Int) -> Alarm {
      Alarm(
        component: component, metric: metric, statistic: .sum, period: .seconds(60),
        comparison: comparison, threshold: threshold(comparison), datapointsToAlarm: datapoints,
        evaluationPeriods: datapoints, publication: settings.publication)
    }
    high = service.watch(alarm(.above, Self.datapointsToRaise), for: listener)
    low = service.watch(alarm(.below, Self.datapointsToLower), for: listener)
  }

  /// Units a minute.
  private func threshold(_ comparison: Alarm.Comparison) -> Double {
    // In whole thousandths, so that a sum of exactly the target does not pass it by rounding.
    let units = (settings.target * throughput.provisioned * 60_000).rounded() / 1000
    return comparison == .above ? units : units * Self.lowShare
  }

  /// The capacity to be asked for because of an alarm, nil if none.
  func wanted(_ evaluation: AlarmEvaluation, at now: Nanoseconds) -> Double? {
    guard evaluation.alarm == high || evaluation.alarm == low, evaluation.state == .alarm,
      pending == nil, let sum = evaluation.value
    else { return nil }
    let needed = (sum / 60 / settings.target * 1e9).rounded() / 1e9
    let wanted = min(settings.maximum, max(settings.minimum, needed.rounded(.up)))
    if evaluation.alarm == high {
      guard wanted > throughput.provisioned else { return nil }
    } else {
      guard wanted < throughput.provisioned, quota.allows(at: now) else { return nil }
      quota.note(at: now)
    }
    pending = wanted
    return wanted
  }

  /// UpdateTable has ended: what was asked for is in force.
  func updated(_ service: MetricsService?, at now: Nanoseconds) {
    guard let capacity = pending else { return }
    pending = nil
    throughput.provide(capacity, at: now)
    service?.setThreshold(of: high, to: threshold(.above))
    service?.setThreshold(of: low, to: threshold(.below))
  }
}

/// How often the capacity of a table or an index may be lowered (DDB/ServiceQuotas): four times in
/// the first hour of a UTC day's decreases, then whenever there was none for an hour.
///
/// The run begins at midnight UTC.
final class DecreaseQuota {
  private static let hour = Nanoseconds.seconds(3600)
  private static let day = Nanoseconds.seconds(86_400)
  static let mostInFirstHour = 4
  static let mostInDay = 27

  private var day: Int64 = -1
  private var first: Nanoseconds = 0
  private var last: Nanoseconds = 0
  private var count = 0

  func allows(at now: Nanoseconds) -> Bool {
    if now / Self.day != day || count == 0 { return true }
    if count >= Self.mostInDay { return false }
    if count < Self.mostInFirstHour, now - first < Self.hour { return true }
    return now - last >= Self.hour
  }

  func note(at now: Nanoseconds) {
    if now / Self.day != day {
      day = now / Self.day
      count = 0
    }
    if count == 0 { first = now }
    last = now
    count += 1
  }
}
