import Analysis
import Kernel

/// What values mean, and how they are written at an axis.
enum AxisUnit {
  /// Response times.
  case seconds
  /// Moments of a run.
  case moment
  /// A number per second.
  case perSecond
  /// A share from 0 to 1.
  case share
  /// A number of things.
  case count
  /// How many nines a percentile has: 2 is 99%.
  case nines

  /// A value as in a sentence or a table.
  func text(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "–" }
    return switch self {
    case .seconds: Wording.duration(value)
    case .moment: Wording.moment(value)
    case .perSecond: Wording.rate(value)
    case .share: Wording.share(value)
    case .count: Wording.count(value)
    case .nines: AxisUnit.percentile(value)
    }
  }

  /// A value at the axis: as short as it can be.
  func tick(_ value: Double) -> String {
    switch self {
    case .moment, .seconds, .nines: text(value)
    case .share: Wording.share(value)
    case .perSecond, .count: AxisUnit.short(value)
    }
  }

  /// What stands beside the name of the axis.
  var symbol: String? {
    switch self {
    case .seconds, .share, .count, .nines: nil
    case .moment: "min:s"
    case .perSecond: "per second"
    }
  }

  /// A percentile by its nines; between none and one stands the median.
  private static func percentile(_ nines: Double) -> String {
    if nines <= 0 { return "0%" }
    if nines < 1 { return "50%" }
    let count = Int(nines.rounded())
    return count == 1
      ? "90%" : "99" + (count == 2 ? "" : "." + String(repeating: "9", count: count - 2)) + "%"
  }

  /// A number with k and M for thousands and millions.
  private static func short(_ value: Double) -> String {
    for (letter, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where value >= size * 10 {
      return Wording.count(value / size) + letter
    }
    return Wording.count(value)
  }
}

/// Values along one side of a chart: their range, their marks and their places.
struct Axis {
  /// What is shown.
  var name: String
  /// What the values mean.
  var unit: AxisUnit
  /// Where the axis is marked.
  var ticks: [Double]
  /// The least value of the axis.
  var least: Double
  /// The greatest value of the axis.
  var greatest: Double
  /// Whether equal distances are equal ratios.
  var isLogarithmic: Bool

  /// The name with the unit, and a word where distances are ratios.
  var title: String {
    let unit = unit.symbol.map { ", " + $0 } ?? ""
    return name + unit + (isLogarithmic ? " (logarithmic)" : "")
  }

  /// An axis from 0 to beyond the greatest value.
  static func linear(_ name: String, _ unit: AxisUnit, upTo greatest: Double) -> Axis {
    // Things are whole: a mark at half an instance would only confuse.
    let leastStep = unit == .count && greatest > 1 ? 1.0 : 0
    let ticks = Ticks.linear(upTo: greatest, leastStep: leastStep)
    return Axis(
      name: name, unit: unit, ticks: ticks, least: 0, greatest: ticks.last ?? 1,
      isLogarithmic: false)
  }

  /// An axis of the run's time.
  static func time(upTo end: Double) -> Axis {
    let isShort = end < 5
    return Axis(
      name: isShort ? "Time" : "Time of the run", unit: isShort ? .seconds : .moment,
      ticks: Ticks.moments(upTo: end), least: 0, greatest: end > 0 ? end : 1,
      isLogarithmic: false)
  }

  /// An axis in powers of ten.
  static func logarithmic(
    _ name: String, _ unit: AxisUnit, from least: Double, to greatest: Double
  ) -> Axis {
    let ticks = Ticks.powers(from: least, to: greatest)
    return Axis(
      name: name, unit: unit, ticks: ticks, least: ticks.first ?? 1, greatest: ticks.last ?? 10,
      isLogarithmic: true)
  }

  /// An axis of shares that ends at 100%, unless there is more.
  static func share(_ name: String, upTo greatest: Double) -> Axis {
    greatest > 1.005
      ? .linear(name, .share, upTo: greatest)
      : Axis(
        name: name, unit: .share, ticks: [0, 0.25, 0.5, 0.75, 1], least: 0, greatest: 1,
        isLogarithmic: false)
  }

  /// An axis of durations: logarithmic if they differ much.
  static func durations(_ name: String, from least: Double, to greatest: Double) -> Axis {
    guard least > 0, greatest > 20 * least else {
      return .linear(name, .seconds, upTo: greatest)
    }
    return .logarithmic(name, .seconds, from: least, to: greatest)
  }

  /// Where a value is along the axis, from 0 to 1; what is beyond an end is at the end.
  func place(of value: Double) -> Double {
    guard value.isFinite else { return value > 0 ? 1 : 0 }
    if isLogarithmic {
      guard value > least else { return 0 }
      let place = Elementary.log(value / least) / Elementary.log(greatest / least)
      return min(place, 1)
    }
    return min(max((value - least) / (greatest - least), 0), 1)
  }
}
