import Components

/// Reads the arms: their components, and whether these fit together.
struct ArmReader {
  /// Names that stand for parts of every simulation.
  private static let reservedNames = ["client", "faults", "metrics", "observer", "user-network"]

  private let context: ReadingContext

  init(_ context: ReadingContext) { self.context = context }

  private var diagnostics: DiagnosticCollector { context.diagnostics }

  func read(_ setting: Setting?) -> [Experiment.Arm] {
    guard let setting else { return [] }
    guard let entries = setting.map, !entries.isEmpty else {
      diagnostics.append(
        Diagnostic(
          at: setting.location, length: setting.underline,
          "'arms' takes a map from names to arms, not \(setting.form)",
          help: "write 'before:' and 'after:' below, each with entry and components"))
      return []
    }
    return Extension(arms: entries, diagnostics: diagnostics).resolved().map { arm($0) }
  }

  private func arm(_ entry: Setting.Entry) -> Experiment.Arm {
    let components = entry.value.map?.first { $0.key == "components" }?.value.map ?? []
    var context = context
    context.componentKinds = components.compactMap { component in
      kind(of: component).map { (component.key, $0) }
    }
    var parameters = ParameterReader(
      reading: entry.value, context: context, owner: "arm '\(entry.key)'", at: entry)
    let arm = arm(entry.key, at: entry.keyLocation, &parameters)
    checkQuestions(arm, entry.keyLocation)
    return arm
  }

  /// What an arm takes, told by the code that reads it.
  var parameters: [ParameterDescription] {
    var parameters = ParameterReader(describing: context)
    _ = arm("", at: parameters.location, &parameters)
    return parameters.descriptions
  }

  private func arm(
    _ name: String, at location: SourceLocation, _ parameters: inout ParameterReader
  ) -> Experiment.Arm {
    _ = parameters.optionalText("extends", "The arm that this one changes.")
    _ = parameters.optionalText("summary", "What the architecture is, in a line.")
    let specifications = parameters.namedSections(
      "components", "The components by name.", required: true
    ) { name, component in
      if Self.reservedNames.contains(name) {
        component.report(
          "'\(name)' cannot be the name of a component: reports use it for what the users see",
          at: nil, help: "choose another name")
      }
      return specification(&component)
    }
    let entryPoint = parameters.component(
      "entry", answering: "call", "The component where requests enter.")
    let region = region(&parameters)
    let faults = FaultBinding.read(&parameters)
    parameters.finish()
    return Experiment.Arm(
      name: name, location: location, region: region, entry: entryPoint.name,
      components: specifications.compactMap { component in
        component.value.map { (component.name, $0) }
      }, faults: faults)
  }

  private func region(_ parameters: inout ParameterReader) -> String? {
    let region = parameters.optionalText(
      "region", "The Region of the components; needed if users are in Regions.")
    let known = context.catalogue.regions
    if let region, !known.contains(region) {
      parameters.report(
        "there is no Region '\(region)' in the catalogue", at: "region",
        help: Spelling.help(for: region, among: known))
      return ""
    }
    return region
  }

  /// The kind as written, if there is such a kind; others are reported when they are read.
  private func kind(of component: Setting.Entry) -> String? {
    let kind = component.value.map?.first { $0.key == "kind" }?.value.text
    return kind.flatMap { ComponentCatalog.specification(ofKind: $0) == nil ? nil : $0 }
  }

  private func specification(
    _ parameters: inout ParameterReader
  ) -> (any ComponentSpecification)? {
    let kind = parameters.text("kind", default: nil, "The kind of component.")
    guard let type = ComponentCatalog.specification(ofKind: kind) else {
      let kinds = ComponentCatalog.all.map { $0.kind }
      if parameters.has("kind"), !kind.isEmpty {
        parameters.report(
          "there is no kind of component called '\(kind)'", at: "kind",
          help: Spelling.help(for: kind, among: kinds))
        parameters.ignoreRest()
      }
      return nil
    }
    return type.init(from: &parameters)
  }

  // MARK: Whether components fit together

  /// Whether everything that components ask of one another can be answered.
  private func checkQuestions(_ arm: Experiment.Arm, _ location: SourceLocation) {
    for component in arm.components {
      for question in component.specification.questions {
        check(question, arm)
      }
      checkTargets(component.name, component.specification, arm)
    }
    for component in arm.components { checkCycle(component.name, arm, location) }
    CallCycles(arm, diagnostics).check()
  }

  private func check(_ question: Question, _ arm: Experiment.Arm) {
    guard
      let target = arm.components.first(where: { $0.name == question.target.name })?.specification
    else { return }
    if let operation = question.operation as? EndpointOperation {
      let endpoints = Self.endpoints(of: question.target.name, arm, [])
      report(
        Self.problem(operation.endpoint, endpoints, question.target.name),
        question.target.location)
    } else if let problem = target.problem(with: question.operation) {
      report(
        ("\(problem.message) in '\(question.target.name)'", problem.help), question.target.location)
    }
  }

  /// Whether a load balancer may come to have more targets than it takes.
  private func checkTargets(
    _ name: String, _ specification: any ComponentSpecification, _ arm: Experiment.Arm
  ) {
    guard let limit = specification.targetLimit, let first = limit.components.first else { return }
    let most = limit.components.reduce(0) { sum, reference in
      let target = arm.components.first { $0.name == reference.name }
      return sum + (target?.specification.mostReplicas ?? 0)
    }
    guard most > limit.count else { return }
    report(
      (
        "'\(name)' may have \(most) targets, more than \(limit.count)",
        "write a smaller 'max', or several load balancers"
      ), first.location)
  }

