import Kernel

/// Stands between a step and whom it asks: circuit breaker, limit, bulkhead and hedge, in this
/// order, each if the step has it.
///
/// A step without such options asks directly. State is kept for each process that asks, as
/// libraries do.
///
/// The step's call keeps the process in `place`, the timer of its wait or hedge in `mark`, the
/// breaker's phase in `state`. If it is hedged, each copy is asked by a call of the guard's own, a
/// *leg*, with the other leg in `next` and 1 in `state` if it is the second.
final class CallGuard: RunningComponent {
  private enum EventKind {
    static let turn: UInt16 = 0
    static let waited: UInt16 = 1
    static let hedge: UInt16 = 2
  }

  /// The operation of a leg.
  private static let leg = UInt16.max
  private static let noTimer = Nanoseconds(TimerID.none)

  /// What is kept for a process.
  private struct Process {
    var circuit: CircuitState?
    var inFlight = 0
    var waiting = CallQueue()
    /// When the next call would be due if they came one by one.
    var due: Nanoseconds = .min
  }

  /// What was done.
  struct Counts {
    var refusedByCircuit = 0
    var refusedByBulkhead = 0
    var refusedByLimit = 0
    var hedges = 0
    var hedgesWon = 0
  }

  private let resilience: Resilience
  private let destinations: [StepProgram.Destination]
  private let timeout: Nanoseconds
  private var turn = 0
  private var numbers: [UInt16: Int] = [:]
  private var processes: [Process] = []
  private(set) var counts = Counts()

  init(
    _ resilience: Resilience, _ destinations: [StepProgram.Destination], timeout: Nanoseconds,
    at site: Site
  ) {
    self.resilience = resilience
    self.destinations = destinations
    self.timeout = timeout
    super.init(at: site)
  }

  /// How often breakers opened.
  var openedCount: Int { processes.reduce(0) { $0 + ($1.circuit?.openedCount ?? 0) } }
  /// What the step has, to report what belongs to it.
  var options: Resilience { resilience }

