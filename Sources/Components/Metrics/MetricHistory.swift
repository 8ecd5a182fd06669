import Kernel

/// The recent datapoints of one watched metric.
struct MetricHistory {
  private struct Datapoint {
    var end: Nanoseconds
    var sum: Double
    var samples: Double
  }

  let component: String
  let metric: PublishedMetric
  /// How far back an alarm looks.
  private let span: Nanoseconds
  private var datapoints: [Datapoint] = []
  /// The totals at the end of the last period.
  private var totals = (0.0, 0.0)

  /// A history of which alarms look back over `span`; periods begin at `now`.
  init(of metric: PublishedMetric, component: String, span: Nanoseconds, at now: Nanoseconds) {
    self.component = component
    self.metric = metric
    self.span = span
    totals = Self.totals(metric.reading, now)
  }

  private static func totals(
    _ reading: PublishedMetric.Reading, _ now: Nanoseconds
  ) -> (Double, Double) {
    switch reading {
    case .average(let totals), .quotient(let totals): totals(now)
    case .sum(let total), .occurrences(let total): (total(now), 0)
    case .level: (0, 0)
    }
  }

  /// Ends a period: reads the totals and keeps its datapoint, if there is one.
  mutating func endPeriod(at now: Nanoseconds) {
    let before = totals
    totals = Self.totals(metric.reading, now)
    let growth = (totals.0 - before.0, totals.1 - before.1)
    switch metric.reading {
    case .average:
      if growth.1 > 0 { keep(growth.0, of: growth.1, now) }
    case .sum: keep(growth.0, of: 1, now)
    case .occurrences:
      if growth.0 > 0 { keep(growth.0, of: 1, now) }
    case .quotient:
      if growth.0 > 0, growth.1 > 0 { keep(growth.0 / growth.1, of: 1, now) }
    case .level(let level):
      if let value = level(now) { keep(value, of: 1, now) }
    }
  }

  private mutating func keep(_ sum: Double, of samples: Double, _ now: Nanoseconds) {
    let isOld = datapoints.prefix { $0.end + span < now }.count
    if isOld > 64 { datapoints.removeFirst(isOld) }
    datapoints.append(Datapoint(end: now, sum: sum, samples: samples))
  }

  /// The values of `count` periods, the newest first, of which the first ends at `end`; nil where
  /// there is no datapoint, or where a period begins before the run.
  func values(
    of statistic: MetricDeclaration.Statistic, period: Nanoseconds, count: Int,
    endingAt end: Nanoseconds
  ) -> [Double?] {
    var index = datapoints.count - 1
    return (0..<count).map { number in
      let newest = end - Nanoseconds(number) * period
      var sum = 0.0
      var samples = 0.0
      while index >= 0, datapoints[index].end > newest - period {
        if datapoints[index].end <= newest {
          sum += datapoints[index].sum
          samples += datapoints[index].samples
        }
        index -= 1
      }
      guard samples > 0, newest >= period else { return nil }
      return statistic == .sum ? sum : sum / samples
    }
  }
}
