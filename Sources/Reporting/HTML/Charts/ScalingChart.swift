import Analysis
import Components
import Kernel

/// The changes of capacity of an arm as strips over time: from the breach, by way of each named
/// delay, to the capacity that serves.
enum ScalingChart {
  /// How many changes are drawn; the table has them all.
  private static let most = 12
  private static let row = 34.0
  private static let strip = 12.0

  /// Delays in the order in which they pass; those before the decision come first.
  private static let order = [
    "metric", "publication", "alarm", "cooldown", "launch", "boot", "application_start", "hook",
    "health_check", "warm_up",
  ]
  private static let beforeDecision = ["metric", "publication", "alarm", "cooldown"]

  /// The chart of an arm, or nil if its capacity never changed.
  static func figure(_ arm: ArmResult, end: Double) -> Figure? {
    guard !arm.scaling.isEmpty else { return nil }
    let drawn = Array(arm.scaling.prefix(most))
    let last = drawn.map { start($0) + $0.totalDelay }.max() ?? end
    let horizontal = Axis.time(upTo: max(end, last))
    let base = Double(drawn.count) * row + 8
    let left = 18.0
    let width = Plot.width - 42
    func x(_ time: Double) -> Double { left + horizontal.place(of: time) * width }
    var drawing: [Markup] = []
    var free = 0.0
    for tick in horizontal.ticks {
      drawing.append(.line(x(tick), 4, x(tick), base + 4, class: "grid"))
      let text = horizontal.unit.tick(tick)
      let half = LabelWidth.of(text) / 2
      let middle = min(max(x(tick), half), Plot.width - half)
      guard middle - half >= free else { continue }
      drawing.append(.label(text, middle, base + 17, .middle))
      free = middle + half + 6
    }
    for (index, action) in drawn.enumerated() {
      drawing += strip(of: action, at: Double(index) * row + 6, x: x)
    }
    drawing.append(.line(left, base, left + width, base, class: "axis"))
    drawing.append(.label(horizontal.title, left + width, base + 35, .end))
    let rest = arm.scaling.count - drawn.count
    return Figure(
      title: "Changes of capacity and what delayed them: \(arm.name)",
      description: drawn.map(sentence).joined(separator: " "), legend: legend(drawn),
      note: rest > 0 ? "The table has \(rest) more." : nil, height: base + 40, drawing: drawing,
      table: table(arm))
  }

  /// When the first of the delays began.
  private static func start(_ action: ScalingAction) -> Double {
    let before = action.delays.filter { beforeDecision.contains($0.name) }
    return max(action.at.inSeconds - before.reduce(0) { $0 + $1.duration.inSeconds }, 0)
  }

  private static func strip(
    of action: ScalingAction, at y: Double, x: (Double) -> Double
  ) -> [Markup] {
    var time = start(action)
    let text = "\(Wording.moment(action.at.inSeconds)) \(action.component) "
    let change = "\(action.from) → \(action.to)"
    let name = LabelWidth.fitting(text, in: Plot.width - 20 - LabelWidth.of(change)) + change
    let place = min(x(time), Plot.width - 10 - LabelWidth.of(name))
    var marks: [Markup] = [.label(name, max(place, 2), y + 10)]
    for delay in action.delays where delay.duration > 0 {
      let length = delay.duration.inSeconds
      marks.append(
        .rectangle(
          x(time), y + 14, max(x(time + length) - x(time), 1), strip, class: style(delay.name),
          title: "\(delay.spokenName): \(Wording.duration(length))"))
      time += length
    }
    let decision = x(action.at.inSeconds)
    marks.append(.line(decision, y + 12, decision, y + 16 + strip, class: "decision"))
    return marks
  }

  /// The class of a delay: blue before the decision, orange after it, each darker than the last.
  private static func style(_ delay: String) -> String {
    "delay d\((order.firstIndex(of: delay) ?? order.count - 1) + 1)"
  }

  private static func legend(_ actions: [ScalingAction]) -> [Figure.LegendEntry] {
    let delays = actions.flatMap(\.delays).filter { $0.duration > 0 }
    let used = order.compactMap { name in delays.first { $0.name == name } }
    return used.map {
      .init(style: style($0.name), isSurface: true, text: $0.spokenName)
    } + [.init(style: "decision", text: "the decision")]
  }

  private static func sentence(_ action: ScalingAction) -> String {
    let delays = action.delays.filter { $0.duration > 0 }.map {
      "\($0.spokenName) \(Wording.duration($0.duration.inSeconds))"
    }
    let text =
      "At \(Wording.moment(action.at.inSeconds)) \(action.component) goes from \(action.from) to "
      + "\(action.to)"
    return text + (delays.isEmpty ? "." : "; delays: \(Wording.list(delays)).")
  }

  private static func table(_ arm: ArmResult) -> DataTable {
    let used = order.filter { name in
      arm.scaling.contains { $0.delays.contains { $0.name == name && $0.duration > 0 } }
    }
    return DataTable(
      caption: "Changes of capacity: \(arm.name)",
      columns: ["At", "Component", "From", "To"]
        + used.map { ScalingAction.Delay($0, 0).spokenName } + ["All delays", "Why"],
      rows: arm.scaling.map { action in
        let delays = used.map { name in
          let delay = action.delays.first { $0.name == name }
          return MetricUnit.seconds.text(delay?.duration.inSeconds)
        }
        return [
          Wording.moment(action.at.inSeconds), action.component, "\(action.from)", "\(action.to)",
        ] + delays + [Wording.duration(action.totalDelay), action.cause]
      })
  }
}
