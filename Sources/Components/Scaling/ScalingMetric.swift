import Kernel

/// The metric that a scaling policy follows: one of the component's own, or another's.
struct ScalingMetric: Sendable {
  /// The component that publishes it; nil is the one that is scaled.
  let component: String?
  let declaration: MetricDeclaration
  /// The metric of the scaled component that it is divided by, if it is.
  let divisor: String?

  /// Reads the metric of a policy.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the policy.
  ///   - own: what the component publishes itself; the first is the default.
  ///   - count: which of these is its capacity.
  init(from parameters: inout ParameterReader, own: [MetricDeclaration], count: Int) {
    let name = parameters.text(
      "metric", default: own[0].name, "The metric, by the name that CloudWatch gives it.")
    component = parameters.optionalText(
      "of", "The component that publishes the metric; the scaled one if none is written.")
    let isShared = parameters.flag(
      "per-capacity", default: false,
      "Whether the metric is divided by the instances or tasks in service: a backlog for each.",
      source: "ASG/as-using-sqs-queue")
    divisor = isShared ? own[count].name : nil
    var known = own
    if let component, !parameters.isDescribing {
      let kinds = parameters.context.componentKinds
      if let kind = kinds.first(where: { $0.name == component })?.kind {
        known = ComponentCatalog.specification(ofKind: kind)?.publishedMetrics ?? []
      } else {
        parameters.report(
          "there is no component '\(component)'", at: "of",
          help: Spelling.help(for: component, among: kinds.map(\.name)))
      }
    }
    if let declaration = known.first(where: { $0.name == name }) {
      self.declaration = declaration
      return
    }
    declaration = own[0]
    let owner = component.map { "'\($0)'" } ?? "the component itself"
    parameters.report(
      "\(owner) publishes no metric '\(name)'", at: component == nil ? "metric" : "of",
      help: known.isEmpty
        ? "it publishes none" : Spelling.help(for: name, among: known.map(\.name)))
  }

  /// Reads a value in the metric's unit; nil if none is written.
  func value(
    _ name: String, from parameters: inout ParameterReader, _ summary: String
  ) -> Double? {
    guard let text = parameters.optionalText(name, summary) else { return nil }
    do {
      let value = try parsed(text)
      if value >= 0 { return value }
      parameters.report("'\(text)' is below 0", at: name)
    } catch {
      parameters.report(error.message, at: name, help: error.help)
    }
    return nil
  }

  private func parsed(_ text: String) throws(UnitProblem) -> Double {
    switch declaration.unit {
    case .share: try Units.share(text)
    case .count: try Units.number(text)
    case .seconds: try Units.duration(text).inSeconds
    case .bytes: Double(try Units.size(text))
    }
  }
}
