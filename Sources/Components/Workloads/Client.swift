public import Kernel

/// What the users see: makes the requests of a workload, waits for their answers and records them.
///
/// A request is a call that the client makes to the entry component on its own behalf, and whose
/// row tells its arrival, user and endpoint. Where attempts can be given up or repeated, it is the
/// client's own call instead, with one child at a time: the attempt.
public final class Client: RunningComponent {
  private enum EventKind {
    static let wake: UInt16 = 0
    static let again: UInt16 = 1
    static let loadEnd: UInt16 = 2
    static let graceEnd: UInt16 = 3
    static let observationEnd: UInt16 = 4
    static let lastInstant: UInt16 = 5
  }

  private struct State: BitwiseCopyable {
    var entry: ComponentID = 0
    var offered = 0
    var inFlight = 0
    var unfinished = 0
    var isLoadOver = false
    var isSettled = false
    var loadEnd: Nanoseconds = 0
  }

  private let workload: Workload
  private let entryName: String
  private let generator: LoadGenerator
  /// Whether the generator wants to know when requests end, as that of users does.
  private let awaitsEnds: Bool
  private let mix: EndpointMix
  private let operations: Cells<UInt16>
  private let recorders: [EndpointRecorder]
  private let entrances: Cells<EndpointRecorder.Entrance>
  private let state = Cell(State())
  private let limit: UInt64
  /// Whether a request can outlive its attempt at the entry component.
  private let hasAttempts: Bool
  private let timeout: Nanoseconds
  private let retryKey = RandomKey("client retry").bits
  private var budgets = RetryBudgets()

  init(_ workload: Workload, entry: String, _ generator: LoadGenerator, at site: Site) {
    self.workload = workload
    entryName = entry
    self.generator = generator
    awaitsEnds = generator.awaitsEnds
    mix = EndpointMix(workload.mix)
    recorders = mix.names.map { EndpointRecorder($0 ?? "all") }
    entrances = Cells(recorders.map(\.entrance))
    operations = Cells(0, count: recorders.count)
    limit = workload.requests.map { UInt64($0) } ?? .max
    timeout = workload.timeout ?? 0
    hasAttempts = workload.timeout != nil || workload.retry != nil
    super.init(at: site)
  }

  // MARK: Setting up

  override func link(_ assembly: inout Assembly) {
    for (index, name) in mix.names.enumerated() {
      let (entry, operation) = assembly.prepare(EndpointOperation(endpoint: name), of: entryName)
      state.value.entry = entry
      operations[index] = operation
    }
  }

  public override func begin(_ kernel: inout Kernel) {
    generator.begin(self, &kernel)
    // The end is scheduled just before it comes, so that arrivals at that instant go first: a rate
    // of 10/s brings 100 requests in 10 s.
    if let duration = workload.duration {
      kernel.schedule(after: duration - 1, id, EventKind.lastInstant, 0)
    }
  }

  // MARK: For generators

  /// Whether users still make requests; they stop when the load ends, not after it.
  func isOpen(at now: Nanoseconds) -> Bool {
    !state.value.isLoadOver && now < (workload.duration ?? .max)
  }

  /// Whether there will be another request after the `number`-th.
  @inline(__always)
  func mayRequest(_ number: UInt64) -> Bool { number < limit && !state.value.isLoadOver }

  /// Wakes the generator after a time.
  @inline(__always)
  func wake(after delay: Nanoseconds, _ payload: UInt32, _ kernel: inout Kernel) {
    kernel.schedule(after: delay, id, EventKind.wake, payload)
  }

  /// Makes a request.
  ///
  /// - Parameters:
  ///   - key: what all draws of the request follow from.
  ///   - user: who makes it.
  ///   - endpoint: the number of the endpoint; nil draws one from the mix.
  ///   - kernel: the simulation.
  @inline(__always)
  func request(key: UInt64, user: UInt32, endpoint: Int? = nil, _ kernel: inout Kernel) {
    guard !state.value.isLoadOver else { return }
    let endpoint = endpoint ?? mix.choose(key)
    entrances[endpoint].offer()
    state.value.offered &+= 1
    state.value.inFlight &+= 1
    if hasAttempts {
      requestWithAttempts(key: key, user: user, endpoint: endpoint, &kernel)
    } else {
      let request = kernel.start(
        state.value.entry, operation: operations[endpoint], caller: .component(id), drawKey: key,
        user: user)
      kernel.calls[request].tag = UInt16(truncatingIfNeeded: endpoint)
    }
    if UInt64(state.value.offered) == limit { endLoad(&kernel) }
  }

  // MARK: Requests

