import Kernel
import Testing

@testable import Components

/// When alarms are raised, by CW/AlarmThatSendsEmail: states from datapoints, and timelines worked
/// out by hand.
struct AlarmTests {
  static func alarm(
    _ datapoints: Int = 3, of periods: Int = 3, period: Double = 60,
    missing: Alarm.MissingData = .missing, publication: Double = 90,
    statistic: MetricDeclaration.Statistic = .average
  ) -> Alarm {
    Alarm(
      component: "publisher", metric: "Level", statistic: statistic, period: .seconds(period),
      comparison: .above, threshold: 5, datapointsToAlarm: datapoints, evaluationPeriods: periods,
      missingData: missing, publication: .seconds(publication))
  }

  /// Datapoints as in the documented tables, the oldest first: X breaches, 0 does not, - is missing.
  static func values(_ text: String) -> [Double?] {
    text.reversed().map { $0 == "-" ? nil : $0 == "X" ? 9 : 1 }
  }

  // MARK: States

  /// The documented tables: datapoints to alarm of 3, datapoints, states.
  ///
  /// The states are those with missing, ignore, breaching and notBreaching. O is OK, A is ALARM, I is INSUFFICIENT_DATA and = is what
  /// it was.
  @Test(arguments: [
    (3, "0-X-X", "OOOO"), (3, "0----", "OOOO"), (3, "-----", "I=AO"), (3, "0XX-X", "AAAA"),
    (3, "----X", "I=AO"), (3, "X----", "A=AO"),
    (2, "0-X-X", "AAAA"), (2, "00X0X", "AAAA"), (2, "0-X--", "OOAO"), (2, "----0", "OOAO"),
    (2, "----X", "I=AO"),
  ])
  func `missing data are treated as the documented tables say`(
    _ datapoints: Int, _ points: String, _ states: String
  ) {
    let words: [Alarm.State: Character] = [.ok: "O", .alarm: "A", .insufficientData: "I"]
    for (treatment, expected) in zip(Alarm.MissingData.treatments, states) {
      let alarm = Self.alarm(datapoints, missing: treatment)
      for before in [Alarm.State.ok, .alarm, .insufficientData] {
        let state = alarm.state(after: Self.values(points), from: before)
        let wanted = expected == "=" ? words[before] : expected
        #expect(words[state] == wanted, "\(datapoints) of 3, \(points), \(treatment), \(before)")
      }
    }
  }

  /// What the documentation says in words, done literally: keep the N newest real datapoints, fill
  /// up with what missing ones are treated as, and count.
  static func oracle(
    _ points: String, _ m: Int, _ n: Int, _ treatment: Alarm.MissingData, _ before: Alarm.State
  ) -> Alarm.State {
    var evaluated = String(points.filter { $0 != "-" }.suffix(n))
    let isComplete = evaluated.count == n
    while evaluated.count < n {
      evaluated += treatment == .breaching ? "X" : treatment == .notBreaching ? "0" : "?"
    }
    if evaluated.filter({ $0 == "X" }).count >= m { return .alarm }
    if isComplete || evaluated.contains("0") || treatment == .breaching { return .ok }
    if treatment == .ignore { return before }
    // What is left are breaches and gaps. The oldest breach is as old as M datapoints if there are
    // at least M - 1 places after it.
    guard let oldest = points.firstIndex(of: "X") else { return .insufficientData }
    return points[oldest...].count >= m ? .alarm : .insufficientData
  }

  @Test func `an alarm is raised by M of the N newest datapoints, real ones first`() {
    for n in 1...4 {
      for m in 1...n {
        var texts = [""]
        for _ in 0..<(n + 2) { texts = texts.flatMap { [$0 + "X", $0 + "0", $0 + "-"] } }
        for text in texts {
          for treatment in Alarm.MissingData.treatments {
            for before in [Alarm.State.ok, .alarm, .insufficientData] {
              let alarm = Self.alarm(m, of: n, missing: treatment)
              #expect(alarm.evaluationRange == text.count)
              let state = alarm.state(after: Self.values(text), from: before)
              let expected = Self.oracle(text, m, n, treatment, before)
              #expect(state == expected, "\(m) of \(n), \(text), \(treatment), \(before)")
            }
          }
        }
      }
    }
  }

