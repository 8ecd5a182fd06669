import Kernel

/// Reads the steps of an endpoint: a list of maps with one verb each.
struct StepReader {
  private static let coreVerbs = [
    "work", "wait", "choose", "parallel", "repeat", "background", "retry", "fail",
  ]

  private let context: ReadingContext
  private let endpoint: String
  private var names: [String] = []

  /// Reads a list of steps.
  ///
  /// - Parameters:
  ///   - setting: the list.
  ///   - endpoint: the endpoint's name, the default name space of keys.
  ///   - context: what is known about the rest of the experiment.
  /// - Returns: The steps that could be read.
  static func read(_ setting: Setting, endpoint: String, _ context: ReadingContext) -> [Step] {
    var reader = StepReader(context: context, endpoint: endpoint)
    return reader.steps(setting)
  }

  private init(context: ReadingContext, endpoint: String) {
    self.context = context
    self.endpoint = endpoint
  }

  private mutating func steps(_ setting: Setting?) -> [Step] {
    guard let setting else { return [] }
    guard let elements = setting.list else {
      report(
        "steps are a list, not \(setting.form)", setting, help: "begin each step with '- '")
      return []
    }
    return elements.compactMap { step($0) }
  }

  private func report(_ message: String, _ setting: Setting, help: String?) {
    context.diagnostics.append(
      Diagnostic(at: setting.location, length: setting.underline, message, help: help))
  }

  /// What a verb takes when one of some components answers it.
  static func form(
    of verb: String, among candidates: [(kind: String, operation: OperationDeclaration)],
    _ context: ReadingContext
  ) -> [ParameterDescription] {
    var parameters = ParameterReader(describing: context)
    var reader = StepReader(context: context, endpoint: "")
    _ = reader.name(of: verb, &parameters)
    _ = reader.action(verb, &parameters, among: candidates)
    return parameters.descriptions
  }

  static var allVerbs: [String] {
    var verbs = coreVerbs
    for type in ComponentCatalog.all {
      for operation in type.operations where !verbs.contains(operation.verb) {
        verbs.append(operation.verb)
      }
    }
    return verbs
  }

  private mutating func step(_ setting: Setting) -> Step? {
    guard let entries = setting.map, let entry = entries.first, entries.count == 1 else {
      report(
        "a step is a map with one verb", setting, help: "write '- work: {time: 5ms}' or the like")
      return nil
    }
    let verb = entry.key
    guard Self.allVerbs.contains(verb) else {
      context.diagnostics.append(
        Diagnostic(
          at: entry.keyLocation, length: verb.unicodeScalars.count, "unknown verb '\(verb)'",
          help: Spelling.help(for: verb, among: Self.allVerbs)))
      return nil
    }
    var parameters = ParameterReader(
      reading: entry.value, context: context, owner: "'\(verb)'", at: entry)
    let name = name(of: verb, &parameters)
    if names.contains(name) {
      context.diagnostics.append(
        Diagnostic(
          at: entry.keyLocation, length: verb.unicodeScalars.count,
          "two steps of '\(endpoint)' are called '\(name)'",
          help: "give one of them another 'name'; random draws follow from it"))
    }
    names.append(name)
    let action = action(
      verb, &parameters, among: ComponentCatalog.operations(named: verb))
    parameters.finish()
    return action.map { Step(name: name, action: $0) }
  }

  private func name(of verb: String, _ parameters: inout ParameterReader) -> String {
    parameters.text("name", default: verb, "The step's name, unique within its endpoint.")
  }

  private mutating func action(
    _ verb: String, _ parameters: inout ParameterReader,
    among candidates: [(kind: String, operation: OperationDeclaration)]
  ) -> Step.Action? {
    switch verb {
    case "work":
      return .work(
        time: parameters.timeDistribution("time", default: nil, "How long it takes alone."),
        processing: parameters.share(
          "cpu", default: 1, "The share of the time that is computing; the rest is waiting."),
        isBlocking: parameters.flag(
          "blocking", default: true, "Whether an event loop stands still while it waits."))
    case "wait":
      return .work(
        time: parameters.timeDistribution("time", default: nil, "How long it takes."),
        processing: 0, isBlocking: false)
    case "choose": return choose(&parameters)
    case "parallel":
      let setting = parameters.setting("do", "A list of lists of steps.", required: true)
      let branches = (setting?.list ?? []).map { steps($0) }
      if let setting, branches.isEmpty {
        report("'do' takes a list of lists of steps", setting, help: nil)
      }
      return .parallel(branches)
    case "repeat":
      let times = parameters.count("times", default: 1, in: 1...65_000, "How often.")
      let again = parameters.share(
        "again", default: 0, in: 0...0.999, "The chance to do it once more, each time.")
      return .repeated(times: times, again: again, body(&parameters))
    case "background": return .background(body(&parameters))
    case "retry":
      let policy = RetryPolicy(from: &parameters)
      return .retry(policy, body(&parameters))
    case "fail":
      return .fail(chance: parameters.share("chance", default: 1, "The chance to fail."))
    default: return operation(verb, &parameters, among: candidates)
    }
  }

