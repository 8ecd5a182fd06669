import Components
public import Experiments

/// Who calls whom in an arm: what is needed to draw it.
public struct Architecture: Sendable, Equatable {
  /// The component where requests enter, or nil if nothing is known of the arm.
  public var entry: String?
  /// The components in the order of the experiment.
  public var components: [String]
  /// The calls from one component to another, each pair once, in the order of the experiment.
  public var calls: [Call]

  /// That one component calls another.
  public struct Call: Sendable, Equatable {
    /// Who calls.
    public var caller: String
    /// Who is called.
    public var called: String

    /// A call.
    public init(from caller: String, to called: String) {
      self.caller = caller
      self.called = called
    }
  }

  /// An architecture of known parts.
  public init(entry: String? = nil, components: [String] = [], calls: [Call] = []) {
    self.entry = entry
    self.components = components
    self.calls = calls
  }

  /// The architecture of an arm, as its components describe it.
  public init(of arm: Experiment.Arm) {
    self.init(entry: arm.entry, components: arm.components.map(\.name))
    for (name, specification) in arm.components {
      let called = specification.endpoints.targets + specification.questions.map(\.target.name)
      for target in called where components.contains(target) {
        let call = Call(from: name, to: target)
        if !calls.contains(call) { calls.append(call) }
      }
    }
  }
}