  @Test func `comparisons breach on the side and at the threshold that they name`() {
    let values = [4.0, 5, 6]
    #expect(values.map { Alarm.Comparison.above.breaches($0, 5) } == [false, false, true])
    #expect(values.map { Alarm.Comparison.atLeast.breaches($0, 5) } == [false, true, true])
    #expect(values.map { Alarm.Comparison.below.breaches($0, 5) } == [true, false, false])
    #expect(values.map { Alarm.Comparison.atMost.breaches($0, 5) } == [true, true, false])
  }

  // MARK: Timelines

  /// A component whose metric is whatever a function of time says.
  final class Publisher: RunningComponent {
    var published: [PublishedMetric] = []
    override var metrics: [PublishedMetric] { published }
  }

  /// Asks for alarms and writes down what it is told.
  final class Listener: RunningComponent, AlarmListener {
    var alarms: [Alarm] = []
    var told: [String] = []
    var delays: [String] = []

    override func link(_ assembly: inout Assembly) {
      for alarm in alarms { _ = assembly.metrics.watch(alarm, for: self) }
    }

    func alarmsEvaluated(_ evaluations: [AlarmEvaluation], _ kernel: inout Kernel) {
      for evaluation in evaluations {
        let value = evaluation.value.map { " \($0)" } ?? ""
        told.append("\(Int(kernel.now.inSeconds)) \(evaluation.state)\(value)")
        delays = evaluation.delays.map { "\($0.name) \($0.duration.inSeconds)" }
      }
    }
  }

  /// What a listener of the alarms is told in a number of seconds.
  static func told(
    _ alarms: Alarm..., every resolution: Double = 60, seconds: Double = 900,
    reading: PublishedMetric.Reading
  ) -> Listener {
    var assembly = Assembly(seed: 1, replication: 1)
    let publisher = assembly.add("publisher") { Publisher(at: $0) }
    publisher.published = [
      PublishedMetric(
        MetricDeclaration("Level", unit: .count), every: .seconds(resolution), reading)
    ]
    let listener = assembly.add("listener") { Listener(at: $0) }
    listener.alarms = alarms
    let metrics = assembly.addMetrics()
    assembly.link()
    metrics.begin(&assembly.kernel)
    assembly.kernel.run(until: .seconds(seconds))
    return listener
  }

  /// A level that is high from one second to another.
  static func high(from: Double, to: Double) -> PublishedMetric.Reading {
    .level { now in now >= .seconds(from) && now < .seconds(to) ? 10 : 1 }
  }

