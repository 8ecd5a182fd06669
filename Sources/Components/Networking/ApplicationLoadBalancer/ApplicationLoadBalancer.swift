import Kernel

/// An Application Load Balancer: routes requests to targets and answers for those that fail.
///
/// Sources: ALB/load-balancer-target-groups, ALB/target-group-health-checks,
/// ALB/application-load-balancers, ALB/load-balancer-troubleshooting.
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
  let algorithm: Algorithm
  let routing: Distribution
  let idleTimeout: Nanoseconds
  let connectTimeout: Nanoseconds
  let deregistrationDelay: Nanoseconds
  let health: HealthChecks
  let hourPrice: Catalogue.Price?

  /// The settings of health checks.
  struct HealthChecks: Sendable {
    let interval: Nanoseconds
    let timeout: Nanoseconds
    let unhealthyAfter: Int
    let healthyAfter: Int

    init(from parameters: inout ParameterReader) {
      interval = parameters.duration(
        "interval", from: "alb.health-check-interval", in: .seconds(5)...(.seconds(300)),
        "The time from one check of a target to the next, whatever the answer takes.")
      timeout = parameters.duration(
        "timeout", from: "alb.health-check-timeout", in: .seconds(2)...(.seconds(120)),
        "How long a check waits for its answer.")
      unhealthyAfter = parameters.count(
        "unhealthy-after", from: "alb.unhealthy-after", in: 2...10,
        "Failures in a row that make a target unhealthy.")
      healthyAfter = parameters.count(
        "healthy-after", from: "alb.healthy-after", in: 2...10,
        "Successes in a row that make an unhealthy target healthy; a new one needs one.")
    }
  }

  init(from parameters: inout ParameterReader) {
    targets = parameters.components(
      "targets", answering: "call", "The components that serve the requests.")
    algorithm = parameters.choice(
      "algorithm", default: .roundRobin, "How a target is chosen.", source: "BC:elbv2")
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
    health = parameters.section("health-check", "How targets are checked.") {
      HealthChecks(from: &$0)
    }
    hourPrice = parameters.catalogue.price("alb.hour")
  }

  var endpoints: EndpointNames { .those(of: targets.map(\.name)) }

  func build(at site: Site) -> RunningComponent {
    RunningApplicationLoadBalancer(self, at: site)
  }
}