  @inline(never)
  private func requestWithAttempts(
    key: UInt64, user: UInt32, endpoint: Int, _ kernel: inout Kernel
  ) {
    let request = kernel.open(id, operation: 0, caller: .none, drawKey: key, user: user)
    kernel.calls[request].tag = UInt16(truncatingIfNeeded: endpoint)
    attempt(request, &kernel)
  }

  @inline(never)
  private func attempt(_ request: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[request]
    let number = UInt64(row.state)
    let key =
      number == 0 ? row.drawKey : mixed(row.drawKey &+ number &* KeyStride.attempt)
    let call = kernel.start(
      state.value.entry, operation: operations[Int(row.tag)], caller: request, drawKey: key,
      user: row.user)
    if timeout > 0 { kernel.setTimeout(call, after: timeout) }
  }

  public override func resume(
    _ request: CallID, after outcome: Outcome, _ kernel: inout Kernel
  ) {
    if !outcome.isSuccess {
      if retries(request, outcome, &kernel) { return }
    } else if hasAttempts {
      earn(request, &kernel)
    }
    let response = kernel.now - kernel.calls[request].began
    let endpoint = Int(kernel.calls[request].tag)
    let user = kernel.calls[request].user
    kernel.close(request)
    guard !state.value.isSettled else { return }
    entrances[endpoint].record(response, outcome)
    state.value.inFlight &-= 1
    if state.value.isLoadOver {
      if state.value.inFlight == 0 { settle(&kernel) }
    } else if awaitsEnds {
      generator.requestEnded(user, self, &kernel)
    }
  }

  @inline(never)
  private func earn(_ request: CallID, _ kernel: inout Kernel) {
    guard let policy = workload.retry else { return }
    let row = kernel.calls[request]
    budgets.earn(policy, 0, 0, retriedAfter: row.state > 0 ? row.outcome : nil)
  }

  @inline(never)
  private func retries(
    _ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) -> Bool {
    guard let policy = workload.retry else { return false }
    let attempt = Int(kernel.calls[request].state) + 1
    guard attempt < policy.attempts, budgets.spend(policy, 0, 0, outcome) else { return false }
    kernel.calls[request].state = UInt8(attempt)
    kernel.calls[request].outcome = outcome
    let draw = mixed(
      kernel.calls[request].drawKey &+ retryKey &+ UInt64(attempt) &* KeyStride.attempt)
    kernel.schedule(
      after: policy.delay(before: attempt, after: outcome, draw), id, EventKind.again, request)
    return true
  }

  public override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if kind == EventKind.wake {
      generator.fire(payload, self, &kernel)
    } else {
      fireRarely(payload, kind, &kernel)
    }
  }

  @inline(never)
  private func fireRarely(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case EventKind.again: attempt(payload, &kernel)
    case EventKind.lastInstant: kernel.schedule(after: 1, id, EventKind.loadEnd, 0)
    case EventKind.loadEnd: endLoad(&kernel)
    case EventKind.graceEnd: settle(&kernel)
    default: kernel.stop()
    }
  }

  // MARK: The end

  @inline(never)
  private func endLoad(_ kernel: inout Kernel) {
    guard !state.value.isLoadOver else { return }
    state.value.isLoadOver = true
    state.value.loadEnd = kernel.now
    if state.value.inFlight == 0 { return settle(&kernel) }
    kernel.schedule(after: workload.grace, id, EventKind.graceEnd, 0)
  }

  /// Nothing is recorded any more; the architecture is observed a while longer if that is wanted.
  @inline(never)
  private func settle(_ kernel: inout Kernel) {
    guard !state.value.isSettled else { return }
    state.value.isSettled = true
    state.value.unfinished = state.value.inFlight
    let end = state.value.loadEnd + workload.observation
    if kernel.now < end {
      kernel.schedule(after: end - kernel.now, id, EventKind.observationEnd, 0)
    } else {
      kernel.stop()
    }
  }

  // MARK: Reporting

  /// Requests that have ended so far, for progress.
  public var endedCount: Int { state.value.offered - state.value.inFlight }

  /// When the load ended.
  public var loadDuration: Nanoseconds { state.value.loadEnd }

  override var gauges: [Gauge] {
    [
      .rate("offered") { Double(self.state.value.offered) },
      .rate("throughput") { Double(self.endedCount) },
      .rate("failures") { Double(self.recorders.reduce(0) { $0 + $1.failureCount }) },
      Gauge("in_flight", unit: "", .level { _ in Double(self.state.value.inFlight) }),
    ]
  }

  /// Puts what the users saw into the record.
  public func report(into record: inout RunRecord) {
    record.endpoints = recorders.map { $0.record() }
    record.loadDuration = state.value.loadEnd
    record.unfinished = state.value.unfinished
  }
}