  @Test func `an alarm is raised after its datapoints, publication and the next minute`() {
    // High from 100 to 400 s: the datapoints of 120, 180, ... 360 breach. Three of three are there
    // at 240, to be seen at 330, in the evaluation of 360. The first low one is of 420, seen at
    // 510, in the evaluation of 540. The first datapoint, of 60, is seen at 150.
    let listener = Self.told(Self.alarm(), reading: Self.high(from: 100, to: 400))
    #expect(
      listener.told == [
        "180 ok 1.0", "360 alarm 10.0", "420 alarm 10.0", "480 alarm 10.0",
        "540 ok 1.0",
      ])
    #expect(listener.delays == ["metric 180.0", "publication 90.0", "alarm 30.0"])
  }

  @Test func `a datapoint counts in the evaluation of the instant at which it is published`() {
    let listener = Self.told(
      Self.alarm(1, of: 1, publication: 120), seconds: 360, reading: Self.high(from: 100, to: 130))
    // The datapoint of 120 is published at 240.
    #expect(listener.told == ["180 ok 1.0", "240 alarm 10.0", "300 ok 1.0"])
    #expect(listener.delays == ["metric 60.0", "publication 120.0", "alarm 0.0"])
  }

  @Test func `two of three datapoints raise an alarm whichever they are`() {
    // High at 120 and at 240: raised by 120, 180, 240, seen at 330; gone with 180, 240, 300.
    let reading = PublishedMetric.Reading.level { now in
      now == .seconds(120) || now == .seconds(240) ? 10 : 1
    }
    let listener = Self.told(Self.alarm(2, of: 3), reading: reading)
    #expect(listener.told == ["180 ok 1.0", "360 alarm 10.0", "420 ok 1.0"])
  }

  @Test func `an alarm of long periods is evaluated every minute on a sliding window`() {
    // Level 10 from 250 s on, else 1. The average of five minutes is above 5 with three high
    // datapoints of five, (2 × 1 + 3 × 10) / 5 = 6.4: those of 180 to 420, seen at 510. The first
    // five minutes end at 300, seen at 390: (4 × 1 + 10) / 5 = 2.8.
    let listener = Self.told(
      Self.alarm(1, of: 1, period: 300), seconds: 600, reading: Self.high(from: 250, to: 9999))
    #expect(listener.told == ["420 ok 2.8", "540 alarm 6.4", "600 alarm 8.2"])
  }

  @Test func `the actions of an alarm are repeated every minute though data come every five`() {
    let listener = Self.told(
      Self.alarm(1, of: 1, period: 300), every: 300, seconds: 660,
      reading: Self.high(from: 250, to: 9999))
    // The datapoint of 300 is seen at 390.
    #expect(
      listener.told == [
        "420 alarm 10.0", "480 alarm 10.0", "540 alarm 10.0",
        "600 alarm 10.0", "660 alarm 10.0",
      ])
  }

  @Test func `an alarm of 10 s periods is evaluated every 10 s, and told again after a minute`() {
    let listener = Self.told(
      Self.alarm(3, period: 10, publication: 5), every: 10, seconds: 170,
      reading: Self.high(from: 31, to: 135))
    // High at 40, 50 and 60, which is published at 65 and evaluated at 70. Low at 140: seen at 150.
    #expect(listener.told == ["20 ok 1.0", "70 alarm 10.0", "130 alarm 10.0", "150 ok 1.0"])
    #expect(listener.delays == ["metric 30.0", "publication 5.0", "alarm 5.0"])
  }

  @Test func `an alarm without any data is told once that there are not enough`() {
    // Data only until 120 s. With a range of five the last is in that of 120 to 360, seen at 450
    // and evaluated at 480; a minute later there is none.
    let reading = PublishedMetric.Reading.level { now in now <= .seconds(120) ? 1 : nil }
    let listener = Self.told(Self.alarm(), reading: reading)
    #expect(listener.told == ["180 ok 1.0", "540 insufficientData"])
  }

  @Test func `DynamoDB's metrics keep the state whatever the alarm says about missing data`() {
    var assembly = Assembly(seed: 1, replication: 1)
    let publisher = assembly.add("publisher") { Publisher(at: $0) }
    publisher.published = [
      PublishedMetric(
        MetricDeclaration("Level", unit: .count), missingData: .ignore,
        .level { now in now <= .seconds(120) ? 10 : nil })
    ]
    let listener = assembly.add("listener") { Listener(at: $0) }
    listener.alarms = [Self.alarm(1, of: 1, missing: .notBreaching)]
    let metrics = assembly.addMetrics()
    assembly.link()
    metrics.begin(&assembly.kernel)
    assembly.kernel.run(until: .seconds(720))
    #expect(listener.told.first == "180 alarm 10.0")
    #expect(listener.told.last == "720 alarm")
  }

  // MARK: Readings

  /// The values that alarms with a threshold of 5 are told at the first three evaluations.
  @Test func `an average is the growth of one total over that of another`() {
    // Busy 6 of every 10 from 0 to 60 s: 36 of 60; then 9 of 10.
    let reading = PublishedMetric.Reading.average { now in
      let seconds = now.inSeconds
      return (seconds * 6 + max(0, seconds - 60) * 3, seconds)
    }
    let listener = Self.told(Self.alarm(1, of: 1, publication: 0), seconds: 120, reading: reading)
    #expect(listener.told == ["60 alarm 6.0", "120 alarm 9.0"])
  }

  @Test func `a five-minute average weighs its minutes by what they are averages of`() {
    // One sample of 1 in each of four minutes, six of 10 in the fifth: 64 / 10.
    let reading = PublishedMetric.Reading.average { now in
      let minutes = (now.inSeconds / 60).rounded(.down)
      return minutes < 5 ? (minutes, minutes) : (64, 10)
    }
    let listener = Self.told(
      Self.alarm(1, of: 1, period: 300, publication: 0), seconds: 300, reading: reading)
    #expect(listener.told == ["300 alarm 6.4"])
  }

  @Test func `a sum is published without growth, occurrences are not`() {
    let total: (Nanoseconds) -> Double = { now in min(now.inSeconds, 60) }
    let sum = Self.told(
      Self.alarm(1, of: 1, publication: 0, statistic: .sum), seconds: 240, reading: .sum(total))
    #expect(sum.told == ["60 alarm 60.0", "120 ok 0.0"])
    let occurrences = Self.told(
      Self.alarm(1, of: 1, publication: 0, statistic: .sum), seconds: 240,
      reading: .occurrences(total))
    // The range is three periods: the datapoint of 60 is its oldest at 180, and then gone.
    #expect(
      occurrences.told == [
        "60 alarm 60.0", "120 alarm 60.0", "180 alarm 60.0",
        "240 insufficientData",
      ])
  }

  @Test func `requests per target are those of each minute over its targets`() {
    // 600 requests a minute on two targets, from 120 s on on three: 300, 300, then 200; five
    // minutes sum up to 1,200.
    let reading = PublishedMetric.Reading.quotient { now in
      let minutes = now.inSeconds / 60
      return (minutes * 600, minutes <= 2 ? minutes * 2 : 4 + (minutes - 2) * 3)
    }
    let minute = Self.told(
      Self.alarm(1, of: 1, publication: 0, statistic: .sum), seconds: 180, reading: reading)
    #expect(minute.told == ["60 alarm 300.0", "120 alarm 300.0", "180 alarm 200.0"])
    let five = Self.told(
      Self.alarm(1, of: 1, period: 300, publication: 0, statistic: .sum), seconds: 300,
      reading: reading)
    #expect(five.told == ["300 alarm 1200.0"])
  }

  @Test func `a metric is divided by another's average in the same period`() throws {
    // A backlog of 10 for each second, over an instance until 60 s and four from then on: 600 / 1,
    // 1,200 / 4, 1,800 / 4.
    var assembly = Assembly(seed: 1, replication: 1)
    let publisher = assembly.add("publisher") { Publisher(at: $0) }
    publisher.published = [
      PublishedMetric(MetricDeclaration("Level", unit: .count), .level { $0.inSeconds * 10 }),
      PublishedMetric(
        MetricDeclaration("Instances", unit: .count), .level { $0 <= .seconds(60) ? 1 : 4 }),
    ]
    let listener = assembly.add("listener") { Listener(at: $0) }
    var alarm = Self.alarm(1, of: 1, publication: 0)
    alarm.divisor = ("publisher", "Instances")
    listener.alarms = [alarm]
    let metrics = assembly.addMetrics()
    assembly.link()
    metrics.begin(&assembly.kernel)
    assembly.kernel.run(until: .seconds(180))
    #expect(listener.told == ["60 alarm 600.0", "120 alarm 300.0", "180 alarm 450.0"])
  }

  @Test func `nothing that is not watched makes an event`() {
    var assembly = Assembly(seed: 1, replication: 1)
    let publisher = assembly.add("publisher") { Publisher(at: $0) }
    publisher.published = [
      PublishedMetric(MetricDeclaration("Level", unit: .count), .level { _ in 1 })
    ]
    let metrics = assembly.addMetrics()
    assembly.link()
    metrics.begin(&assembly.kernel)
    assembly.kernel.run(until: .seconds(900))
    #expect(assembly.kernel.eventCount == 0)
  }

  @Test func `a threshold that is moved counts from the next evaluation`() {
    var assembly = Assembly(seed: 1, replication: 1)
    let publisher = assembly.add("publisher") { Publisher(at: $0) }
    publisher.published = [
      PublishedMetric(MetricDeclaration("Level", unit: .count), .level { _ in 10 })
    ]
    let listener = assembly.add("listener") { Listener(at: $0) }
    listener.alarms = [Self.alarm(1, of: 1, publication: 0)]
    let metrics = assembly.addMetrics()
    assembly.link()
    metrics.begin(&assembly.kernel)
    assembly.kernel.run(until: .seconds(90))
    #expect(metrics.state(of: 0) == .alarm)
    metrics.setThreshold(of: 0, to: 20)
    assembly.kernel.run(until: .seconds(200))
    #expect(listener.told == ["60 alarm 10.0", "120 ok 10.0"])
  }
}

extension Alarm.MissingData {
  /// In the order of the documented tables.
  static var treatments: [Alarm.MissingData] { [.missing, .ignore, .breaching, .notBreaching] }
}
