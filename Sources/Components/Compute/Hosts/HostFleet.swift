import Kernel

/// Hosts that come and go and run one application: the instances of a group, the tasks of a service.
///
/// A request's own call is the frame of its steps; its `place` is the process that works on it,
/// numbered over all hosts. When hosts come and go is for the kinds of component to say, which
/// inherit from this.
class HostFleet: SteppedComponent, ReplicatedComponent {
  /// The kinds of the hosts' events; the kinds of component number theirs from ``own``.
  enum HostEvent {
    static let processor = StepEvent.ownKinds
    static let shortOfMemory = StepEvent.ownKinds + 1
    static let tooLong = StepEvent.ownKinds + 2
    static let killed = StepEvent.ownKinds + 3
    static let restarted = StepEvent.ownKinds + 4
    static let graceEnd = StepEvent.ownKinds + 5
    static let own = StepEvent.ownKinds + 6
  }

  final let host: HostSettings
  final let processes: Int
  final var instances: [Instance] = []
  /// The Availability Zone of each.
  final var zones: [Int] = []
  /// The instances again, to be entered without being retained.
  final let entrances = GrowingCells<Unmanaged<Instance>>()
  final var listeners: [any TargetListener] = []
  /// Components that keep something for each process.
  final var stores: [any ProcessStore] = []
  /// Zones that are lost.
  final var lostZones: [Int] = []
  private var turn = 0
  /// Whether hosts may be in service that do not listen yet.
  private let mayBeDeaf: Bool
  /// Whether memory, time or number of requests of a process are limited.
  private let hasLimits: Bool

  /// How many were in service, for policies.
  final var inService = CountHistory()
  final let serving = LevelRecorder(at: 0)
  final let sojourn = HistogramRecorder()
  final let failures = HistogramRecorder()
  final var refusedCount = 0
  final var replacedCount = 0

  init(_ host: HostSettings, mayBeDeaf: Bool, at site: Site) {
    self.host = host
    self.mayBeDeaf = mayBeDeaf
    processes = host.application.processes
    hasLimits = host.application.hasLimits
    super.init(host.compiled(for: site), at: site)
  }

  // MARK: For the kinds of component

  /// Whether the application of a host that is in service listens.
  func listens(_ ordinal: Int) -> Bool { true }

  /// A host has drained at all listeners; by default it is gone.
  func hasDrained(_ ordinal: Int, _ kernel: inout Kernel) { terminate(ordinal, &kernel) }

  /// A host needs more memory than it has; by default it kills processes.
  func isShortOfMemory(_ ordinal: Int, _ kernel: inout Kernel) { freeMemory(ordinal, &kernel) }

  /// Whether processes of a host may be killed.
  var mayKillProcesses: Bool {
    host.application.memory != nil || host.application.workerTimeout != nil
  }

  /// A host is gone.
  func hasTerminated(_ ordinal: Int, _ kernel: inout Kernel) {}

  func becameHealthy(_ place: UInt16, _ kernel: inout Kernel) {
    instances[Int(place) - 1].isUnhealthy = false
  }

  /// Takes an unhealthy host away and puts another in its place.
  func replace(_ ordinal: Int, _ kernel: inout Kernel) {}

