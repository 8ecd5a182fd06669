import Kernel

/// An Application Load Balancer: routes requests to targets and answers for those that fail.
///
/// Sources: ALB/load-balancer-target-groups, ALB/target-group-health-checks, ALB/sticky-sessions,
/// ALB/disable-cross-zone, ALB/application-load-balancers, ALB/load-balancer-troubleshooting.
struct ApplicationLoadBalancer: ComponentSpecification {
  static let kind = "application-load-balancer"
  static let summary = "Routes requests to targets, checks their health, and times out."
  static let operations = [OperationDeclaration.call]
  static let example = """
    alb: {kind: application-load-balancer, targets: app}
    app: {kind: service, endpoints: {page: [{work: {time: 5ms}}]}}
    """

  /// How a target is chosen.
  enum Algorithm: String, CaseIterable, Sendable {
    case roundRobin = "round-robin"
    case leastOutstanding = "least-outstanding"
    case random
  }

  let targets: [ComponentReference]
  /// The weight of each target group; empty if all targets are one group.
  let weights: [Int]
  let algorithm: Algorithm
  let slowStart: Nanoseconds?
  let stickiness: Nanoseconds?
  let zones: Zones
  let minimumHealthy: MinimumHealthy
  let routing: Distribution
  let idleTimeout: Nanoseconds
  let connectTimeout: Nanoseconds
  let deregistrationDelay: Nanoseconds
  /// How long targets keep an idle connection, if that is less than the idle timeout.
  let shortKeepAlive: Nanoseconds?
  let roundTrip: Nanoseconds
  let connectionLimit: Int
  let health: HealthChecks
  let usage: CapacityUsage
  let hourPrice: Catalogue.Price?
  let unitPrice: Catalogue.Price?

  init(from parameters: inout ParameterReader) {
    targets = parameters.components(
      "targets", answering: "call", "The components that serve the requests.")
    weights = Self.weights(of: targets, &parameters)
    algorithm = parameters.choice(
      "algorithm", default: .roundRobin, "How a target is chosen.", source: "BC:elbv2")
    slowStart = parameters.optionalDuration(
      "slow-start", in: .seconds(30)...(.seconds(900)),
      "How long a target that turns healthy takes to come to its full share; off if none is written.",
      source: "ALB/load-balancer-target-groups")
    stickiness = parameters.optionalDuration(
      "stickiness", in: .seconds(1)...(.seconds(604_800)),
      "How long after an answer a user keeps the target; off if none is written.",
      source: "ALB/load-balancer-target-groups")
    zones = Zones(from: &parameters)
    minimumHealthy = MinimumHealthy(from: &parameters)
    routing = parameters.timeDistribution(
      "routing", from: "alb.routing-time", "How long routing a request takes.")
    idleTimeout = parameters.duration(
      "idle-timeout", from: "alb.idle-timeout", in: .seconds(1)...(.seconds(4000)),
      "How long a target may take to answer; then 504.")
    connectTimeout = parameters.duration(
      "connect-timeout", from: "alb.connect-timeout",
      "How long a target that does not accept the connection is waited for; then 504.")
    deregistrationDelay = parameters.duration(
      "deregistration-delay", from: "alb.deregistration-delay", in: 0...(.seconds(3600)),
      "How long a target that goes away may finish what it has.")
    let keepAlive = parameters.optionalDuration(
      "target-keep-alive", in: 1...(.seconds(86_400)),
      "How long targets keep an idle connection; longer than the idle timeout if none is written.")
    shortKeepAlive = keepAlive.flatMap { [idleTimeout] in $0 < idleTimeout ? $0 : nil }
    roundTrip = parameters.duration(
      "round-trip", from: "network.same-zone", in: 0...(.seconds(1)),
      "The network's time to a target and back: the window of the keep-alive race.")
    connectionLimit =
      parameters.optionalCount(
        "connection-limit", in: 1...1_000_000_000,
        "Requests that it takes at a time; further connections are rejected.") ?? .max
    health = parameters.section("health-check", "How targets are checked.") {
      HealthChecks(from: &$0)
    }
    usage = parameters.section("usage", "What capacity units are counted from, for the bill.") {
      CapacityUsage(from: &$0)
    }
    hourPrice = parameters.catalogue.price("alb.hour")
    unitPrice = parameters.catalogue.price("alb.lcu-hour")
    reportContradictions(&parameters)
  }

  private func reportContradictions(_ parameters: inout ParameterReader) {
    if slowStart != nil, algorithm != .roundRobin {
      parameters.report(
        "slow start works with round-robin only", at: "slow-start",
        help: "leave out 'slow-start', or write algorithm: round-robin")
    }
    if stickiness != nil, !zones.areCrossed {
      parameters.report(
        "stickiness does not work with cross-zone off", at: "stickiness",
        help: "leave out 'stickiness', or write cross-zone: true")
    }
  }

  /// How many target groups there are.
  var groupCount: Int { max(1, weights.count) }

  var endpoints: EndpointNames { .those(of: targets.map(\.name)) }
  var targetLimit: (components: [ComponentReference], count: Int)? { (targets, Self.mostTargets) }

  /// The most targets of a load balancer (ALB/load-balancer-limits).
  static let mostTargets = 1000

  func build(at site: Site) -> RunningComponent {
    RunningApplicationLoadBalancer(self, at: site)
  }
}
