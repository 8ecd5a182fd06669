import Analysis
import Kernel

/// The response time of every percentile, on an axis that gives each further nine as much room.
enum PercentileChart {
  /// Percentiles that the table lists.
  private static let listed = [0, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1]

  /// The chart of all arms in which requests have ended.
  static func figure(_ arms: [ArmResult]) -> Figure? {
    let shown = arms.indices.filter { arms[$0].total.response.count > 0 }
    let responses = shown.map { arms[$0].total.response }
    guard let least = responses.compactMap(\.minimum).min(),
      let greatest = responses.compactMap(\.maximum).max(), greatest > 0
    else { return nil }
    let nines = min(max(shown.map { mostNines(arms[$0].total.response) }.max() ?? 1, 1), 6)
    let half = -Elementary.log(0.5) / Elementary.log(10)
    let horizontal = Axis(
      name: "Percentile of the requests", unit: .nines,
      ticks: [half] + (1...Int(nines.rounded(.up))).map { Double($0) }, least: 0,
      greatest: nines, isLogarithmic: false)
    let plot = Plot(
      horizontal: horizontal,
      vertical: .durations("Response time", from: least, to: greatest))
    let lines = shown.map { index in
      Markup.path(
        plot.line(curve(arms[index].total.response)), class: LineStyle.line(index))
    }
    return Figure(
      title: "Response time by percentile",
      description: zip(shown, responses).map { index, response in
        "\(arms[index].name): median \(text(response.p50)), 99th percentile "
          + "\(text(response.p99)), longest \(text(response.maximum))."
      }.joined(separator: " "),
      legend: Figure.legend(of: arms, shown),
      height: plot.height, drawing: plot.frame + lines, table: table(arms, shown))
  }

  private static func table(_ arms: [ArmResult], _ shown: [Int]) -> DataTable {
    DataTable(
      caption: "Response time by percentile", columns: ["Percentile"] + shown.map { arms[$0].name },
      rows: listed.map { share in
        let name = share == 0 ? "minimum" : share == 1 ? "maximum" : Wording.share(share)
        return [name] + shown.map { text(arms[$0].total.response.quantile(share)) }
      })
  }

  private static func text(_ seconds: Double?) -> String { MetricUnit.seconds.text(seconds) }

  /// The nines of the highest percentile that so many requests tell of.
  private static func mostNines(_ response: ResponseSummary) -> Double {
    Elementary.log(Double(response.count)) / Elementary.log(10)
  }

  private static func curve(_ response: ResponseSummary) -> [(x: Double, y: Double)] {
    let most = mostNines(response)
    let steps = 120
    return (0...steps).compactMap { step in
      let nines = most * Double(step) / Double(steps)
      let share = 1 - Elementary.exp(-nines * Elementary.log(10))
      let value = response.quantile(step == steps ? 1 : min(max(share, 0), 1))
      return value.map { (nines, $0) }
    }
  }
}
