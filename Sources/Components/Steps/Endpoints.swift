import Kernel

/// The endpoints of a component that computes: names with their steps.
struct Endpoints: Sendable {
  let all: [(name: String, steps: [Step])]

  /// Reads `endpoints`.
  init(from parameters: inout ParameterReader) {
    let setting = parameters.setting(
      "endpoints", "The steps of each endpoint: a map from names to lists of steps.",
      required: true)
    guard let setting else {
      all = []
      return
    }
    guard let entries = setting.map, !entries.isEmpty else {
      parameters.report(
        "'endpoints' takes a map from names to steps, not \(setting.form)", at: setting)
      all = []
      return
    }
    let context = parameters.context
    all = entries.map { entry in
      (entry.key, StepReader.read(entry.value, endpoint: entry.key, context))
    }
  }

  var names: [String] { all.map(\.name) }

  var questions: [Question] {
    all.flatMap { name, steps in
      steps.questions.map { question in
        var question = question
        question.endpoint = name
        return question
      }
    }
  }

  /// The number of an endpoint, nil if there is no such endpoint or none is named among several.
  func number(of operation: any OperationSpecification) -> UInt16? {
    guard let operation = operation as? EndpointOperation else { return nil }
    guard let name = operation.endpoint else { return all.count == 1 ? 0 : nil }
    return all.firstIndex { $0.name == name }.map { UInt16($0) }
  }

  /// Compiles all endpoints; an endpoint's number is its place in ``names``.
  ///
  /// - Parameters:
  ///   - component: the component's name, which draws follow from.
  ///   - resources: what the component offers to the steps.
  ///   - health: what a health check computes; its number is the one after the last.
  /// - Returns: The program, not yet linked.
  func compile(
    _ component: String, _ resources: HostResources, health: Distribution? = nil
  ) -> StepProgram {
    var compiler = StepCompiler(component: component, resources: resources)
    for endpoint in all { _ = compiler.add(endpoint.name, endpoint.steps) }
    if let health {
      let check = Step(
        name: "check", action: .work(time: health, processing: 1, isBlocking: true))
      _ = compiler.add("health check", [check])
    }
    return StepProgram(compiler.program)
  }
}
