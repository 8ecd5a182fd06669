public import Kernel

/// Reads the metrics that alarms watch, publishes their datapoints and evaluates the alarms.
///
/// Periods and evaluations are aligned to the start of the run; where in a minute AWS evaluates an
/// alarm is not documented. A datapoint counts from the first evaluation at which it is published.
/// Without alarms nothing ever happens here.
public final class MetricsService: RunningComponent {
  private struct Watched {
    var alarm: Alarm
    var state = Alarm.State.insufficientData
    /// The index of the metric's history.
    var history = 0
    /// The index of the history that it is divided by, if it is.
    var divisor: Int?
    var listener: Int
    var lastTold: Nanoseconds = 0
  }

  /// The listeners own this service's alarms and are not owned by it.
  private struct Listener { unowned let object: any AlarmListener }

  private static let repetition: Nanoseconds = .seconds(60)

  private var alarms: [Watched] = []
  private var listeners: [Listener] = []
  private var histories: [MetricHistory] = []
  private var publishers: [(name: String, component: RunningComponent)] = []
  /// The time between two instants at which anything may be due.
  private var tick: Nanoseconds = 0

  // MARK: Setting up

  /// Adds an alarm, of a component and a metric that exist; may be called while linking.
  ///
  /// A component that keeps a reference to the service keeps it `unowned`.
  ///
  /// - Returns: The alarm's number, from 0 in the order of asking.
  func watch(_ alarm: Alarm, for listener: any AlarmListener) -> Int {
    let known = listeners.firstIndex { $0.object === listener }
    if known == nil { listeners.append(Listener(object: listener)) }
    alarms.append(Watched(alarm: alarm, listener: known ?? listeners.count - 1))
    return alarms.count - 1
  }

  /// Moves an alarm's threshold, which counts from the next evaluation.
  func setThreshold(of number: Int, to threshold: Double) {
    alarms[number].alarm.threshold = threshold
  }

  /// The state of an alarm.
  func state(of number: Int) -> Alarm.State { alarms[number].state }

  override func link(_ assembly: inout Assembly) { publishers = assembly.publishers }

  public override func begin(_ kernel: inout Kernel) {
    for number in alarms.indices { resolve(number, kernel.now) }
    publishers = []
    guard !alarms.isEmpty else { return }
    tick = histories.reduce(0) { Self.commonDivisor($0, $1.metric.resolution) }
    tick = alarms.reduce(tick) { Self.commonDivisor($0, $1.alarm.evaluationInterval) }
    kernel.schedule(after: tick, id, 0, 0)
  }

  private static func commonDivisor(_ one: Nanoseconds, _ other: Nanoseconds) -> Nanoseconds {
    one == 0 ? other : commonDivisor(other % one, one)
  }

  /// Finds the history that an alarm reads, or begins it.
  private func resolve(_ number: Int, _ now: Nanoseconds) {
    let alarm = alarms[number].alarm
    alarms[number].history = history(of: alarm.metric, alarm.component, now)
    if let divisor = alarm.divisor {
      alarms[number].divisor = history(of: divisor.metric, divisor.component, now)
    }
    if let forced = histories[alarms[number].history].metric.missingData {
      alarms[number].alarm.missingData = forced
    }
  }

  private func history(of name: String, _ component: String, _ now: Nanoseconds) -> Int {
    let known = histories.firstIndex {
      $0.component == component && $0.metric.declaration.name == name
    }
    if let known { return known }
    let publisher = publishers.first { $0.name == component }?.component
    // The references of an experiment were checked when it was read.
    guard let metric = publisher?.metrics.first(where: { $0.declaration.name == name }) else {
      preconditionFailure("'\(component)' does not publish \(name)")
    }
    let spans = alarms.map {
      $0.alarm.period * Nanoseconds($0.alarm.evaluationRange) + $0.alarm.publication + .seconds(60)
    }
    histories.append(
      MetricHistory(of: metric, component: component, span: spans.max() ?? 0, at: now))
    return histories.count - 1
  }

  // MARK: Running

  public override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    let now = kernel.now
    for index in histories.indices where now % histories[index].metric.resolution == 0 {
      histories[index].endPeriod(at: now)
    }
    var news: [(listener: Int, evaluation: AlarmEvaluation)] = []
    for number in alarms.indices where now % alarms[number].alarm.evaluationInterval == 0 {
      guard let evaluation = evaluate(number, now) else { continue }
      news.append((alarms[number].listener, evaluation))
    }
    kernel.schedule(after: tick, id, 0, 0)
    for listener in listeners.indices where news.contains(where: { $0.listener == listener }) {
      let own = news.filter { $0.listener == listener }.map(\.evaluation)
      listeners[listener].object.alarmsEvaluated(own, &kernel)
    }
  }

  /// Evaluates an alarm; nil if there is nothing to tell.
  private func evaluate(_ number: Int, _ now: Nanoseconds) -> AlarmEvaluation? {
    let alarm = alarms[number].alarm
    let interval = alarm.evaluationInterval
    // The newest period whose datapoint has had the time to be published.
    let end = (now - alarm.publication) / interval * interval
    guard now >= alarm.publication, end >= alarm.period else { return nil }
    let values = values(number, endingAt: end)
    let previous = alarms[number].state
    let state = alarm.state(after: values, from: previous)
    alarms[number].state = state
    let isDue = now - alarms[number].lastTold >= Self.repetition
    guard state != previous || (state == .alarm && isDue) else { return nil }
    alarms[number].lastTold = now
    let newest = values.firstIndex { $0 != nil }
    return AlarmEvaluation(
      alarm: number, state: state, previous: previous, value: newest.flatMap { values[$0] },
      periodEnd: end - alarm.period * Nanoseconds(newest ?? 0),
      delays: [
        ScalingAction.Delay("metric", alarm.period * Nanoseconds(alarm.datapointsToAlarm)),
        ScalingAction.Delay("publication", alarm.publication),
        ScalingAction.Delay("alarm", now - end - alarm.publication),
      ])
  }

  /// The datapoints of an alarm's evaluation range, the newest first.
  private func values(_ number: Int, endingAt end: Nanoseconds) -> [Double?] {
    let alarm = alarms[number].alarm
    let values = histories[alarms[number].history].values(
      of: alarm.statistic, period: alarm.period, count: alarm.evaluationRange, endingAt: end)
    guard let divisor = alarms[number].divisor else { return values }
    let divisors = histories[divisor].values(
      of: .average, period: alarm.period, count: alarm.evaluationRange, endingAt: end)
    return zip(values, divisors).map { value, divisor in
      guard let value, let divisor, divisor > 0 else { return nil }
      return value / divisor
    }
  }
}
