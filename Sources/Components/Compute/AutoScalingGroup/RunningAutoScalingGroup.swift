import Kernel

/// An Auto Scaling group at work.
final class RunningAutoScalingGroup: HostFleet, AlarmListener {
  enum EventKind {
    static let running = HostEvent.own
    static let listening = HostEvent.own + 1
    static let inService = HostEvent.own + 2
    static let warm = HostEvent.own + 3
    static let hookEnd = HostEvent.own + 4
    static let pooled = HostEvent.own + 5
    static let scheduled = HostEvent.own + 6
    static let credits = HostEvent.own + 7
    static let lost = HostEvent.own + 8
    static let missed = HostEvent.own + 9
  }

  let specification: AutoScalingGroup
  /// What the group knows of each instance.
  var members: [GroupMember] = []

  // Scaling.
  var desired: Int
  var minimum: Int
  var maximum: Int
  var controller: ScalingController
  var alarms = PolicyAlarms()
  var actions: [ScalingAction] = []
  /// The cooldown after each simple policy's activity.
  var cooldowns: [Int: Nanoseconds] = [:]
  /// For each action the instances that it has yet to launch or terminate.
  var parts: [Int: Int] = [:]
  let terminationKey: RandomKey
  var choices: UInt64 = 0

  /// Instances that are to be interrupted.
  var condemned: [Int] = []

  // The metric: the instances that are warm, and what is over.
  var measured = CountHistory()
  var measuredBefore = (used: 0.0, capacity: 0.0)

  // The warm pool.
  var poolReady = 0
  var poolComing = 0
  var preparedTime: Nanoseconds = 0
  let pooled = LevelRecorder(at: 0)

  init(_ specification: AutoScalingGroup, at site: Site) {
    self.specification = specification
    desired = specification.desired
    minimum = specification.minimum
    maximum = specification.maximum
    controller = ScalingController(specification.policies)
    terminationKey = site.ownKey("termination")
    let host = HostSettings(
      processors: specification.instance.vCPUs, speed: specification.instance.speed,
      memory: specification.instance.memory, application: specification.application,
      program: specification.program,
      zones: specification.lifecycle.zones,
      grace: specification.lifecycle.health == .elb ? specification.lifecycle.grace : nil)
    super.init(host, mayBeDeaf: specification.lifecycle.serviceStart == .running, at: site)
  }

  // MARK: Setting up

  override func link(_ assembly: inout Assembly) {
    super.link(&assembly)
    watchAlarms(&assembly)
  }

  override func begin(_ kernel: inout Kernel) {
    beginLives(&kernel)
    beginSchedule(&kernel)
  }

  // MARK: Instances

  override func listens(_ ordinal: Int) -> Bool { members[ordinal].isListening }

  override func hasDrained(_ ordinal: Int, _ kernel: inout Kernel) {
    endDraining(ordinal, &kernel)
  }

  override func hasTerminated(_ ordinal: Int, _ kernel: inout Kernel) {
    endLife(ordinal, &kernel)
  }

  override func becameHealthy(_ place: UInt16, _ kernel: inout Kernel) {
    super.becameHealthy(place, &kernel)
    foundHealthy(Int(place) - 1, &kernel)
  }

  /// Takes an instance away and launches another; neither waits for a cooldown.
  override func replace(_ ordinal: Int, _ kernel: inout Kernel) {
    guard instances[ordinal].state == .inService else { return }
    replacedCount += 1
    remove(ordinal, &kernel)
    reconcile(action: nil, &kernel)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.pooled: enterPool(&kernel)
    case EventKind.credits: instances[Int(payload)].watchCredits(&kernel)
    case EventKind.scheduled: runScheduled(Int(payload), &kernel)
    case EventKind.lost: lose(Int(payload), &kernel)
    case EventKind.missed: missed(Int(payload), &kernel)
    case EventKind.running...EventKind.hookEnd: live(Int(payload), kind, &kernel)
    default: super.fire(payload, kind, &kernel)
    }
  }

  // MARK: Faults

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) { stopInstances(fault, &kernel) }

  override func recover(from fault: Fault, _ kernel: inout Kernel) {
    guard case .loseZone(let zone) = fault.action else { return }
    lostZones.removeAll { $0 == zone }
    reconcile(action: nil, &kernel)
  }

  // MARK: Reporting

  override var gauges: [Gauge] {
    guard specification.instance.credits != nil else { return gauges(of: "instances") }
    return gauges(of: "instances") + [
      Gauge("credit_balance", unit: "credits", .level { self.creditReport(at: $0).balance })
    ]
  }

  override var metrics: [PublishedMetric] {
    let declared = AutoScalingGroup.publishedMetrics
    return [
      PublishedMetric(
        declared[0], every: specification.metric.period,
        .average { self.measuredProcessorTime(at: $0) }),
      PublishedMetric(declared[1], .level { _ in Double(self.inService.count) }),
      PublishedMetric(declared[2], .level { _ in Double(self.desired) }),
      PublishedMetric(declared[3], .level { _ in Double(self.waitingRequests()) }),
      PublishedMetric(declared[4], .level { _ in self.measuredMemory() }),
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport { fullReport(context) }
}
