/// A component as an experiment describes it: its parameters, read and checked.
///
/// A type that conforms and stands in ``ComponentCatalog/all`` is all that a new kind of component
/// needs. Reading, validation, `windtunnel components` and the reference follow from it.
public protocol ComponentSpecification: Sendable, SendableMetatype {
  /// The kind in experiment files, hyphenated: `dynamodb-table`.
  static var kind: String { get }
  /// What it is, in a line.
  static var summary: String { get }
  /// What steps and other components can ask of it.
  static var operations: [OperationDeclaration] { get }
  /// The faults that it can suffer, beyond being slowed and made to fail.
  static var faults: [Fault.Kind] { get }
  /// The metrics that it publishes, for alarms and scaling policies.
  static var publishedMetrics: [MetricDeclaration] { get }
  /// Whether it is a store of objects, which edge caches of its Region ask directly.
  static var storesObjects: Bool { get }
  /// An arm's `components` that use it, ready to run; the component under test comes first.
  static var example: String { get }

  /// Reads the parameters; what is wrong is reported to the reader.
  init(from parameters: inout ParameterReader)

  /// The endpoints that requests can name.
  var endpoints: EndpointNames { get }
  /// What it asks of other components.
  var questions: [Question] { get }

  /// The most replicas that it can have at a time, each a target of a load balancer.
  var mostReplicas: Int { get }
  /// Among whose replicas it spreads requests, and how many there may be in all; nil if it does not.
  var targetLimit: (components: [ComponentReference], count: Int)? { get }

  /// What is wrong with an operation that is asked of it, such as an index that it does not have.
  func problem(with operation: any OperationSpecification) -> (message: String, help: String?)?

  /// The pairs of Regions that it must know the time between, beyond that from each user's Region
  /// to the home of the arm.
  func roundTrips(from users: [String], home: String) -> [(String, String)]

  /// Builds the component in its place.
  func build(at site: Site) -> RunningComponent
}

extension ComponentSpecification {
  /// By default a component can only be slowed and made to fail, which needs no help from it.
  public static var faults: [Fault.Kind] { [] }
  /// By default nothing is published.
  public static var publishedMetrics: [MetricDeclaration] { [] }
  /// By default a component is no store of objects.
  public static var storesObjects: Bool { false }
  /// By default a component has no endpoints by name.
  public var endpoints: EndpointNames { .unnamed }
  /// By default a component asks nothing.
  public var questions: [Question] { [] }
  /// By default a component is one.
  public var mostReplicas: Int { 1 }
  /// By default a component spreads nothing.
  public var targetLimit: (components: [ComponentReference], count: Int)? { nil }
  /// By default a component is in the home of its arm.
  public func roundTrips(from users: [String], home: String) -> [(String, String)] { [] }
  /// By default every operation that can be read is right.
  public func problem(
    with operation: any OperationSpecification
  ) -> (message: String, help: String?)? { nil }
}

/// The endpoints that a component offers.
public enum EndpointNames: Sendable {
  /// It serves every request alike, whatever its endpoint is called.
  case unnamed
  /// It serves these.
  case named([String])
  /// It serves what these components serve.
  case those(of: [String])
  /// It has these served by a component each, and what else there is by the one last named.
  case routed([(endpoint: String, target: String)], rest: String)

  /// The components that serve in its stead.
  public var targets: [String] {
    switch self {
    case .unnamed, .named: []
    case .those(let targets): targets
    case .routed(let routes, let rest): [rest] + routes.map(\.target).filter { $0 != rest }
    }
  }

  /// The components that serve an endpoint in its stead.
  public func targets(of endpoint: String?) -> [String] {
    guard case .routed(let routes, let rest) = self else { return targets }
    return [routes.first { $0.endpoint == endpoint }?.target ?? rest]
  }
}

/// What one component asks of another, to be checked when all components are known.
public struct Question: Sendable {
  /// Who is asked.
  public var target: ComponentReference
  /// What is asked.
  public var operation: any OperationSpecification
  /// The endpoint that asks, if it is one.
  public var endpoint: String?
}

/// Something that a component can be asked to do by a step: a verb with its parameters.
public struct OperationDeclaration: Sendable {
  /// The verb of the step: `get`.
  public let verb: String
  /// The parameter of the step that names the component: `table`.
  public let label: String
  /// What it does, in a line.
  public let summary: String
  /// Whether the step says which item is meant, by `key`.
  public let takesKey: Bool
  /// Whether it must say so, if it takes a key.
  public let requiresKey: Bool
  /// Whether the answer may be a miss, so that the step may have a `miss` branch.
  public let mayMiss: Bool
  /// Reads the operation's own parameters.
  public let read: @Sendable (inout ParameterReader) -> any OperationSpecification

  /// A verb.
  public init(
    _ verb: String, label: String, _ summary: String, takesKey: Bool = false,
    requiresKey: Bool = true, mayMiss: Bool = false,
    read: @escaping @Sendable (inout ParameterReader) -> any OperationSpecification
  ) {
    self.verb = verb
    self.label = label
    self.summary = summary
    self.takesKey = takesKey
    self.requiresKey = requiresKey
    self.mayMiss = mayMiss
    self.read = read
  }

  /// Serving a request: what load balancers, services and plain stations are asked for.
  public static let call = OperationDeclaration(
    "call", label: "to", "Calls an endpoint of another component and waits for its answer."
  ) { parameters in
    EndpointOperation(
      endpoint: parameters.optionalText("endpoint", "The endpoint; needed if there are several."))
  }
}
