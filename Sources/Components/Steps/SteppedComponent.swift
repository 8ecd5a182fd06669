import Kernel

/// A component that executes the compiled steps of its endpoints, for any number of requests.
///
/// A request's call is its *frame*: `step` is the instruction, `outcome` the last outcome,
/// `counter` the repetition, `state` the attempt, `slot` the page or a timer. Branches,
/// repetitions and background work are frames of their own on the same component.
///
/// What computing means, which pools there are and what follows on the last step is for the kinds
/// of component to say, which inherit from this.
class SteppedComponent: RunningComponent {
  /// The event kinds of the steps; a kind of component numbers its own from ``ownKinds``.
  enum StepEvent {
    static let proceed: UInt16 = 0
    static let again: UInt16 = 1
    static let poolTimeout: UInt16 = 2
    static let restart: UInt16 = 3
    static let ownKinds: UInt16 = 8
  }

  /// The operation of a frame that is not a request of its own.
  private static let subframe = UInt16.max

  private let program: StepProgram
  private var flights = Flights()
  private var budgets = RetryBudgets()
  /// Requests that waited for another's lookup.
  private(set) var coalescedCount = 0
  /// Calls that were repeated.
  private(set) var retryCount = 0

  /// A component that executes a program.
  init(_ program: StepProgram, at site: Site) {
    self.program = program
    super.init(at: site)
  }

  override func link(_ assembly: inout Assembly) { program.link(&assembly) }

  // MARK: For the kinds of component

  /// Computes for `demand` nanoseconds of a processor, then calls ``proceed(_:_:)``.
  func compute(_ frame: CallID, demand: Nanoseconds, _ kernel: inout Kernel) {
    kernel.schedule(after: demand, id, StepEvent.proceed, frame)
  }

  /// The pool of an index at the frame's place.
  func pool(_ index: Int, of frame: CallID, _ kernel: inout Kernel) -> ConnectionPool {
    preconditionFailure("\(site.name) has no pools")
  }

  /// The steps of a request have ended.
  func finished(_ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    kernel.reply(request, outcome)
  }

  /// Begins the steps of an endpoint.
  @inline(__always)
  final func beginSteps(_ frame: CallID, _ kernel: inout Kernel) {
    kernel.calls[frame].step = program.entries[Int(kernel.calls[frame].operation)]
    run(frame, &kernel)
  }

  /// Goes on after the present instruction.
  @inline(__always)
  final func proceed(_ frame: CallID, _ kernel: inout Kernel) {
    kernel.calls[frame].step &+= 1
    run(frame, &kernel)
  }

  override func fire(_ frame: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if kind == StepEvent.proceed {
      proceed(frame, &kernel)
    } else {
      fireRarely(frame, kind, &kernel)
    }
  }