  private mutating func body(_ parameters: inout ParameterReader) -> [Step] {
    steps(parameters.setting("do", "The steps.", required: true))
  }

  private mutating func choose(_ parameters: inout ParameterReader) -> Step.Action {
    let setting = parameters.setting(
      "branches", "A list of {share: 10%, do: [steps]}.", required: true)
    var branches: [Step.Branch] = []
    for element in setting?.list ?? [] {
      var reader = ParameterReader(reading: element, context: context, owner: "a branch")
      let share = reader.share("share", default: nil, "The chance of the branch.")
      branches.append(Step.Branch(share: share, steps: body(&reader)))
      reader.finish()
    }
    if let setting, setting.list == nil {
      report("'branches' takes a list, not \(setting.form)", setting, help: nil)
    }
    if branches.map(\.share).reduce(0, +) > 1 + 1e-9 {
      parameters.report("the shares of the branches exceed 100%", at: "branches")
    }
    let otherwise = steps(
      parameters.setting("otherwise", "The steps if no branch is chosen.", required: false))
    return .choose(branches: branches, otherwise: otherwise)
  }

  private mutating func operation(
    _ verb: String, _ parameters: inout ParameterReader,
    among candidates: [(kind: String, operation: OperationDeclaration)]
  ) -> Step.Action? {
    var labels: [String] = []
    for candidate in candidates where !labels.contains(candidate.operation.label) {
      labels.append(candidate.operation.label)
    }
    let label = labels.first { parameters.has($0) } ?? labels[0]
    let targets = parameters.components(
      label, answering: verb, "The component that is asked; of several, each in turn.")
    let target =
      targets.first ?? ComponentReference(name: "", kind: "", location: parameters.location)
    if let other = targets.first(where: { $0.kind != target.kind && verb != "call" }) {
      parameters.report(
        "'\(other.name)' is a \(other.kind), but '\(target.name)' a \(target.kind)", at: label,
        help: "ask components of one kind")
    }
    let declaration = candidates.first { $0.kind == target.kind } ?? candidates[0]
    let operation = declaration.operation.read(&parameters)
    let takesKey = declaration.operation.takesKey
    let key =
      takesKey
      ? KeySpecification(
        from: &parameters, endpoint: endpoint, isRequired: declaration.operation.requiresKey) : nil
    let mayMiss = declaration.operation.mayMiss
    let miss =
      mayMiss
      ? steps(parameters.setting("miss", "The steps when nothing is found.", required: false)) : []
    let coalesces =
      mayMiss
      && parameters.flag(
        "coalesce", default: false,
        "Whether requests for a key that is being looked up wait for that one's result.")
    let step = OperationStep(
      target: target, alternatives: Array(targets.dropFirst()), operation: operation, key: key,
      timeout: parameters.optionalDuration(
        "timeout", in: 1...Nanoseconds.longest, "How long the caller waits for an answer."),
      retry: parameters.section(
        "retry", "What is done when it fails.", required: false
      ) { RetryPolicy(from: &$0) },
      clientTime: parameters.optionalTimeDistribution(
        "client", "Time that the caller itself spends on it before it asks."),
      clientProcessing: parameters.share(
        "client-cpu", default: 1, "The share of the client time that is computing."),
      isBlocking: parameters.flag(
        "blocking", default: false, "Whether an event loop stands still until the answer is there."),
      ignoresFailure: parameters.flag(
        "ignore-failure", default: false, "Whether the endpoint goes on when it fails."),
      miss: miss, resilience: Resilience(from: &parameters), coalesces: coalesces)
    return target.name.isEmpty ? nil : .operation(step)
  }
}