  private func report(_ problem: (message: String, help: String?)?, _ place: SourceLocation) {
    guard let problem else { return }
    diagnostics.append(Diagnostic(at: place, problem.message, help: problem.help))
  }

  /// Load balancers in a ring would route for ever.
  private func checkCycle(
    _ name: String, _ arm: Experiment.Arm, _ location: SourceLocation
  ) {
    var open = targets(of: name, arm)
    var seen: [String] = []
    while let next = open.popLast() {
      if next == name {
        diagnostics.append(
          Diagnostic(
            at: location, "'\(name)' routes to itself",
            help: "let it route to a component that serves requests"))
        return
      }
      guard !seen.contains(next) else { continue }
      seen.append(next)
      open += targets(of: next, arm)
    }
  }

  private func targets(of name: String, _ arm: Experiment.Arm) -> [String] {
    arm.components.first { $0.name == name }?.specification.endpoints.targets ?? []
  }

  /// The endpoints of a component; nil if it serves every request alike.
  private static func endpoints(
    of name: String, _ arm: Experiment.Arm, _ passed: [String]
  ) -> [String]? {
    guard !passed.contains(name),
      let component = arm.components.first(where: { $0.name == name })
    else { return nil }
    switch component.specification.endpoints {
    case .unnamed: return nil
    case .named(let names): return names
    case .those(let targets):
      let lists = targets.compactMap { endpoints(of: $0, arm, passed + [name]) }
      guard let first = lists.first else { return nil }
      return first.filter { endpoint in lists.allSatisfy { $0.contains(endpoint) } }
    case .routed(let routes, let rest):
      guard let others = endpoints(of: rest, arm, passed + [name]) else { return nil }
      let routed = routes.map(\.endpoint)
      return routed + others.filter { !routed.contains($0) }
    }
  }

  private static func problem(
    _ endpoint: String?, _ endpoints: [String]?, _ component: String
  ) -> (message: String, help: String?)? {
    guard let endpoints else { return nil }
    guard let endpoint else {
      return endpoints.count == 1
        ? nil
        : (
          "'\(component)' has several endpoints and none is named",
          "write one of \(endpoints.joined(separator: ", "))"
        )
    }
    if endpoints.contains(endpoint) { return nil }
    return (
      "'\(component)' has no endpoint '\(endpoint)'",
      Spelling.help(for: endpoint, among: endpoints)
    )
  }

  /// Whether each arm's entry serves the endpoints of the mix.
  static func check(
    _ workload: Workload, _ arms: [Experiment.Arm], _ diagnostics: DiagnosticCollector
  ) {
    for arm in arms where !arm.entry.isEmpty {
      checkRegions(workload, arm, diagnostics)
      let endpoints = endpoints(of: arm.entry, arm, [])
      for entry in workload.mix {
        guard let problem = problem(entry.endpoint, endpoints, arm.entry) else { continue }
        diagnostics.append(
          Diagnostic(
            at: entry.location, length: entry.endpoint.unicodeScalars.count,
            "\(problem.message), where requests of arm '\(arm.name)' enter", help: problem.help))
      }
      if workload.mix.isEmpty, endpoints?.count == 1 {
        checkUnnamed(arm, workload, diagnostics)
      }
      if workload.mix.isEmpty, let endpoints, endpoints.count != 1 {
        diagnostics.append(
          Diagnostic(
            at: workload.location,
            "'\(arm.entry)' has \(endpoints.count) endpoints, and the workload has no 'mix'",
            help: "write mix: {\(endpoints.map { "\($0): 1" }.joined(separator: ", "))}"))
      }
    }
  }

  /// Whether the times between users and components are known.
  private static func checkRegions(
    _ workload: Workload, _ arm: Experiment.Arm, _ diagnostics: DiagnosticCollector
  ) {
    guard let audience = workload.audience else { return }
    guard let home = arm.region else {
      diagnostics.append(
        Diagnostic(
          at: arm.location, length: arm.name.unicodeScalars.count,
          "arm '\(arm.name)' is in no Region, but the users are",
          help: "write its Region, such as region: us-east-1"))
      return
    }
    guard !home.isEmpty else { return }
    let users = audience.shares.map(\.region)
    audience.check(
      home: home,
      further: arm.components.flatMap { $0.specification.roundTrips(from: users, home: home) },
      diagnostics)
  }

  /// Without a mix no endpoint is named, which each component that requests reach must answer.
  private static func checkUnnamed(
    _ arm: Experiment.Arm, _ workload: Workload, _ diagnostics: DiagnosticCollector
  ) {
    var open = [arm.entry]
    var seen: [String] = []
    while let name = open.popLast(), !seen.contains(name) {
      seen.append(name)
      switch arm.components.first(where: { $0.name == name })?.specification.endpoints {
      case .those(let targets): open += targets
      case .routed(_, let rest): open.append(rest)
      case .named(let names) where names.count > 1:
        diagnostics.append(
          Diagnostic(
            at: workload.location,
            "'\(name)' has \(names.count) endpoints, and the workload has no 'mix'",
            help: "write mix: {\(endpoints(of: arm.entry, arm, [])?.first ?? names[0]): 1}"))
        return
      default: break
      }
    }
  }
}
