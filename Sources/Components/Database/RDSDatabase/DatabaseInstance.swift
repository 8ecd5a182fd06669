import Kernel

/// One server of a database at work: the primary or a replica.
final class DatabaseInstance {
  /// Its place: 0 is the primary.
  let number: UInt16
  let processor: SharedProcessor
  let volume: DatabaseVolume
  let mostConnections: Int
  let missShare: Double
  /// Sessions over time, those that the database holds for others not among them.
  let sessions = LevelRecorder(at: 0)
  /// The connections of the proxy, if there is one.
  let pool: ConnectionPool?
  let cache: QueryCache?
  /// The memory that sessions and the rest of the server share.
  let memoryBesidePool: Double
  /// Whether it is gone because another takes over.
  var isDown = false
  /// Calls that hold a connection of the proxy while the server is gone.
  var stalled = CallQueue()
  /// Its CPU credits; nil if its class has none.
  private(set) var credits: CreditMeter?
  private let rules: Catalogue.InstanceType.Credits?
  /// Calls in a session; each knows its place here by its `counter`.
  private(set) var active: [CallID] = []

  init(
    _ number: Int, _ databaseClass: DatabaseClass, of database: RDSDatabase, owner: ComponentID,
    processorEvent: UInt16
  ) {
    self.number = UInt16(number)
    processor = SharedProcessor(
      processors: databaseClass.type.vCPUs, speed: databaseClass.type.speed, owner: owner,
      kind: processorEvent, payload: UInt32(number))
    rules = databaseClass.type.credits
    volume = DatabaseVolume(database.storage)
    let most = database.mostConnections(of: databaseClass)
    mostConnections = most
    missShare = database.missShare(of: databaseClass)
    memoryBesidePool =
      databaseClass.memory(database.catalogue) - database.bufferPool(of: databaseClass)
    cache = database.queryCache.map { QueryCache($0, tables: database.tables.count) }
    pool = database.proxy.map { proxy in
      let share = Int(Double(most) * proxy.share)
      let size = max(1, min(share, most - database.connections.held))
      let kept = min(size, Int(Double(most) * proxy.idleShare))
      return ConnectionPool(
        size: kept, overflow: size - kept, patience: proxy.patience, isOpen: false, start: 0)
    }
  }

  /// Begins to count its CPU credits, if its class is burstable.
  func meterCredits(
    _ settings: CreditSettings, owner: ComponentID, kind: UInt16, _ kernel: inout Kernel
  ) {
    guard let rules else { return }
    let meter = CreditMeter(
      settings, rules, processors: processor.processors, owner: owner, kind: kind,
      payload: UInt32(number), &kernel)
    credits = meter
    if meter.share < 1 { processor.limit(to: meter.share, &kernel) }
  }

  /// Looks whether its CPU credits are used up, or there again.
  func watchCredits(_ kernel: inout Kernel) {
    let busyTime = processor.busyTime(at: kernel.now)
    guard let share = credits?.fire(busyTime: busyTime, &kernel) else { return }
    processor.limit(to: share, &kernel)
  }

  /// Begins the session of a call.
  func enter(_ call: CallID, _ kernel: inout Kernel) {
    sessions.change(by: 1, at: kernel.now)
    kernel.calls[call].counter = UInt16(active.count)
    active.append(call)
  }

  /// Ends the session of a call.
  func leave(_ call: CallID, _ kernel: inout Kernel) {
    sessions.change(by: -1, at: kernel.now)
    let index = Int(kernel.calls[call].counter)
    let last = active.removeLast()
    guard last != call else { return }
    active[index] = last
    kernel.calls[last].counter = UInt16(index)
  }
}
