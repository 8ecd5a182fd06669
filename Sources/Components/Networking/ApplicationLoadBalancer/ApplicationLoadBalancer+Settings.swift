import Kernel

extension ApplicationLoadBalancer {
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

  /// The Availability Zones of the load balancer, each with one node.
  struct Zones: Sendable {
    /// How many there are; nil if zones are of no interest, and one node serves all targets.
    let count: Int?
    /// Whether each node sends to the targets of all zones.
    let areCrossed: Bool
    /// What the way to another zone and back takes beyond that within a zone.
    let crossing: Nanoseconds

    var nodeCount: Int { count ?? 1 }

    init(from parameters: inout ParameterReader) {
      count = parameters.optionalCount(
        "zones", in: 2...6,
        "The Availability Zones, with a node each; one node serves all targets if none is written.",
        source: "ALB/load-balancer-limits")
      areCrossed = parameters.flag(
        "cross-zone", default: true, "Whether each node sends to the targets of all zones.",
        source: "ALB/disable-cross-zone")
      let known = parameters.catalogue
      let within = known.behaviour("network.same-zone")?.duration ?? 0
      let across = known.behaviour("network.cross-zone")
      crossing = parameters.duration(
        "cross-zone-time", default: max(0, (across?.duration ?? 0) - within),
        in: 0...(.seconds(1)),
        "What the way to a target of another zone and back takes more than within a zone.",
        source: across?.provenance.source ?? "assumed")
      if !areCrossed, count == nil {
        parameters.report(
          "without zones there is nothing to cross", at: "cross-zone", help: "write zones: 2")
      }
    }

    /// Whether a node sends to the targets of a zone; those of a zone without a node are unused.
    func serves(_ zone: Int, from node: Int) -> Bool {
      guard let count else { return true }
      return zone < count && (areCrossed || zone == node)
    }
  }

  /// How few healthy targets are taken for a fault of the check: then all targets get requests.
  struct MinimumHealthy: Sendable {
    let count: Int
    let share: Double?

    init(from parameters: inout ParameterReader) {
      count = parameters.count(
        "minimum-healthy", from: "alb.minimum-healthy", in: 1...1000,
        "With fewer healthy targets, requests go to all.")
      share = parameters.optionalShare(
        "minimum-healthy-share", in: 0.01...1,
        "With a smaller share of healthy targets, requests go to all.",
        source: "ALB/target-group-health-checks")
    }

    func isMet(by healthy: Int, of registered: Int) -> Bool {
      healthy >= count && Double(healthy) >= (share ?? 0) * Double(registered)
    }
  }

  /// Reads `weights`: each target then is a target group of its own.
  static func weights(
    of targets: [ComponentReference], _ parameters: inout ParameterReader
  ) -> [Int] {
    let setting = parameters.setting(
      "weights", "A weight of 0 to 999 for each target, which then is a target group of its own.",
      required: false)
    guard let setting else { return [] }
    guard let entries = setting.map else {
      parameters.report(
        "'weights' takes a map from targets to weights, not \(setting.form)", at: setting)
      return []
    }
    for entry in entries where !targets.contains(where: { $0.name == entry.key }) {
      parameters.report(
        "'\(entry.key)' is not among the targets", at: entry.value,
        help: Spelling.help(for: entry.key, among: targets.map(\.name)))
    }
    let weights = targets.map { target in
      guard let entry = entries.first(where: { $0.key == target.name }) else {
        parameters.report("'\(target.name)' has no weight", at: setting)
        return 1
      }
      guard let text = entry.value.text, let weight = try? Units.count(text), weight <= 999 else {
        parameters.report(
          "the weight of '\(entry.key)' is not a whole number from 0 to 999", at: entry.value)
        return 1
      }
      return weight
    }
    if !weights.isEmpty, weights.allSatisfy({ $0 == 0 }) {
      parameters.report("all weights are 0", at: setting)
      return []
    }
    return weights
  }
}
