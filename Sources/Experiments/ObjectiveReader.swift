import Components

/// Reads `objectives`, and checks that what they name exists.
struct ObjectiveReader {
  private let arms: [Experiment.Arm]
  private let endpoints: [String]
  private let diagnostics: DiagnosticCollector

  /// A reader of objectives on arms, and on the endpoints that the workload asks for.
  init(arms: [Experiment.Arm], endpoints: [String], diagnostics: DiagnosticCollector) {
    self.arms = arms
    self.endpoints = endpoints
    self.diagnostics = diagnostics
  }

  func read(_ parameters: inout ParameterReader) -> [Experiment.BoundObjective] {
    let context = parameters.context
    let found = parameters.sections("objectives", "What is asked of the results.") { objective in
      let arm = objective.optionalText("on", "The arm that it binds; all if none is written.")
      if let arm, !arms.contains(where: { $0.name == arm }) {
        objective.report(
          "there is no arm '\(arm)'", at: "on",
          help: Spelling.help(for: arm, among: arms.map(\.name)))
      }
      let setting = objective.setting(
        "require", "What must hold: p(99) < 500ms.", required: true)
      let require = setting.flatMap { Objective.read($0, diagnostics: context.diagnostics) }
      if let require { check(require) }
      return require.map { Experiment.BoundObjective(arm: arm, objective: $0) }
    }
    return found.compactMap { $0 }
  }

  private func check(_ objective: Objective) {
    if let endpoint = objective.endpoint, !endpoints.isEmpty {
      check(endpoint, "endpoint", endpoints)
    }
    if let baseline = objective.baseline {
      check(baseline, "arm", arms.map(\.name))
    }
    switch objective.metric {
    case .hitRate(let name), .instances(let name):
      var names: [String] = []
      for component in arms.flatMap(\.components) where !names.contains(component.name) {
        names.append(component.name)
      }
      check(name, "component", names)
    default: break
    }
  }

  private func check(_ name: Objective.Name, _ what: String, _ known: [String]) {
    guard !known.contains(name.text) else { return }
    diagnostics.append(
      Diagnostic(
        at: name.location, length: name.text.unicodeScalars.count,
        "there is no \(what) '\(name.text)'", help: Spelling.help(for: name.text, among: known)))
  }
}
