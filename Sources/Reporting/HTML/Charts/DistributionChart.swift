import Analysis
import Kernel

/// How often which response time occurred.
enum DistributionChart {
  private static let bins = 48

  /// The chart of all arms in which requests have ended.
  static func figure(_ arms: [ArmResult]) -> Figure? {
    let shown = arms.indices.filter { arms[$0].total.response.count > 0 }
    let responses = shown.map { arms[$0].total.response }
    guard let least = responses.compactMap(\.minimum).min(),
      let greatest = responses.compactMap(\.maximum).max(), greatest > 0
    else { return nil }
    let horizontal = Axis.durations("Response time", from: least, to: greatest)
    let bounds = self.bounds(of: horizontal)
    let shares = responses.map { self.shares(of: $0, between: bounds) }
    let most = shares.flatMap { $0 }.max() ?? 1
    let plot = Plot(
      horizontal: horizontal, vertical: .linear("Share of the requests", .share, upTo: most))
    let shapes = zip(shown, shares).flatMap { index, shares -> [Markup] in
      let steps = self.steps(shares, bounds)
      return [
        .path(plot.surface(steps), class: LineStyle.surface(index)),
        .path(plot.line(steps), class: LineStyle.line(index)),
      ]
    }
    return Figure(
      title: "Distribution of the response time",
      description: zip(shown, responses).map { index, response in
        "\(arms[index].name): half of the requests take from "
          + "\(MetricUnit.seconds.text(response.quantile(0.25))) to "
          + "\(MetricUnit.seconds.text(response.quantile(0.75)))."
      }.joined(separator: " "),
      legend: Figure.legend(of: arms, shown),
      height: plot.height, drawing: plot.frame + shapes,
      table: table(arms, shown, shares, bounds))
  }

  /// The bounds of the bins: equal distances on the axis.
  private static func bounds(of axis: Axis) -> [Double] {
    (0...bins).map { bin in
      let place = Double(bin) / Double(bins)
      guard axis.isLogarithmic else { return axis.greatest * place }
      return axis.least * Elementary.exp(place * Elementary.log(axis.greatest / axis.least))
    }
  }

  /// The share of the requests in each bin; the first holds what is shorter too.
  private static func shares(
    of response: ResponseSummary, between bounds: [Double]
  ) -> [Double] {
    var below = 0.0
    return (1..<bounds.count).map { bin in
      let upTo = bin == bounds.count - 1 ? 1 : response.share(atMost: bounds[bin]) ?? 0
      defer { below = upTo }
      return max(upTo - below, 0)
    }
  }

  private static func steps(_ shares: [Double], _ bounds: [Double]) -> [(x: Double, y: Double)] {
    shares.indices.flatMap { [(bounds[$0], shares[$0]), (bounds[$0 + 1], shares[$0])] }
  }

  private static func table(
    _ arms: [ArmResult], _ shown: [Int], _ shares: [[Double]], _ bounds: [Double]
  ) -> DataTable {
    let filled = (0..<bins).filter { bin in shares.contains { $0[bin] > 0 } }
    return DataTable(
      caption: "Share of the requests by response time",
      columns: ["Response time"] + shown.map { arms[$0].name },
      rows: filled.map { bin in
        let range = [bounds[bin], bounds[bin + 1]].map { Wording.duration($0) }
        return [range.joined(separator: " to ")] + shares.map { Wording.share($0[bin]) }
      })
  }
}