  // MARK: On the way there

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let caller = kernel.calls[call].caller
    let place = caller < CallID.component(0) ? kernel.calls[caller].place : 0
    kernel.calls[call].place = place
    kernel.calls[call].mark = Self.noTimer
    let process = number(of: place)
    if processes[process].circuit?.admits(at: kernel.now) == false {
      counts.refusedByCircuit += 1
      return kernel.reply(call, .circuitOpen)
    }
    kernel.calls[call].state = processes[process].circuit?.epoch ?? 0
    takeTurn(call, process, &kernel)
  }

  private func number(of place: UInt16) -> Int {
    if let known = numbers[place] { return known }
    processes.append(Process(circuit: resilience.circuitBreaker.map { CircuitState($0) }))
    numbers[place] = processes.count - 1
    return processes.count - 1
  }

  private func takeTurn(_ call: CallID, _ process: Int, _ kernel: inout Kernel) {
    guard let limit = resilience.limit else { return enter(call, process, &kernel) }
    let due = max(processes[process].due, kernel.now)
    let wait = max(0, due - kernel.now - limit.interval * Nanoseconds(limit.burst - 1))
    guard wait <= limit.wait else {
      counts.refusedByLimit += 1
      return refuse(call, .rateLimited, process, &kernel)
    }
    processes[process].due = due + limit.interval
    if wait == 0 { return enter(call, process, &kernel) }
    kernel.schedule(after: wait, id, EventKind.turn, call)
  }

  private func enter(_ call: CallID, _ process: Int, _ kernel: inout Kernel) {
    guard let bulkhead = resilience.bulkhead else { return ask(call, &kernel) }
    if processes[process].inFlight < bulkhead.size {
      processes[process].inFlight += 1
      return ask(call, &kernel)
    }
    guard processes[process].waiting.count < bulkhead.queue else {
      counts.refusedByBulkhead += 1
      return refuse(call, .bulkheadFull, process, &kernel)
    }
    processes[process].waiting.append(call, &kernel)
    guard bulkhead.wait < Nanoseconds.longest else { return }
    kernel.calls[call].mark = Nanoseconds(
      kernel.startTimer(
        after: bulkhead.wait, target: id, kind: EventKind.waited, payload: call))
  }

  /// A call that is not made tells the breaker nothing.
  private func refuse(
    _ call: CallID, _ outcome: Outcome, _ process: Int, _ kernel: inout Kernel
  ) {
    processes[process].circuit?.giveBack(kernel.calls[call].state)
    kernel.reply(call, outcome)
  }

  private func ask(_ call: CallID, _ kernel: inout Kernel) {
    guard let hedge = resilience.hedge else {
      return start(call, for: call, drawKey: kernel.calls[call].drawKey, &kernel)
    }
    kernel.calls[call].next = startLeg(call, drawKey: kernel.calls[call].drawKey, &kernel)
    kernel.calls[call].mark = Nanoseconds(
      kernel.startTimer(after: hedge, target: id, kind: EventKind.hedge, payload: call))
  }

  /// Asks the next destination.
  private func start(
    _ caller: CallID, for call: CallID, drawKey: UInt64, _ kernel: inout Kernel
  ) {
    let destination = destinations[turn]
    turn = turn + 1 < destinations.count ? turn + 1 : 0
    let row = kernel.calls[call]
    let child = kernel.start(
      destination.target, operation: destination.operation, caller: caller, drawKey: drawKey,
      user: row.user)
    kernel.calls[child].key = row.key
    kernel.calls[child].slot = row.slot
    if timeout > 0 { kernel.setTimeout(child, after: timeout) }
  }

  // MARK: Hedging

  private func startLeg(_ call: CallID, drawKey: UInt64, _ kernel: inout Kernel) -> CallID {
    let leg = kernel.open(
      id, operation: Self.leg, caller: call, drawKey: 0, user: kernel.calls[call].user)
    start(leg, for: call, drawKey: drawKey, &kernel)
    return leg
  }

  private func hedge(_ call: CallID, _ kernel: inout Kernel) {
    counts.hedges += 1
    kernel.calls[call].mark = Self.noTimer
    let first = kernel.calls[call].next
    let key = mixed(kernel.calls[call].drawKey &+ RandomKey("hedge").bits)
    let second = startLeg(call, drawKey: key, &kernel)
    kernel.calls[first].next = second
    kernel.calls[second].next = first
    // Tells who was second.
    kernel.calls[second].state = 1
  }

  /// A copy is answered: the first success wins, a failure waits for the other copy.
  ///
  /// The loser goes on unheard; its leg ends with it, since its answer may be on its way already.
  private func legEnded(_ leg: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let row = kernel.calls[leg]
    kernel.close(leg)
    guard row.caller != .none else { return }
    if row.next != .none {
      kernel.calls[row.next].next = .none
      guard outcome.isSuccess else { return kernel.calls[row.caller].next = row.next }
      kernel.calls[row.next].caller = .none
      if row.state == 1 { counts.hedgesWon += 1 }
    }
    stopTimer(row.caller, &kernel)
    ended(row.caller, outcome, &kernel)
  }

  private func stopTimer(_ call: CallID, _ kernel: inout Kernel) {
    guard kernel.calls[call].mark != Self.noTimer else { return }
    kernel.cancelTimer(TimerID(kernel.calls[call].mark))
    kernel.calls[call].mark = Self.noTimer
  }

  // MARK: On the way back

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    if kernel.calls[call].operation == Self.leg {
      legEnded(call, outcome, &kernel)
    } else {
      ended(call, outcome, &kernel)
    }
  }

  private func ended(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let process = number(of: kernel.calls[call].place)
    processes[process].circuit?.record(
      isFailure: !outcome.isSuccess, kernel.calls[call].state, at: kernel.now)
    kernel.reply(call, outcome)
    guard resilience.bulkhead != nil else { return }
    let next = processes[process].waiting.removeFirst(&kernel)
    guard next != .none else {
      processes[process].inFlight -= 1
      return
    }
    stopTimer(next, &kernel)
    ask(next, &kernel)
  }

  override func fire(_ call: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.turn: enter(call, number(of: kernel.calls[call].place), &kernel)
    case EventKind.waited:
      let process = number(of: kernel.calls[call].place)
      processes[process].waiting.remove(call, &kernel)
      counts.refusedByBulkhead += 1
      refuse(call, .bulkheadFull, process, &kernel)
    default: hedge(call, &kernel)
    }
  }
}

extension ComponentRecord {
  /// Adds what the guards of a component's steps did, for the options that they have.
  mutating func add(_ guards: [CallGuard]) {
    guard !guards.isEmpty else { return }
    let sum = { (count: (CallGuard) -> Int) in Double(guards.reduce(0) { $0 + count($1) }) }
    if guards.contains(where: { $0.options.circuitBreaker != nil }) {
      add("circuits_opened", sum { $0.openedCount })
      add("refused_by_circuit", sum { $0.counts.refusedByCircuit })
    }
    if guards.contains(where: { $0.options.bulkhead != nil }) {
      add("refused_by_bulkhead", sum { $0.counts.refusedByBulkhead })
    }
    if guards.contains(where: { $0.options.limit != nil }) {
      add("refused_by_limit", sum { $0.counts.refusedByLimit })
    }
    if guards.contains(where: { $0.options.hedge != nil }) {
      add("hedges", sum { $0.counts.hedges })
      add("hedges_won", sum { $0.counts.hedgesWon })
    }
  }
}
