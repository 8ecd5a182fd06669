import Analysis
import Components
import Kernel

// How the architecture fared: its components, its scaling and its bill.
extension TerminalReport {
  /// The metrics that matter of each component, the arms side by side.
  var componentTable: [String] {
    var table = TerminalTable(comparisonColumns("Components", hasRatios: false))
    for (name, kind) in componentNames {
      let components = result.arms.map { $0.component(name) }
      let rows = MetricPresentation.all(in: components).compactMap { row(of: $0, components) }
      guard !rows.isEmpty else { continue }
      let title = kind == name ? name : "\(name) (\(kind))"
      table.append([Cell(title, .bold, indent: 2)])
      for row in rows { table.append(row) }
    }
    return table.rows.isEmpty ? [] : table.lines(width: width, style: style)
  }

  private func row(
    of presentation: MetricPresentation, _ components: [ComponentResult?]
  ) -> [Cell]? {
    let values = components.map(presentation.estimate)
    guard values.contains(where: { $0 != nil }) else { return nil }
    if presentation.isHiddenAtZero, values.allSatisfy({ $0?.value ?? 0 == 0 }) { return nil }
    return [Cell(presentation.label, indent: 4)]
      + values.flatMap { value in
        let isAlarming = presentation.alarm.map { value?.value ?? 0 >= $0 } ?? false
        return valueCells(value, presentation.unit, isAlarming ? .warning : .none)
      }
  }

  /// The components of all arms, in the order in which the arms name them.
  private var componentNames: [(name: String, kind: String)] {
    var names: [(name: String, kind: String)] = []
    for component in result.arms.flatMap(\.components) {
      if !names.contains(where: { $0.name == component.name }) {
        names.append((component.name, component.kind))
      }
    }
    return names
  }

  // MARK: - Scaling

  /// How many changes of capacity are told of one arm.
  private static let scalingLimit = 12

  /// The changes of capacity as sentences that name the delays.
  var scalingTimeline: [String] {
    guard result.arms.contains(where: { !$0.scaling.isEmpty }) else { return [] }
    let isMany = result.replications > 1
    var lines = [sectionHeading(isMany ? "Scaling in the first replication" : "Scaling")]
    for arm in result.arms {
      if result.arms.count > 1 {
        lines += item(arm.name, .bold, arm.scaling.isEmpty ? "no change of capacity" : "")
      }
      let told = arm.scaling.prefix(Self.scalingLimit)
      let moments = told.map { Wording.moment($0.at.inSeconds) }
      let longest = moments.map(\.count).max() ?? 0
      for (action, moment) in zip(told, moments) {
        let margin = longest - moment.count + (result.arms.count > 1 ? 2 : 0)
        lines += item(
          String(repeating: " ", count: margin) + moment, .none, sentence(action),
          isHanging: true)
      }
      let rest = arm.scaling.count - Self.scalingLimit
      if rest > 0 { lines += paragraph("    … and \(rest) more, all of them in the JSON") }
    }
    return lines.map(withoutTrailingSpaces)
  }

  private func sentence(_ action: ScalingAction) -> String {
    let grows = action.to > action.from
    var text = "\(action.component) \(grows ? "grows" : "shrinks") from \(action.from) to "
    text += "\(action.to): \(action.cause)."
    let delays = action.delays.filter { $0.duration > 0 }
    guard let longest = action.longestDelay else { return text }
    let parts = delays.map { delay in
      "\(delay.spokenName) \(Wording.duration(delay.duration.inSeconds))"
    }
    text += grows ? " It served " : " That was "
    text += "\(Wording.duration(action.totalDelay)) after the breach: \(Wording.list(parts))"
    if delays.count > 1 { text += "; the longest was the \(longest.spokenName)" }
    return text + "."
  }

  private func withoutTrailingSpaces(_ line: String) -> String {
    var line = line
    while line.last == " " { line.removeLast() }
    return line
  }

  // MARK: - Cost

  /// The monthly bill by item, the arms side by side.
  var costTable: [String] {
    guard result.arms.contains(where: { !$0.cost.items.isEmpty }) else { return [] }
    var table = TerminalTable(comparisonColumns("Cost per month"))
    let none: (Double?, Double?) -> String? = { _, _ in nil }
    for (component, what) in billed {
      table.append(
        comparisonRow("\(component): \(what)", .dollars, compare: none) { arm in
          arm.cost.items.first { $0.component == component && $0.what == what }?.amount
        })
    }
    table.append(
      comparisonRow("total", .dollars, "cost.monthly", compare: Ratio.amount) {
        $0.monthlyCostEstimate
      }
    )
    return table.lines(width: width, style: style)
  }

  /// The lines of all bills, in the order in which the arms name them.
  private var billed: [(component: String, what: String)] {
    var lines: [(component: String, what: String)] = []
    for item in result.arms.flatMap(\.cost.items) {
      if !lines.contains(where: { $0.component == item.component && $0.what == item.what }) {
        lines.append((item.component, item.what))
      }
    }
    return lines
  }
}
