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
  static let datapointsToRaise = 2
  static let datapointsToLower = 15
  /// The low threshold's share of the target: 30 to 42 units a minute in the documented sample.
  static let lowShare = 30.0 / 42

  let settings: Settings
  let throughput: Throughput
  private let quota: DecreaseQuota
  /// Units consumed in the last minutes in which any were, the latest last.
  private var datapoints: [Double] = []
  private var consumedBefore = 0.0
  private var pending: Double?

  init(_ settings: Settings, of throughput: Throughput, _ quota: DecreaseQuota) {
    self.settings = settings
    self.throughput = throughput
    self.quota = quota
  }

  /// Closes a minute; one without consumption has no datapoint.
  func minuteEnded() {
    let sum = throughput.consumed - consumedBefore
    consumedBefore = throughput.consumed
    guard sum > 0 else { return }
    datapoints.append(sum)
    if datapoints.count > Self.datapointsToLower { datapoints.removeFirst() }
  }

  /// The capacity to be asked for now, nil if none.
  func wanted(at now: Nanoseconds) -> Double? {
    guard pending == nil, let latest = datapoints.last else { return nil }
    let present = throughput.provisioned
    let high = settings.target * present * 60
    let needed = (latest / 60 / settings.target).rounded(.up)
    let wanted = min(settings.maximum, max(settings.minimum, needed))
    if datapoints.count >= Self.datapointsToRaise,
      datapoints.suffix(Self.datapointsToRaise).allSatisfy({ $0 > high })
    {
      return ask(for: wanted, if: wanted > present)
    }
    if datapoints.count == Self.datapointsToLower,
      datapoints.allSatisfy({ $0 < high * Self.lowShare }), wanted < present, quota.allows(at: now)
    {
      quota.note(at: now)
      return ask(for: wanted, if: true)
    }
    return nil
  }

  private func ask(for capacity: Double, if isNeeded: Bool) -> Double? {
    guard isNeeded else { return nil }
    pending = capacity
    return capacity
  }

  /// UpdateTable has ended: what was asked for is in force.
  func updated(at now: Nanoseconds) {
    guard let capacity = pending else { return }
    pending = nil
    throughput.provide(capacity, at: now)
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
