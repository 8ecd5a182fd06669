import Kernel

/// A Redis node at work.
final class RunningRedis: RunningComponent {
  private enum EventKind {
    static let received: UInt16 = 0
    static let executed: UInt16 = 1
    static let answered: UInt16 = 2
    static let expiryCycle: UInt16 = 3
    static let transferred: UInt16 = 4
    static let promoted: UInt16 = 5
    static let credits: UInt16 = 6
  }

  struct State: BitwiseCopyable {
    var hits = 0
    var misses = 0
    var refusedWrites = 0
    var refusedConnections = 0
    var lostWrites = 0
    var failovers = 0
    /// The time of all commands that the thread has begun.
    var busy: Nanoseconds = 0
    /// The processor time of all commands that the thread has begun.
    var computed: Nanoseconds = 0
    /// The share of a processor that the thread has: all of it unless credits have run out.
    var share = 1.0
    var cycleIsScheduled = false
    var isDown = false
    /// How often the node was replaced; calls of an earlier one have no answer.
    var life: UInt8 = 0
  }

  let specification: Redis
  let thread = Station(servers: 1)
  /// The threads for input and output, if there are any.
  private let transfer: Station?
  private let commandTime: Sampler
  private let commandKey: UInt64
  private let networkTime: Sampler
  private let networkKey: UInt64
  /// How much longer commands take because of the connections that are held.
  private let slowdown: Double
  let population = LevelRecorder(at: 0)
  let sojourn = HistogramRecorder()
  private var commands: [Redis.Command] = []
  let keys: KeySpace
  let state = Cell(State())
  /// Writes that the replicas have not heard of, the oldest at `firstUnreplicated`.
  private var unreplicated: [(time: Nanoseconds, before: KeySpace.Previous)] = []
  private var firstUnreplicated = 0
  private(set) var meter: CreditMeter?

  private static let cycle = Nanoseconds.milliseconds(100)

  init(_ specification: Redis, at site: Site) {
    self.specification = specification
    commandTime = Sampler(specification.commandTime)
    commandKey = site.drawKey("command")
    networkTime = Sampler(specification.networkTime)
    networkKey = site.drawKey("network")
    transfer = specification.ioThreads > 0 ? Station(servers: specification.ioThreads) : nil
    slowdown = Self.slowdown(specification)
    keys = KeySpace(
      specification.eviction, limit: specification.memory, site.ownKey("eviction"))
    super.init(at: site)
  }

  /// 30,000 connections halve the throughput that 100 have; in between it is interpolated.
  private static func slowdown(_ specification: Redis) -> Double {
    let slow = Double(specification.slowConnections)
    return 1 + max(0, Double(specification.clients) - 100) / (slow - 100)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let command = operation as? Redis.Command else { return nil }
    commands.append(command)
    return UInt16(commands.count - 1)
  }

  override func begin(_ kernel: inout Kernel) {
    guard let rules = specification.credits else { return }
    // cache.t3 and cache.t4g nodes always run in standard mode (EC/CacheNodes.SupportedTypes).
    let balance = specification.creditBalance.map { Double($0) } ?? rules.maximum
    let meter = CreditMeter(
      CreditSettings(mode: .standard, balance: balance), rules, processors: 1, owner: id,
      kind: EventKind.credits, &kernel)
    self.meter = meter
    state.value.share = threadShare(meter.share)
  }

  /// What is left of one processor where so much of each of the node's may be used.
  private func threadShare(_ share: Double) -> Double {
    share < 1 ? min(1, share * Double(specification.node?.vCPUs ?? 1)) : 1
  }

  private func watchCredits(_ kernel: inout Kernel) {
    let computed = Int128(state.value.computed)
    guard let share = meter?.fire(busyTime: computed, &kernel) else { return }
    state.value.share = threadShare(share)
  }