  // MARK: Setting up

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    operation is HealthCheck
      ? UInt16(host.program.all.count) : host.program.number(of: operation)
  }

  override func link(_ assembly: inout Assembly) {
    super.link(&assembly)
    stores = assembly.components.compactMap { $0 as? any ProcessStore }
  }

  final func tell(_ listener: any TargetListener) { listeners.append(listener) }

  // MARK: Requests

  final override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let ordinal = Int(kernel.calls[call].place) - 1
    guard let ordinal = ordinal >= 0 ? ordinal : nextInService() else {
      refusedCount += 1
      return kernel.reply(call, .refused)
    }
    kernel.calls[call].place = UInt16(ordinal)
    entrances[ordinal]._withUnsafeGuaranteedRef { receive(call, $0, ordinal, &kernel) }
  }

  private func receive(
    _ call: CallID, _ instance: Instance, _ ordinal: Int, _ kernel: inout Kernel
  ) {
    guard instance.state != .terminated else {
      // Nothing answers where a host was lost; one that was drained closes the connection.
      if instance.isLost { refusedCount += 1 }
      return kernel.reply(call, instance.isLost ? .refused : .terminated)
    }
    if mayBeDeaf, !listens(ordinal) {
      refusedCount += 1
      return kernel.reply(call, .refused)
    }
    switch instance.workers.arrive(call, &kernel) {
    case .served: begin(call, on: ordinal, &kernel)
    case .queued: kernel.calls[call].children = Self.unbegun
    case .blocked:
      refusedCount += 1
      kernel.reply(call, .refused)
    }
  }

  /// The fleet itself spreads calls that come without a load balancer.
  private func nextInService() -> Int? {
    for offset in 1...max(1, instances.count) {
      let ordinal = (turn + offset) % max(1, instances.count)
      if instances.indices.contains(ordinal), instances[ordinal].state == .inService,
        listens(ordinal)
      {
        turn = ordinal
        return ordinal
      }
    }
    return nil
  }

  final func begin(_ call: CallID, on ordinal: Int, _ kernel: inout Kernel) {
    let process = entrances[ordinal]._withUnsafeGuaranteedRef { $0.enter() }
    kernel.calls[call].place = UInt16(ordinal * processes + process)
    if hasLimits, isRefused(call, ordinal, process, &kernel) { return }
    beginSteps(call, &kernel)
  }

  final override func finished(_ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let place = Int(kernel.calls[request].place)
    let ordinal = place / processes
    if Int(kernel.calls[request].operation) < host.program.all.count {
      let time = kernel.now - kernel.calls[request].began
      if outcome.isSuccess { sojourn.record(time) } else { failures.record(time) }
    }
    if hasLimits { stopClock(request, &kernel) }
    kernel.reply(request, outcome)
    let next = entrances[ordinal]._withUnsafeGuaranteedRef { instance in
      instance.leave(place % processes)
      return instance.workers.depart(&kernel)
    }
    guard next != .none else { return }
    kernel.calls[next].children = 0
    begin(next, on: ordinal, &kernel)
  }

  final override func compute(_ frame: CallID, demand: Nanoseconds, _ kernel: inout Kernel) {
    let ordinal = Int(kernel.calls[frame].place) / processes
    entrances[ordinal]._withUnsafeGuaranteedRef {
      $0.processor.add(frame, demand: demand, &kernel)
    }
  }

  final override func pool(
    _ index: Int, of frame: CallID, _ kernel: inout Kernel
  ) -> ConnectionPool {
    let place = Int(kernel.calls[frame].place)
    return entrances[place / processes]._withUnsafeGuaranteedRef {
      $0.pools[place % processes * $0.poolsPerProcess + index]
    }
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    guard kind == HostEvent.processor else { return fireOther(payload, kind, &kernel) }
    while true {
      let frame = entrances[Int(payload)]._withUnsafeGuaranteedRef { $0.processor.fire(&kernel) }
      guard frame != .none else { return }
      proceed(frame, &kernel)
    }
  }

  private func fireOther(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case HostEvent.shortOfMemory: isShortOfMemory(Int(payload), &kernel)
    case HostEvent.tooLong: tooLong(payload, &kernel)
    case HostEvent.killed: killStuck(payload, &kernel)
    case HostEvent.restarted: restartProcess(Int(payload), &kernel)
    case HostEvent.graceEnd:
      if instances[Int(payload)].isUnhealthy { replace(Int(payload), &kernel) }
    default: super.fire(payload, kind, &kernel)
    }
  }

  final override func fireRarely(_ frame: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if endsInstead(frame, kind, &kernel) { return }
    super.fireRarely(frame, kind, &kernel)
  }
}
