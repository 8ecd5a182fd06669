/// Amounts beside each other: for each thing a bar of each arm.
struct BarChart {
  /// One thing with the amount of each arm, nil where an arm has none.
  struct Row {
    var name: String
    var values: [Double?]
  }

  /// What the chart is called.
  var title: String
  /// What the table calls the things.
  var things: String
  /// The arms.
  var arms: [String]
  /// The things.
  var rows: [Row]
  /// How an amount is written.
  var text: (Double?) -> String

  private static let bar = 13.0
  private static let gap = 3.0
  private static let between = 10.0
  private static let caption = 18.0

  /// The chart, or nil if all amounts are 0.
  var figure: Figure? {
    let values = rows.flatMap { $0.values.compactMap { $0 } }
    guard let greatest = values.max(), greatest > 0 else { return nil }
    var drawing: [Markup] = []
    var y = 2.0
    for row in rows {
      drawing.append(
        .label(LabelWidth.fitting(row.name, in: Plot.width - 6), 2, y + 12))
      y += Self.caption
      for (index, value) in row.values.enumerated() {
        let amount = text(value)
        let room = Plot.width - 10 - widestAmount
        let width = room * (value ?? 0) / greatest
        drawing.append(
          .rectangle(
            2, y, max(width, value ?? 0 > 0 ? 1 : 0), Self.bar,
            class: LineStyle.surface(index) + " bar", title: "\(arms[index]): \(amount)"))
        drawing.append(.label(amount, 8 + width, y + 11))
        y += Self.bar + Self.gap
      }
      y += Self.between
    }
    return Figure(
      title: title,
      description: rows.map { row in
        let parts = zip(arms, row.values).map { "\($0) \(text($1))" }
        return "\(row.name): \(parts.joined(separator: ", "))."
      }.joined(separator: " "),
      legend: arms.count < 2
        ? []
        : arms.enumerated().map {
          .init(style: LineStyle.surface($0) + " bar", isSurface: true, text: $1)
        },
      height: y, drawing: drawing,
      table: DataTable(
        caption: title, columns: [things] + arms,
        rows: rows.map { [$0.name] + $0.values.map(text) }))
  }

  private var widestAmount: Double {
    rows.flatMap { $0.values.map { LabelWidth.of(text($0)) } }.max() ?? 0
  }
}
