import Kernel

/// An Auto Scaling group of EC2 instances that run one application.
///
/// Sources: ASG/ec2-auto-scaling-lifecycle, ASG/ec2-auto-scaling-scaling-cooldowns,
/// ASG/as-scaling-target-tracking, ASG/as-scaling-simple-step, CW/AlarmThatSendsEmail.
struct AutoScalingGroup: ComponentSpecification {
  static let kind = "auto-scaling-group"
  static let summary = "Instances of one application whose number follows a metric."
  static let operations = [OperationDeclaration.call]
  static let faults: [Fault.Kind] = [.stop, .interrupt, .loseZone]
  static let publishedMetrics = [
    MetricDeclaration("CPUUtilization", unit: .share),
    MetricDeclaration("GroupInServiceInstances", unit: .count),
    MetricDeclaration("GroupDesiredCapacity", unit: .count),
    MetricDeclaration("WaitingRequests", unit: .count),
    memoryMetric,
  ]
  /// What the CloudWatch agent publishes of memory, as EC2 itself does not.
  private static let memoryMetric = MetricDeclaration("mem_used_percent", unit: .share)
  static let example = """
    app: {kind: auto-scaling-group, instance: t3.micro, min: 2, max: 4, \
    endpoints: {page: [{work: {time: 5ms}}]}, \
    scaling: [{policy: target-tracking, target: 60%}]}
    """

  let instance: Catalogue.InstanceType
  let credits: CreditSettings
  let surplusPrice: Catalogue.Price?
  let minimum: Int
  let maximum: Int
  let desired: Int
  let program: Endpoints
  let application: Application
  let lifecycle: GroupLifecycle
  let metric: MetricSettings
  let policies: [ScalingPolicy]
  let scheduled: [ScheduledAction]
  let detailedMonitoringPrice: Catalogue.Price?
  /// The shortest time that an instance is billed for.
  let minimumBilled: Nanoseconds
  /// How often the group looks whether its instances run.
  let statusCheckInterval: Nanoseconds

  /// How the group's CPU metric comes about.
  struct MetricSettings: Sendable {
    let period: Nanoseconds
    let publication: Nanoseconds
  }

  init(from parameters: inout ParameterReader) {
    instance = Self.instance(&parameters)
    credits = CreditSettings(from: &parameters, for: instance)
    surplusPrice = CreditSettings.surplusPrice(of: instance, in: parameters.catalogue)
    let size = FleetSize(
      from: &parameters, of: "instances", atStart: "Instances in service at the start")
    (minimum, maximum, desired) = (size.minimum, size.maximum, size.desired)
    program = Endpoints(from: &parameters)
    let memory = Application.Memory.read(&parameters)
    application = Application(from: &parameters, vCPUs: instance.vCPUs, memory: memory)
    size.check(application, &parameters)
    if let memory = application.memory,
      memory.base + application.processes * memory.process + memory.request > instance.memory
    {
      parameters.report(
        "\(instance.name) has \(Units.format(size: instance.memory)), too little for its processes "
          + "and a request", at: "memory", help: "write fewer 'processes', or choose a larger type")
    }
    lifecycle = GroupLifecycle(from: &parameters, maximum: maximum)
    let metric = parameters.section("metric", "How the CPU metric comes about.") {
      Self.metric(&$0)
    }
    self.metric = metric
    let cooldown = parameters.duration(
      "cooldown", from: "autoscaling.cooldown",
      "How long after its activity a simple policy waits, and a warm-up that none is written for.")
    let warmUp = parameters.optionalDuration(
      "default-warm-up", in: 0...(.seconds(3600)),
      "The warm-up of policies that have none of their own; else 'cooldown'.",
      source: "ASG/ec2-auto-scaling-default-instance-warmup")
    policies = parameters.sections("scaling", "The scaling policies; several act at once.") {
      ScalingPolicy(from: &$0, metric, cooldown: cooldown, warmUp: warmUp)
    }
    if memory == nil, policies.contains(where: { $0.follows(Self.memoryMetric) }) {
      parameters.report(
        "'mem_used_percent' is published only with 'memory'", at: "scaling",
        help: "write what is needed of the instance's memory under 'memory'")
    }
    statusCheckInterval = parameters.duration(
      "status-check-interval", from: "autoscaling.status-check-interval",
      in: .seconds(1)...(.seconds(86_400)), "How often the group looks whether instances run.")
    scheduled = parameters.sections(
      "scheduled", "Changes of limits and capacity at set times."
    ) { ScheduledAction(from: &$0) }
    minimumBilled =
      parameters.catalogue.behaviour("autoscaling.minimum-billed")?.duration ?? .seconds(60)
    detailedMonitoringPrice = parameters.catalogue.price("ec2.detailed-monitoring-month")
  }

  private static func instance(_ parameters: inout ParameterReader) -> Catalogue.InstanceType {
    let name = parameters.text(
      "instance", default: "t3.micro", "The instance type, from the catalogue.")
    let known = parameters.catalogue.instanceTypes
    if let type = parameters.catalogue.instanceType(name) { return type }
    parameters.report(
      "there is no instance type '\(name)' in the catalogue", at: "instance",
      help: Spelling.help(for: name, among: known.map(\.name)))
    return known.first
      ?? Catalogue.InstanceType(
        name: name, vCPUs: 2, processor: .hyperthread, memory: 1 << 30, pricePerHour: 0, speed: 1,
        credits: nil)
  }

  private static func metric(_ parameters: inout ParameterReader) -> MetricSettings {
    MetricSettings(
      period: AlarmSettings.period(
        "period", from: "autoscaling.metric-period", &parameters,
        "Over how long a datapoint is averaged: 60s with detailed monitoring, 300s with basic."),
      publication: parameters.duration(
        "publication", from: "cloudwatch.publication-delay",
        "From the end of a period until its datapoint can be seen."))
  }

  var endpoints: EndpointNames { .named(program.names) }
  var mostReplicas: Int {
    scheduled.reduce(maximum) { max($0, $1.maximum ?? 0, $1.minimum ?? 0) }
  }
  var questions: [Question] { program.questions }

  func build(at site: Site) -> RunningComponent { RunningAutoScalingGroup(self, at: site) }
}
