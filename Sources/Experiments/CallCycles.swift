import Components

/// Finds endpoints that call themselves, directly or by way of others: such a request never ends.
struct CallCycles {
  private struct Place: Hashable {
    let component: String
    let endpoint: String?
  }

  private let arm: Experiment.Arm
  private let diagnostics: DiagnosticCollector

  init(_ arm: Experiment.Arm, _ diagnostics: DiagnosticCollector) {
    self.arm = arm
    self.diagnostics = diagnostics
  }

  /// Reports the first call of each component by which a request comes back to where it was.
  func check() {
    for component in arm.components {
      for question in component.specification.questions {
        guard let operation = question.operation as? EndpointOperation else { continue }
        let start = Place(component: component.name, endpoint: question.endpoint)
        guard leads(from: place(question.target.name, operation), to: start) else { continue }
        let name = question.endpoint.map { "\(component.name).\($0)" } ?? component.name
        diagnostics.append(
          Diagnostic(
            at: question.target.location, length: question.target.name.unicodeScalars.count,
            "by this call '\(name)' calls itself, and so on without end",
            help: "let it call another endpoint"))
        break
      }
    }
  }

  private func specification(_ name: String) -> (any ComponentSpecification)? {
    arm.components.first { $0.name == name }?.specification
  }

  /// The endpoint that is asked; the only one if none is named.
  private func place(_ component: String, _ operation: EndpointOperation) -> Place {
    if operation.endpoint == nil,
      case .named(let names)? = specification(component)?.endpoints, names.count == 1
    {
      return Place(component: component, endpoint: names[0])
    }
    return Place(component: component, endpoint: operation.endpoint)
  }

  /// Where a request goes on from a place.
  private func next(_ place: Place) -> [Place] {
    guard let specification = specification(place.component) else { return [] }
    let targets = specification.endpoints.targets(of: place.endpoint)
    if !targets.isEmpty {
      return targets.map { self.place($0, EndpointOperation(endpoint: place.endpoint)) }
    }
    return specification.questions.compactMap { question in
      guard question.endpoint == place.endpoint,
        let operation = question.operation as? EndpointOperation
      else { return nil }
      return self.place(question.target.name, operation)
    }
  }

  private func leads(from start: Place, to goal: Place) -> Bool {
    var open = [start]
    var seen: Set<Place> = []
    while let place = open.popLast() {
      if place == goal { return true }
      guard seen.insert(place).inserted else { continue }
      open += next(place)
    }
    return false
  }
}
