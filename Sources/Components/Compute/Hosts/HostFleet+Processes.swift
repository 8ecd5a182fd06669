import Kernel

/// Processes that are limited in memory, time or requests, and end at their limit.
extension HostFleet {
  /// In `key`, a request whose time is over; else it is one more than its timer, or 0.
  private static let overdue = UInt64.max

  private var application: Application { host.application }

  /// A request enters a process: whether it is refused there.
  final func isRefused(
    _ call: CallID, _ ordinal: Int, _ process: Int, _ kernel: inout Kernel
  ) -> Bool {
    let instance = instances[ordinal]
    kernel.calls[call].key = 0
    if let limit = application.concurrencyLimit, instance.load(of: process) > limit {
      refusedCount += 1
      finished(call, .unavailable, &kernel)
      return true
    }
    if let timeout = application.workerTimeout {
      let timer = kernel.startTimer(
        after: timeout, target: id, kind: HostEvent.tooLong, payload: call)
      kernel.calls[call].key = UInt64(timer) + 1
    }
    if let memory = application.memory, !instance.isShortOfMemory,
      instance.memory(memory) > host.memory
    {
      instance.isShortOfMemory = true
      // A process ends when nothing else is pending at the instant.
      kernel.schedule(after: 1, id, HostEvent.shortOfMemory, UInt32(ordinal))
    }
    return false
  }

  /// A request has ended in time.
  final func stopClock(_ request: CallID, _ kernel: inout Kernel) {
    guard application.workerTimeout != nil else { return }
    let key = kernel.calls[request].key
    if key != Self.overdue, key != 0 { kernel.cancelTimer(TimerID(key - 1)) }
  }

  /// A request has taken too long.
  final func tooLong(_ request: CallID, _ kernel: inout Kernel) {
    kernel.calls[request].key = Self.overdue
    kernel.schedule(after: 1, id, HostEvent.killed, request)
  }

  /// The process of a request that has taken too long is killed, unless it ended meanwhile.
  final func killStuck(_ request: CallID, _ kernel: inout Kernel) {
    guard kernel.calls[request].key == Self.overdue else { return }
    kill(Int(kernel.calls[request].place), &kernel)
  }

  /// The system kills the process that uses most memory, until the rest fits.
  final func freeMemory(_ ordinal: Int, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    instance.isShortOfMemory = false
    guard let needs = application.memory else { return }
    while instance.state != .terminated, instance.memory(needs) > host.memory,
      instance.works(instance.fullest), instance.load(of: instance.fullest) > 0
    {
      kill(ordinal * processes + instance.fullest, &kernel)
    }
  }

  /// Ends a process with all that it works on; another takes its place after a time.
  private func kill(_ place: Int, _ kernel: inout Kernel) {
    let instance = instances[place / processes]
    guard instance.works(place % processes) else { return }
    instance.kill(place % processes, application)
    for store in stores { store.processEnded(UInt16(place), of: id) }
    let rows = kernel.calls.rowsInUse()
    end(frames(of: rows, at: place..<(place + 1), &kernel), of: rows, .terminated, &kernel) {
      instance.processor.cancel($0, &$1)
    }
    kernel.schedule(
      after: max(1, application.restart), id, HostEvent.restarted, UInt32(place))
  }

  /// A process works again, and takes requests from the backlog.
  final func restartProcess(_ place: Int, _ kernel: inout Kernel) {
    let ordinal = place / processes
    let instance = instances[ordinal]
    instance.restart(place % processes, application)
    guard instance.state != .terminated else { return }
    while true {
      let next = instance.workers.admitNext(&kernel)
      guard next != .none else { return }
      kernel.calls[next].children = 0
      begin(next, on: ordinal, &kernel)
    }
  }

  /// All that a host works on is lost with it.
  final func loseRequests(_ ordinal: Int, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    let rows = kernel.calls.rowsInUse()
    refuseWaiting(ordinal, rows, &kernel)
    let places = (ordinal * processes)..<((ordinal + 1) * processes)
    end(frames(of: rows, at: places, &kernel), of: rows, .terminated, &kernel) {
      instance.processor.cancel($0, &$1)
    }
  }

  /// Requests that wait for a worker of the instance get no answer from it.
  private func refuseWaiting(_ ordinal: Int, _ rows: [CallID], _ kernel: inout Kernel) {
    for row in rows
    where kernel.calls[row].component == id && Int(kernel.calls[row].place) == ordinal
      && kernel.calls[row].children == Self.unbegun
    {
      instances[ordinal].workers.renege(row, &kernel)
      kernel.reply(row, .terminated)
    }
  }
}
