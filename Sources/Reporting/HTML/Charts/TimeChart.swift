import Analysis
import Components

/// Values over the time of the run, a line for each arm or for each kind of value.
struct TimeChart {
  /// One line.
  struct Line {
    /// What it is.
    var name: String
    /// The class of its look.
    var style: String
    /// The values; each is the average over the time since the one before.
    var points: [Series.Point]
  }

  /// What the chart is called.
  var title: String
  /// What the vertical axis is called.
  var axis: String
  /// What the values mean.
  var unit: AxisUnit
  /// The lines.
  var lines: [Line]
  /// When the time axis ends.
  var end: Double
  /// Whether there is one line only, and nothing that it could be taken for.
  var isUnambiguous = false

  /// How many times the table lists.
  private static let listed = 12

  /// The chart, or nil if nothing but zeros was observed.
  var figure: Figure? {
    let shown = lines.filter { !$0.points.isEmpty }
    let values = shown.flatMap { $0.points.map(\.value) }.filter(\.isFinite)
    guard let greatest = values.max(), greatest > 0 else { return nil }
    let vertical = verticalAxis(greatest, values)
    let plot = Plot(horizontal: .time(upTo: end), vertical: vertical)
    let paths = shown.map { line in
      Markup.path(plot.line(line.points.map { ($0.time, $0.value) }), class: line.style)
    }
    var notes: [String] = []
    if vertical.isLogarithmic { notes.append("What is less than the lowest mark is drawn there.") }
    if values.contains(where: { $0 < 0 }) { notes.append("Values below zero are drawn at zero.") }
    return Figure(
      title: title, description: shown.map(description).joined(separator: " "),
      legend: isUnambiguous ? [] : shown.map { .init(style: $0.style, text: $0.name) },
      note: notes.isEmpty ? nil : notes.joined(separator: " "), height: plot.height,
      drawing: plot.frame + paths, table: table(shown))
  }

  /// Logarithmic where a few values stand so high that nothing else could be seen.
  private func verticalAxis(_ greatest: Double, _ values: [Double]) -> Axis {
    if unit == .share { return .share(axis, upTo: greatest) }
    let medians = lines.compactMap { line -> Double? in
      let sorted = line.points.map(\.value).sorted()
      return sorted.isEmpty ? nil : sorted[sorted.count / 2]
    }
    let typical = medians.max() ?? 0
    guard typical > 0, greatest > 20 * typical else {
      return .linear(axis, unit, upTo: greatest)
    }
    let least = medians.filter { $0 > 0 }.min() ?? typical
    return .logarithmic(axis, unit, from: max(least / 2, greatest / 1e6), to: greatest)
  }

  private func description(_ line: Line) -> String {
    let values = line.points.map(\.value).filter(\.isFinite)
    guard let least = values.min(), let greatest = values.max() else { return "" }
    let mean = values.reduce(0, +) / Double(values.count)
    return "\(line.name): \(unit.text(mean)) on average, from \(unit.text(least)) to "
      + "\(unit.text(greatest))."
  }

  private func table(_ shown: [Line]) -> DataTable {
    let window = end / Double(Self.listed)
    return DataTable(
      caption: "\(title), averages over equal windows",
      columns: ["Until"] + shown.map(\.name),
      rows: (0..<Self.listed).map { row in
        let from = Double(row) * window
        let cells = shown.map { line in
          let inside = line.points.filter { $0.time > from && $0.time <= from + window * 1.000001 }
          guard !inside.isEmpty else { return "–" }
          return unit.text(inside.reduce(0) { $0 + $1.value } / Double(inside.count))
        }
        let until = from + window
        return [end < 60 ? Wording.duration(until) : Wording.moment(until)] + cells
      })
  }
}
