import Kernel

/// A service of Amazon ECS on Fargate: tasks that run one application.
///
/// Sources: ECS/service-auto-scaling, ECS/cloudwatch-metrics,
/// AAS/application-auto-scaling-target-tracking.
struct ECSService: ComponentSpecification {
  static let kind = "ecs-service"
  static let summary = "Tasks of one application whose number follows metrics, on Fargate."
  static let operations = [OperationDeclaration.call]
  static let publishedMetrics = [
    MetricDeclaration("CPUUtilization", unit: .share),
    MetricDeclaration("MemoryUtilization", unit: .share),
    MetricDeclaration("RunningTaskCount", unit: .count),
    MetricDeclaration("WaitingRequests", unit: .count),
  ]
  static let example = """
    app: {kind: ecs-service, cpu: "0.5", memory: 1GiB, min: 2, max: 6, \
    endpoints: {page: [{work: {time: 5ms}}]}, \
    scaling: [{policy: target-tracking, target: 60%}]}
    """

  /// The vCPUs that a task of Fargate can have.
  enum ProcessorSize: String, CaseIterable, Sendable {
    case quarter = "0.25"
    case half = "0.5"
    case one = "1"
    case two = "2"
    case four = "4"
    case eight = "8"
    case sixteen = "16"

    var vCPUs: Double { Double(rawValue) ?? 1 }
  }

  let vCPUs: Double
  let memory: Int
  let minimum: Int
  let maximum: Int
  let desired: Int
  let host: HostSettings
  let taskStart: Nanoseconds
  let policies: [ApplicationScalingPolicy]
  let processorPrice: Catalogue.Price?
  let memoryPrice: Catalogue.Price?
  /// The shortest time that a task is billed for.
  let minimumBilled: Nanoseconds

  init(from parameters: inout ParameterReader) {
    let size = parameters.choice(
      "cpu", default: ProcessorSize.quarter, "The vCPUs that a task reserves.")
    vCPUs = size.vCPUs
    memory = parameters.size(
      "memory", default: 512 << 20, in: 1...(120 << 30), "The memory that a task reserves.")
    let needs = Self.needs(&parameters, of: memory)
    let fleet = FleetSize(from: &parameters, of: "tasks", atStart: "Tasks that run at the start")
    (minimum, maximum, desired) = (fleet.minimum, fleet.maximum, fleet.desired)
    let processors = max(1, Int(vCPUs.rounded(.up)))
    let program = Endpoints(from: &parameters)
    let application = Application(from: &parameters, vCPUs: processors, memory: needs)
    fleet.check(application, &parameters)
    let grace = parameters.duration(
      "health-grace", from: "ecs.health-grace",
      "How long after its start a task that a load balancer finds unhealthy is not replaced.")
    host = HostSettings(
      processors: processors, speed: vCPUs / Double(processors), memory: memory,
      application: application,
      program: program,
      zones: parameters.count(
        "zones", default: 1, in: 1...6, "Availability Zones, over which tasks are spread."),
      grace: grace)
    taskStart = parameters.duration(
      "task-start", from: "ecs.task-start",
      "From the request for a task until its application listens.")
    let publication = parameters.duration(
      "publication", from: "cloudwatch.publication-delay",
      "From the end of a minute until its datapoint can be seen.")
    policies = parameters.sections("scaling", "The scaling policies; several act at once.") {
      ApplicationScalingPolicy(
        from: &$0, own: Self.publishedMetrics, count: 2, service: "ecs", publication: publication)
    }
    processorPrice = parameters.catalogue.price("fargate.vcpu-hour")
    memoryPrice = parameters.catalogue.price("fargate.gb-hour")
    minimumBilled =
      parameters.catalogue.behaviour("ecs.minimum-billed")?.duration ?? .seconds(60)
  }

  /// What a task needs of its memory; nil if nothing is written.
  private static func needs(
    _ parameters: inout ParameterReader, of memory: Int
  ) -> Application.Memory? {
    let base = parameters.size(
      "memory-base", default: 0, in: 0...(120 << 30),
      "The memory that a task uses without requests.")
    let request = parameters.size(
      "memory-per-request", default: 0, in: 0...(120 << 30),
      "The memory that each request at work takes.")
    if base + request > memory {
      parameters.report(
        "a task has \(Units.format(size: memory)), too little for itself and a request",
        at: "memory", help: "write more 'memory'")
    }
    return base + request > 0 ? Application.Memory(base: base, process: 0, request: request) : nil
  }

  var endpoints: EndpointNames { .named(host.program.names) }
  var mostReplicas: Int { maximum }
  var questions: [Question] { host.program.questions }

  func build(at site: Site) -> RunningComponent { RunningECSService(self, at: site) }
}
