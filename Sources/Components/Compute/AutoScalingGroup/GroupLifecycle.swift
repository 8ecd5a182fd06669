import Kernel

/// How the instances of a group come and go.
///
/// Sources: ASG/ec2-auto-scaling-lifecycle, ASG/lifecycle-hooks, ASG/health-check-grace-period,
/// ASG/ec2-auto-scaling-termination-policies, ASG/ec2-auto-scaling-warm-pools.
struct GroupLifecycle: Sendable {
  /// When a launched instance is in service and registered with load balancers.
  enum ServiceStart: String, CaseIterable, Sendable {
    /// As soon as it runs, though the application does not listen yet.
    case running
    /// When the application listens, as with a launch hook that waits for it.
    case listening
  }

  /// Whose word on an instance's health counts.
  enum HealthType: String, CaseIterable, Sendable {
    /// The instance must run.
    case ec2
    /// The load balancer's health checks count, too.
    case elb
  }

  /// Which instance of the most populated zone goes first.
  enum Termination: String, CaseIterable, Sendable {
    /// The one closest to its next billing hour.
    case `default`
    case oldestInstance = "oldest-instance"
    case newestInstance = "newest-instance"
  }

  /// Instances that are prepared before they are needed.
  struct WarmPool: Sendable {
    enum State: String, CaseIterable, Sendable { case stopped, running }

    let state: State
    /// The instances in service and in the pool together.
    let prepared: Int
    /// The fewest in the pool.
    let minimum: Int
    /// From the need for an instance until it runs and its application listens.
    let start: Nanoseconds
    /// Whether instances return to the pool on scale-in.
    let reuses: Bool
  }

  let launch: Nanoseconds
  let boot: Nanoseconds
  let applicationStart: Nanoseconds
  let serviceStart: ServiceStart
  let launchHook: Nanoseconds
  let terminationHook: Nanoseconds
  let zones: Int
  let termination: Termination
  let health: HealthType
  let grace: Nanoseconds
  let warmPool: WarmPool?

  init(from parameters: inout ParameterReader, maximum: Int) {
    launch = parameters.duration(
      "launch", from: "autoscaling.launch", "From the request for an instance until it runs.")
    boot = parameters.duration(
      "boot", from: "autoscaling.boot", "From running until the system is up.")
    applicationStart = parameters.duration(
      "application-start", from: "autoscaling.application-start",
      "From the system being up until the application listens.")
    serviceStart = parameters.choice(
      "in-service", default: .listening,
      "When an instance is in service and registered: as soon as it runs, or when its application "
        + "listens, as with a launch hook that waits for that.")
    launchHook = parameters.duration(
      "launch-hook", default: 0, in: 0...(.seconds(172_800)),
      "How long a launch hook holds an instance before it is in service.",
      source: "ASG/lifecycle-hooks")
    terminationHook = parameters.duration(
      "termination-hook", default: 0, in: 0...(.seconds(172_800)),
      "How long a termination hook holds an instance that is drained.",
      source: "ASG/lifecycle-hooks")
    zones = parameters.count(
      "zones", default: 1, in: 1...6, "Availability Zones, over which instances are spread.")
    termination = parameters.choice(
      "termination", default: .default,
      "Which instance of the most populated zone goes first; default: the one closest to its next "
        + "billing hour.",
      source: "ASG/ec2-auto-scaling-termination-policies")
    (health, grace) = parameters.section("health", "Which instances are replaced.") {
      (
        $0.choice(
          "type", default: HealthType.ec2,
          "ec2: those that do not run; elb: also those that a load balancer finds unhealthy.",
          source: "ASG/ec2-auto-scaling-health-checks"),
        $0.duration(
          "grace", from: "autoscaling.health-grace", in: 0...(.seconds(172_800)),
          "How long after it is in service an unhealthy instance is not replaced.")
      )
    }
    let (launch, boot) = (launch, boot)
    warmPool = parameters.section(
      "warm-pool", "Instances that are prepared before they are needed.", required: false
    ) {
      let state = $0.choice(
        "state", default: WarmPool.State.stopped, "Whether those in the pool run, and are billed.",
        source: "ASG/ec2-auto-scaling-warm-pools")
      return WarmPool(
        state: state,
        prepared: $0.count(
          "prepared", default: maximum, in: 0...5000,
          "Instances in service and in the pool together; 'max' if none is written.",
          source: "ASG/ec2-auto-scaling-warm-pools"),
        minimum: $0.count(
          "min", default: 0, in: 0...5000, "The fewest in the pool.",
          source: "ASG/ec2-auto-scaling-warm-pools"),
        start: $0.duration(
          "start", default: state == .stopped ? launch + boot : 0,
          "From the need for one until its application listens; launch and boot if it is stopped, "
            + "no time if it runs.",
          source: "assumed"),
        reuses: $0.flag(
          "reuse", default: false, "Whether instances return to the pool on scale-in.",
          source: "ASG/ec2-auto-scaling-warm-pools"))
    }
  }
}

/// A change of a group's limits and capacity at a set time.
///
/// Source: ASG/ec2-auto-scaling-scheduled-scaling.
struct ScheduledAction: Sendable {
  let start: Nanoseconds
  /// From one time to the next; nil happens once.
  let every: Nanoseconds?
  let minimum: Int?
  let maximum: Int?
  let desired: Int?

  init(from parameters: inout ParameterReader) {
    start = parameters.duration("at", default: nil, "When, from the start of the run.")
    every = parameters.optionalDuration(
      "every", in: .seconds(60)...Nanoseconds.longest, "From one time to the next; else once.")
    minimum = parameters.optionalCount("min", in: 0...5000, "The fewest instances from then on.")
    maximum = parameters.optionalCount("max", in: 0...5000, "The most instances from then on.")
    desired = parameters.optionalCount("desired", in: 0...5000, "The capacity.")
    guard !parameters.isDescribing else { return }
    if minimum == nil, maximum == nil, desired == nil {
      parameters.report(
        "the scheduled action changes nothing", at: nil, help: "write a 'min', 'max' or 'desired'")
    }
    if let minimum, let maximum, minimum > maximum {
      parameters.report("'min' is \(minimum), above 'max' \(maximum)", at: "min")
    }
  }
}