  // MARK: Running

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    kernel.schedule(after: way(call, &kernel) / 2, id, EventKind.received, call)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.received: receive(payload, &kernel)
    case EventKind.executed: executed(payload, &kernel)
    case EventKind.answered:
      population.change(by: -1, at: kernel.now)
      if kernel.calls[payload].outcome.isSuccess {
        sojourn.record(kernel.now - kernel.calls[payload].began)
      }
      kernel.reply(payload, kernel.calls[payload].outcome)
    case EventKind.transferred: transferred(payload, &kernel)
    case EventKind.expiryCycle: expiryCycle(&kernel)
    case EventKind.credits: watchCredits(&kernel)
    default: state.value.isDown = false
    }
  }

  /// The way to the node and back.
  private func way(_ call: CallID, _ kernel: inout Kernel) -> Nanoseconds {
    networkTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ networkKey))
  }

  private func receive(_ call: CallID, _ kernel: inout Kernel) {
    if state.value.isDown { return answer(call, .refused, &kernel) }
    if specification.connectTime != nil,
      population.level + specification.clients > specification.connectionLimit
    {
      state.value.refusedConnections &+= 1
      return answer(call, .refused, &kernel)
    }
    kernel.calls[call].state = state.value.life
    guard let transfer else { return enterThread(call, &kernel) }
    if case .served = transfer.arrive(call, &kernel) { startTransfer(call, &kernel) }
  }

  private func enterThread(_ call: CallID, _ kernel: inout Kernel) {
    if case .served = thread.arrive(call, &kernel) { execute(call, &kernel) }
  }

  private func answer(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    kernel.calls[call].outcome = outcome
    let way = way(call, &kernel)
    kernel.schedule(after: way - way / 2, id, EventKind.answered, call)
  }

  // MARK: Times

  /// What one command takes by itself.
  private func whole(_ call: CallID, _ kernel: inout Kernel) -> Nanoseconds {
    commandTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ commandKey))
  }

  private func startTransfer(_ call: CallID, _ kernel: inout Kernel) {
    let time = max(0, whole(call, &kernel) - specification.furtherTime)
    kernel.schedule(after: slowed(time), id, EventKind.transferred, call)
  }

  private func transferred(_ call: CallID, _ kernel: inout Kernel) {
    if let next = transfer?.depart(&kernel), next != .none { startTransfer(next, &kernel) }
    enterThread(call, &kernel)
  }

  private func execute(_ call: CallID, _ kernel: inout Kernel) {
    let whole = whole(call, &kernel)
    // Other threads have read the command already, if there are such.
    var time = transfer == nil ? whole : min(whole, specification.furtherTime)
    let command = commands[Int(kernel.calls[call].operation)]
    if command.commands > 1 { time += Int64(command.commands - 1) * specification.furtherTime }
    if let connect = specification.connectTime { time += connect }
    time += largeValues(command, call, &kernel)
    time = slowed(time)
    state.value.computed &+= time
    if state.value.share < 1 { time = Nanoseconds(Double(time) / state.value.share) }
    state.value.busy &+= time
    kernel.schedule(after: time, id, EventKind.executed, call)
  }

  private func slowed(_ time: Nanoseconds) -> Nanoseconds {
    slowdown == 1 ? time : Nanoseconds(Double(time) * slowdown)
  }

  /// What copying values of more than 1,000 B takes.
  private func largeValues(
    _ command: Redis.Command, _ call: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    var bytes = 0
    switch command.verb {
    case .set(_, let size):
      bytes = command.commands * max(0, (size ?? specification.valueSize) - 1000)
    case .get where keys.largestValue > 1000:
      for number in 0..<command.commands {
        bytes += max(0, keys.valueSize(key(number, call, &kernel)) - 1000)
      }
    default: return 0
    }
    return Nanoseconds(Double(bytes) / 1000 * Double(specification.largeValueTime))
  }

  // MARK: Commands

  /// The key of a command of a round trip; the first has the key of the step.
  private func key(_ number: Int, _ call: CallID, _ kernel: inout Kernel) -> UInt64 {
    let key = kernel.calls[call].key
    return number == 0 ? key : mixed(key &+ UInt64(number) &* KeyStride.number)
  }

  private func executed(_ call: CallID, _ kernel: inout Kernel) {
    if kernel.calls[call].state == state.value.life {
      answer(call, outcome(of: call, &kernel), &kernel)
    } else {
      answer(call, .terminated, &kernel)
    }
    var next = thread.depart(&kernel)
    while next != .none, kernel.calls[next].state != state.value.life {
      answer(next, .terminated, &kernel)
      next = thread.depart(&kernel)
    }
    if next != .none { execute(next, &kernel) }
  }

  private func outcome(of call: CallID, _ kernel: inout Kernel) -> Outcome {
    let command = commands[Int(kernel.calls[call].operation)]
    switch command.verb {
    case .get: return get(command, call, &kernel)
    case .set(let timeToLive, let bytes):
      let expiry = timeToLive.map { kernel.now + $0 } ?? KeySpace.never
      for number in 0..<command.commands {
        let key = key(number, call, &kernel)
        if specification.replicas > 0 { note(key, kernel.now) }
        guard
          keys.write(
            key, value: bytes ?? specification.valueSize, expiry: expiry, at: kernel.now)
        else {
          state.value.refusedWrites &+= 1
          return .failed
        }
      }
      if timeToLive != nil { scheduleCycle(&kernel) }
    case .delete:
      for number in 0..<command.commands { keys.delete(key(number, call, &kernel)) }
    case .flush: flush(&kernel)
    case .failOver:
      failOver(&kernel)
      return .ok
    }
    return .ok
  }

  /// Several keys are a hit if all are there.
  private func get(
    _ command: Redis.Command, _ call: CallID, _ kernel: inout Kernel
  ) -> Outcome {
    var isHit = true
    for number in 0..<command.commands {
      if keys.read(key(number, call, &kernel), at: kernel.now) {
        state.value.hits &+= 1
      } else {
        state.value.misses &+= 1
        isHit = false
      }
    }
    return isHit ? .hit : .miss
  }

  // MARK: Expiry

  private func scheduleCycle(_ kernel: inout Kernel) {
    guard !state.value.cycleIsScheduled else { return }
    state.value.cycleIsScheduled = true
    kernel.schedule(
      after: Self.cycle - kernel.now % Self.cycle, id, EventKind.expiryCycle, 0)
  }

  private func expiryCycle(_ kernel: inout Kernel) {
    keys.expiryCycle(at: kernel.now)
    state.value.cycleIsScheduled = false
    if keys.volatileCount > 0 { scheduleCycle(&kernel) }
  }

  // MARK: Faults

  /// Removes all keys.
  func flush(_ kernel: inout Kernel) { keys.removeAll() }

  /// Fails the primary: what it was asked has no answer, nobody is served until a replica has taken
  /// over, and what that has not heard of is lost; without a replica, everything is.
  func failOver(_ kernel: inout Kernel) {
    guard !state.value.isDown else { return }
    state.value.failovers += 1
    state.value.isDown = true
    state.value.life &+= 1
    if specification.replicas == 0 {
      keys.removeAll()
    } else {
      loseUnreplicated(at: kernel.now)
    }
    kernel.schedule(after: specification.failover, id, EventKind.promoted, 0)
  }

  /// Remembers what was known of a key before it is written.
  private func note(_ key: UInt64, _ now: Nanoseconds) {
    while firstUnreplicated < unreplicated.count,
      unreplicated[firstUnreplicated].time <= now - specification.replicationLag
    {
      firstUnreplicated += 1
    }
    if firstUnreplicated > 64, firstUnreplicated > unreplicated.count / 2 {
      unreplicated.removeFirst(firstUnreplicated)
      firstUnreplicated = 0
    }
    unreplicated.append((now, keys.present(key)))
  }

  private func loseUnreplicated(at now: Nanoseconds) {
    for write in unreplicated[firstUnreplicated...].reversed()
    where write.time > now - specification.replicationLag {
      keys.restore(write.before)
      state.value.lostWrites += 1
    }
    unreplicated.removeAll()
    firstUnreplicated = 0
  }

  override func suffer(_ fault: Fault, _ kernel: inout Kernel) {
    switch fault.action {
    case .flush: flush(&kernel)
    case .failOver: failOver(&kernel)
    default: super.suffer(fault, &kernel)
    }
  }

  // MARK: Reporting

  override var metrics: [PublishedMetric] { published }

  override var gauges: [Gauge] { drawn }

  override func report(_ context: ReportContext) -> ComponentReport { reported(context) }
}