  @inline(never)
  private func fireRarely(_ frame: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case StepEvent.again: ask(frame, &kernel)
    case StepEvent.restart: startAttempt(frame, &kernel)
    case StepEvent.poolTimeout:
      let index = Int(instruction(frame, &kernel).pool)
      let isIgnored = instruction(frame, &kernel).ignoresFailure
      pool(index, of: frame, &kernel).giveUp(frame, &kernel)
      fail(frame, isIgnored ? .miss : .poolTimeout, &kernel)
    default: preconditionFailure("\(site.name) has no event \(kind)")
    }
  }

  // MARK: Executing

  /// Executes from the frame's step on until it has to wait or ends.
  private func run(_ frame: CallID, _ kernel: inout Kernel) {
    var step = kernel.calls[frame].step
    while true {
      let instruction = program.instructions[Int(step)]
      switch instruction.code {
      case .pause:
        let time = pausing(instruction, frame, &kernel)
        if time > 0 {
          kernel.calls[frame].step = step
          return kernel.schedule(after: time, id, StepEvent.proceed, frame)
        }
        step &+= 1
      case .compute:
        let demand = computing(instruction, frame, &kernel)
        if demand > 0 {
          kernel.calls[frame].step = step
          return compute(frame, demand: demand, &kernel)
        }
        step &+= 1
      case .call:
        kernel.calls[frame].step = step
        kernel.calls[frame].state = 0
        kernel.calls[frame].slot = 0
        return ask(frame, &kernel)
      case .choose: step = chosen(instruction, frame, &kernel)
      case .jump: step = instruction.jump
      case .finish: return finish(frame, &kernel)
      default:
        kernel.calls[frame].step = step
        guard execute(frame, &kernel) else { return }
        step = kernel.calls[frame].step
      }
    }
  }

  /// Executes one of the rarer instructions and moves on; false if the frame has to wait.
  private func execute(_ frame: CallID, _ kernel: inout Kernel) -> Bool {
    let instruction = instruction(frame, &kernel)
    switch instruction.code {
    case .acquire: return acquire(instruction, frame, &kernel)
    case .release:
      release(instruction, frame, &kernel)
      if leaveIfFailed(instruction, frame, &kernel) { return true }
    case .fork:
      fork(instruction, frame, &kernel)
      return false
    case .spawn:
      spawn(instruction, frame, &kernel)
      kernel.calls[frame].step = instruction.jump
      return true
    case .attempt:
      kernel.calls[frame].state = 0
      startAttempt(frame, &kernel)
      return false
    case .loop: if repeats(instruction, frame, &kernel) { return true }
    case .fail:
      if uniform(bits(instruction.drawKey, frame, &kernel)) <= instruction.chance {
        kernel.calls[frame].outcome = .failed
        kernel.calls[frame].step = instruction.onFailure
        return true
      }
    case .lead: guard lead(instruction, frame, &kernel) else { return false }
    case .land:
      land(instruction, frame, &kernel)
      if leaveIfFailed(instruction, frame, &kernel) { return true }
    case .unlessMissed:
      if kernel.calls[frame].outcome != .miss {
        kernel.calls[frame].step = instruction.jump
        return true
      }
      kernel.calls[frame].outcome = .ok
    case .compute, .pause, .call, .choose, .jump, .finish:
      preconditionFailure("executed by run")
    }
    kernel.calls[frame].step &+= 1
    return true
  }

  @inline(__always)
  private func finish(_ frame: CallID, _ kernel: inout Kernel) {
    let outcome = kernel.calls[frame].outcome
    let result: Outcome = outcome.isSuccess ? .ok : outcome
    if kernel.calls[frame].operation == SteppedComponent.subframe {
      kernel.reply(frame, result)
    } else {
      finished(frame, result, &kernel)
    }
  }

  private func fail(_ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let instruction = instruction(frame, &kernel)
    kernel.calls[frame].outcome = outcome
    kernel.calls[frame].step = instruction.onFailure
    run(frame, &kernel)
  }

  private func leaveIfFailed(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    if kernel.calls[frame].outcome.isSuccess { return false }
    kernel.calls[frame].step = instruction.onFailure
    return true
  }

  @inline(__always)
  private func instruction(_ frame: CallID, _ kernel: inout Kernel) -> Instruction {
    program.instructions[Int(kernel.calls[frame].step)]
  }

  // MARK: Draws

  /// The bits of a step's draw in this frame and repetition.
  @inline(__always)
  private func bits(_ stepKey: UInt64, _ frame: CallID, _ kernel: inout Kernel) -> UInt64 {
    mixed(
      kernel.calls[frame].drawKey &+ stepKey
        &+ UInt64(kernel.calls[frame].counter) &* 0x9e37_79b9_7f4a_7c15)
  }

  /// The whole time of a step.
  @inline(__always)
  private func time(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let bits = bits(instruction.drawKey, frame, &kernel)
    return program.samplers[Int(instruction.sampler)].formula.nanoseconds(bits)
  }

  /// The part of a step's time that is computing.
  @inline(__always)
  private func computing(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let whole = time(instruction, frame, &kernel)
    let share = instruction.chance
    return share == 1 ? whole : Nanoseconds(Double(whole) * share)
  }

  /// The rest of it, so that both make up the whole to the nanosecond.
  @inline(__always)
  private func pausing(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Nanoseconds {
    let whole = time(instruction, frame, &kernel)
    let share = instruction.chance
    return share == 0 ? whole : whole - Nanoseconds(Double(whole) * share)
  }

  @inline(__always)
  private func chosen(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> UInt16 {
    let draw = uniform(bits(instruction.drawKey, frame, &kernel))
    let first = Int(instruction.firstBranch)
    for index in first..<(first &+ Int(instruction.branches))
    where draw <= program.branches[index].threshold {
      return program.branches[index].start
    }
    return instruction.jump
  }

  private func repeats(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    let done = kernel.calls[frame].counter &+ 1
    let goesOn =
      done < instruction.operation
      || (instruction.chance > 0 && done < .max
        && uniform(bits(instruction.drawKey, frame, &kernel)) <= instruction.chance)
    guard goesOn else { return false }
    kernel.calls[frame].counter = done
    kernel.calls[frame].step = instruction.jump
    return true
  }

  private func key(_ index: Int16, _ frame: CallID, _ kernel: inout Kernel) -> UInt64 {
    guard index >= 0 else { return 0 }
    let key = program.keys[Int(index)]
    switch key.choice {
    case .user: return mixed(key.namespace &+ UInt64(kernel.calls[frame].user))
    case .shared: return key.namespace
    case .request: return mixed(key.namespace &+ requestKey(frame, &kernel))
    case .drawn:
      let rank = key.sampler?.sample(mixed(requestKey(frame, &kernel) &+ key.namespace)) ?? 0
      return mixed(key.namespace &+ UInt64(rank))
    }
  }

  /// What all frames of a request have in common, so that all mean the same item.
  private func requestKey(_ frame: CallID, _ kernel: inout Kernel) -> UInt64 {
    kernel.calls[frame].operation == SteppedComponent.subframe
      ? kernel.calls[frame].key : kernel.calls[frame].drawKey
  }

  /// The lookup that a frame leads or joins: of a key in the instruction's component.
  private func flight(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> UInt64 {
    mixed(key(instruction.key, frame, &kernel) &+ instruction.drawKey)
  }

  // MARK: Calls

  /// Makes the call of the present instruction.
  private func ask(_ frame: CallID, _ kernel: inout Kernel) {
    let call = kernel.calls[frame]
    let instruction = program.instructions[Int(call.step)]
    var destination = StepProgram.Destination(
      target: instruction.target, operation: instruction.operation)
    if instruction.targets > 1 { destination = nextDestination(instruction) }
    var drawKey =
      call.drawKey &+ instruction.drawKey &+ UInt64(call.counter) &* 0x9e37_79b9_7f4a_7c15
      &+ UInt64(call.slot) &* 0xd6e8_feb8_6659_fd93
    if call.state > 0 { drawKey &+= UInt64(call.state) &* 0xa076_1d64_78bd_642f }
    let child = kernel.start(
      destination.target, operation: destination.operation, caller: frame,
      drawKey: mixed(drawKey), user: call.user)
    if instruction.key >= 0 {
      kernel.calls[child].key = key(instruction.key, frame, &kernel)
    }
    kernel.calls[child].slot = call.slot
    if instruction.timeout > 0 { kernel.setTimeout(child, after: instruction.timeout) }
  }

  /// Several components are asked in turn.
  @inline(__always)
  private func nextDestination(_ instruction: Instruction) -> StepProgram.Destination {
    let first = Int(instruction.firstTarget)
    let turn = program.turns[first]
    program.turns[first] = turn &+ 1 < instruction.targets ? turn &+ 1 : 0
    return program.destinations[first + Int(turn)]
  }

  override func resume(_ frame: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    let instruction = instruction(frame, &kernel)
    if instruction.code == .call, outcome.isSuccess, outcome != .partial, instruction.retry < 0 {
      kernel.calls[frame].outcome = outcome
      return proceed(frame, &kernel)
    }
    resume(instruction, frame, after: outcome, &kernel)
  }

  /// What follows on anything but the success of a call that is made once.
  @inline(never)
  private func resume(
    _ instruction: Instruction, _ frame: CallID, after outcome: Outcome, _ kernel: inout Kernel
  ) {
    switch instruction.code {
    case .fork: joined(instruction, frame, outcome, &kernel)
    case .attempt: attempted(instruction, frame, outcome, &kernel)
    default: answered(instruction, frame, outcome, &kernel)
    }
  }

  private func answered(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    if outcome.isSuccess {
      if instruction.retry >= 0 { earn(instruction, frame, &kernel) }
      if outcome == .partial {
        kernel.calls[frame].slot &+= 1
        kernel.calls[frame].state = 0
        return ask(frame, &kernel)
      }
      kernel.calls[frame].outcome = outcome
      return proceed(frame, &kernel)
    }
    if retries(instruction, frame, outcome, StepEvent.again, &kernel) { return }
    if instruction.ignoresFailure {
      // A lookup whose failure is ignored found nothing.
      kernel.calls[frame].outcome = .miss
      return proceed(frame, &kernel)
    }
    fail(frame, outcome, &kernel)
  }

  /// Schedules another attempt if the instruction's policy and its budget allow one.
  private func retries(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kind: UInt16,
    _ kernel: inout Kernel
  ) -> Bool {
    guard instruction.retry >= 0 else { return false }
    let policy = program.retries[Int(instruction.retry)]
    let attempt = Int(kernel.calls[frame].state) + 1
    guard attempt < policy.attempts,
      budgets.spend(policy, Int(instruction.retry), kernel.calls[frame].place, outcome)
    else { return false }
    kernel.calls[frame].state = UInt8(attempt)
    retryCount &+= 1
    let draw = mixed(
      bits(instruction.drawKey, frame, &kernel) &+ UInt64(attempt) &* 0xa076_1d64_78bd_642f
        &+ UInt64(kernel.calls[frame].slot))
    kernel.schedule(after: policy.delay(before: attempt, draw), id, kind, frame)
    return true
  }

  private func earn(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    let policy = program.retries[Int(instruction.retry)]
    let call = kernel.calls[frame]
    budgets.earn(policy, Int(instruction.retry), call.place, wasRetried: call.state > 0)
  }

  // MARK: Pools

  /// Takes a server of a pool; false if the frame must wait for one.
  private func acquire(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    let pool = self.pool(Int(instruction.pool), of: frame, &kernel)
    switch pool.take(frame, &kernel) {
    case .waits:
      if let patience = pool.patience {
        kernel.calls[frame].slot = kernel.startTimer(
          after: patience, target: id, kind: StepEvent.poolTimeout, payload: frame)
      }
      return false
    case .connected: kernel.calls[frame].step = instruction.jump
    case .unconnected: kernel.calls[frame].step &+= 1
    }
    return true
  }

  private func release(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    let pool = self.pool(Int(instruction.pool), of: frame, &kernel)
    let (next, isConnected) = pool.giveBack(&kernel)
    guard next != .none else { return }
    if pool.patience != nil { kernel.cancelTimer(kernel.calls[next].slot) }
    let waiting = program.instructions[Int(kernel.calls[next].step)]
    kernel.calls[next].step = isConnected ? waiting.jump : kernel.calls[next].step &+ 1
    // The next one goes on by itself, not from within this frame.
    kernel.calls[next].step &-= 1
    kernel.post(id, StepEvent.proceed, next)
  }

  // MARK: Frames

  private func open(
    _ instruction: Instruction, _ frame: CallID, caller: CallID, at start: UInt16, number: UInt64,
    _ kernel: inout Kernel
  ) -> CallID {
    let parent = kernel.calls[frame]
    let key = mixed(
      bits(instruction.drawKey, frame, &kernel) &+ number &* 0xa076_1d64_78bd_642f)
    let child = kernel.open(
      id, operation: SteppedComponent.subframe, caller: caller, drawKey: key, user: parent.user)
    kernel.calls[child].place = parent.place
    kernel.calls[child].key =
      parent.operation == SteppedComponent.subframe ? parent.key : parent.drawKey
    // Started by an event of this instant; `proceed` goes to the instruction after `step`.
    kernel.calls[child].step = start &- 1
    kernel.post(id, StepEvent.proceed, child)
    return child
  }

  private func spawn(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    let start = kernel.calls[frame].step &+ 1
    _ = open(instruction, frame, caller: .none, at: start, number: 1, &kernel)
  }

  private func startAttempt(_ frame: CallID, _ kernel: inout Kernel) {
    let call = kernel.calls[frame]
    let instruction = program.instructions[Int(call.step)]
    _ = open(
      instruction, frame, caller: frame, at: call.step &+ 1, number: 1 + UInt64(call.state),
      &kernel)
  }

  private func attempted(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    if !outcome.isSuccess {
      if retries(instruction, frame, outcome, StepEvent.restart, &kernel) { return }
      return fail(frame, outcome, &kernel)
    }
    kernel.calls[frame].step = instruction.jump
    run(frame, &kernel)
  }

  private func fork(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    kernel.calls[frame].children = instruction.branches
    kernel.calls[frame].outcome = .ok
    for index in 0..<Int(instruction.branches) {
      let branch = program.branches[Int(instruction.firstBranch) + index]
      _ = open(
        instruction, frame, caller: frame, at: branch.start, number: UInt64(index + 1), &kernel)
    }
  }

  private func joined(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    if !outcome.isSuccess { kernel.calls[frame].outcome = outcome }
    kernel.calls[frame].children &-= 1
    guard kernel.calls[frame].children == 0 else { return }
    let isFailed = !kernel.calls[frame].outcome.isSuccess
    kernel.calls[frame].step = isFailed ? instruction.onFailure : instruction.jump
    run(frame, &kernel)
  }

  // MARK: Coalescing

  /// Leads a lookup, or joins the one in flight: then the frame waits, and the answer is false.
  private func lead(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    let key = flight(instruction, frame, &kernel)
    if flights.lead(key, at: kernel.calls[frame].place) { return true }
    coalescedCount &+= 1
    flights.join(key, at: kernel.calls[frame].place, frame, &kernel)
    return false
  }

  private func land(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    let outcome = kernel.calls[frame].outcome
    let key = flight(instruction, frame, &kernel)
    var followers = flights.land(key, at: kernel.calls[frame].place)
    while !followers.isEmpty {
      let follower = followers.removeFirst(&kernel)
      let lead = program.instructions[Int(kernel.calls[follower].step)]
      kernel.calls[follower].outcome = outcome
      kernel.calls[follower].step = (outcome.isSuccess ? lead.jump : lead.onFailure) &- 1
      kernel.post(id, StepEvent.proceed, follower)
    }
  }
}
