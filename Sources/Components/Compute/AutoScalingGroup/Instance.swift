import Kernel

/// One instance of a group, or one task of a service: its processors, its workers and its connections.
final class Instance {
  /// Where an instance is in its life.
  enum State {
    /// Asked for; not yet serving.
    case pending
    /// Serving, and part of the group's capacity.
    case inService
    /// Finishing what it has; part of the capacity no more.
    case draining
    /// Gone.
    case terminated
  }

  var state: State
  /// Whether it stopped before the group wanted it to.
  var isLost = false
  /// Whether a load balancer found it unhealthy and not healthy since.
  var isUnhealthy = false
  /// When its bill began; nil while pending.
  var billedFrom: Nanoseconds?
  /// When it came into service.
  var inServiceAt: Nanoseconds?
  /// When its bill ended.
  var billedUntil: Nanoseconds?
  /// Listeners that still drain it: it goes when the last of several load balancers lets go.
  var awaitedListeners = 0
  /// The scaling action that asked for it, if any.
  let action: Int?
  let processor: SharedProcessor
  /// Its CPU credits, once it runs and if its type has any.
  private(set) var credits: CreditMeter?
  /// The threads of all processes, with the backlog before them.
  let workers: Station
  /// The pools of each process, one process after the other: the event loop first if there is
  /// one, then the connections.
  let pools: Cells<ConnectionPool>
  /// How many pools a process has.
  let poolsPerProcess: Int
  /// Requests that each process works on.
  private let active: Cells<Int>
  /// Processes that were killed and do not work again yet; empty unless there is one.
  private var down: [Int] = []
  /// Whether the instance is to look at its memory.
  var isShortOfMemory = false
  /// Processes that were killed.
  private(set) var killedCount = 0
  /// The most memory that was in use, in bytes.
  private(set) var mostMemory = 0

  init(
    _ host: HostSettings, action: Int?, owner: ComponentID, kind: UInt16, ordinal: Int,
    now: Nanoseconds
  ) {
    state = .pending
    self.action = action
    let application = host.application
    processor = SharedProcessor(
      processors: host.processors, speed: host.speed, owner: owner, kind: kind,
      payload: UInt32(ordinal), start: now)
    let isLoop = application.concurrency == .eventLoop
    workers = Station(
      servers: isLoop ? Self.unlimited : application.processes * application.threads,
      room: application.backlog, start: now)
    active = Cells(0, count: application.processes)
    poolsPerProcess = application.connections.count + (isLoop ? 1 : 0)
    let pools = (0..<application.processes).flatMap { _ in
      let loop =
        isLoop
        ? [ConnectionPool(size: 1, overflow: 0, patience: nil, isOpen: true, start: now)] : []
      return loop
        + application.connections.map {
          ConnectionPool(
            size: $0.value.size, overflow: $0.value.overflow, patience: $0.value.patience,
            isOpen: false, start: now)
        }
    }
    self.pools = Cells(pools)
  }

  /// Gives a request to the process that has the fewest.
  func enter() -> Int {
    if !down.isEmpty { return enterOther() }
    var least = 0
    for process in 0..<active.count where active[process] < active[least] { least = process }
    active[least] += 1
    return least
  }

  /// Gives a request to the process that has the fewest of those that work.
  private func enterOther() -> Int {
    let working = (0..<active.count).filter { !down.contains($0) }
    let least = working.min { active[$0] < active[$1] } ?? 0
    active[least] += 1
    return least
  }

  /// Takes a request from its process.
  func leave(_ process: Int) { active[process] -= 1 }

  /// How many requests a process works on.
  func load(of process: Int) -> Int { active[process] }

  /// The process that has the most requests.
  var fullest: Int {
    (0..<active.count).filter(works).max { active[$0] < active[$1] } ?? 0
  }

  /// Whether a process works.
  func works(_ process: Int) -> Bool { !down.contains(process) }

  /// A process is killed, and takes no requests until it is restarted.
  func kill(_ process: Int, _ application: Application) {
    down.append(process)
    killedCount += 1
    workers.resize(to: servers(application))
    for index in 0..<poolsPerProcess { pools[process * poolsPerProcess + index].closeUnused() }
  }

  /// A process works again.
  func restart(_ process: Int, _ application: Application) {
    down.removeAll { $0 == process }
    workers.resize(to: servers(application))
  }

  private func servers(_ application: Application) -> Int {
    let working = application.processes - down.count
    guard application.concurrency == .threads else { return working > 0 ? Self.unlimited : 0 }
    return working * application.threads
  }

  /// The memory in use, in bytes.
  func memory(_ needs: Application.Memory) -> Int {
    var requests = 0
    for process in 0..<active.count where works(process) { requests += active[process] }
    let used =
      needs.base + (active.count - down.count) * needs.process + requests * needs.request
    mostMemory = max(mostMemory, used)
    return used
  }

  /// More than any number of requests.
  private static let unlimited = 1_000_000

  /// Begins its CPU credits, if its type has any.
  func startCredits(
    _ settings: CreditSettings, _ rules: Catalogue.InstanceType.Credits?, owner: ComponentID,
    kind: UInt16, ordinal: Int, _ kernel: inout Kernel
  ) {
    guard let rules else { return }
    let meter = CreditMeter(
      settings, rules, processors: processor.processors,
      busyTime: processor.busyTime(at: kernel.now), owner: owner, kind: kind,
      payload: UInt32(ordinal), &kernel)
    credits = meter
    if meter.share < 1 { processor.limit(to: meter.share, &kernel) }
  }

  /// Looks whether its CPU credits are used up, or there again.
  func watchCredits(_ kernel: inout Kernel) {
    let busyTime = processor.busyTime(at: kernel.now)
    guard let share = credits?.fire(busyTime: busyTime, &kernel) else { return }
    processor.limit(to: share, &kernel)
  }

  /// Ends its bill and its CPU credits.
  func stopBill(at now: Nanoseconds) {
    billedUntil = now
    credits?.close(busyTime: processor.busyTime(at: now), at: now)
  }

  /// How long it was billed, up to `now`.
  func billed(until now: Nanoseconds) -> Nanoseconds {
    guard let billedFrom else { return 0 }
    return max((billedUntil ?? now) - billedFrom, 0)
  }
}
