import Components

/// Gives faults to the arms whose components they are about.
struct FaultBinding {
  let diagnostics: DiagnosticCollector

  /// Reads `faults` of an experiment or an arm.
  static func read(_ parameters: inout ParameterReader) -> [Fault] {
    parameters.sections("faults", "What goes wrong, and when.") { Fault(from: &$0) }
      .compactMap { $0 }
  }

  /// Adds an experiment's faults to each arm that has the component, and checks all.
  func bind(_ common: [Fault], to arms: [Experiment.Arm]) -> [Experiment.Arm] {
    for fault in common {
      guard let name = fault.component else { continue }
      let known = arms.flatMap { $0.components.map(\.name) }
      if !known.contains(name) { reportUnknown(fault, name, known) }
    }
    return arms.map { arm in
      var arm = arm
      for fault in arm.faults { checkOwn(fault, arm) }
      arm.faults += common.filter { fault in
        fault.component == nil || arm.components.contains { $0.name == fault.component }
      }
      for fault in arm.faults { checkKind(fault, arm) }
      return arm
    }
  }

  private func checkOwn(_ fault: Fault, _ arm: Experiment.Arm) {
    let known = arm.components.map(\.name)
    guard let name = fault.component, !known.contains(name) else { return }
    reportUnknown(fault, name, known)
  }

  private func reportUnknown(_ fault: Fault, _ name: String, _ known: [String]) {
    report("there is no component '\(name)'", fault, Spelling.help(for: name, among: known))
  }

  /// Whether the component, or any if none is named, can suffer such a fault.
  private func checkKind(_ fault: Fault, _ arm: Experiment.Arm) {
    guard let kind = fault.kind else { return }
    let able = arm.components.filter { type(of: $0.specification).faults.contains(kind) }
    guard let name = fault.component else {
      if able.isEmpty {
        report(
          "no component of arm '\(arm.name)' stands in an Availability Zone", fault,
          "lose instances with 'stop'")
      }
      return
    }
    guard let specification = arm.components.first(where: { $0.name == name })?.specification,
      !able.contains(where: { $0.name == name })
    else { return }
    let possible = type(of: specification).faults.filter { $0 != .loseZone }.map(\.participle)
    let others = able.map(\.name)
    let own = (possible + ["slowed", "made to fail"]).joined(separator: ", ")
    report(
      "'\(name)' is a \(type(of: specification).kind), which cannot be \(kind.participle)", fault,
      "it can be \(own)"
        + (others.isEmpty
          ? "" : "; \(others.joined(separator: ", ")) can be \(kind.participle)"))
  }

  private func report(_ message: String, _ fault: Fault, _ help: String?) {
    diagnostics.append(Diagnostic(at: fault.location, message, help: help))
  }
}
