import Kernel

/// What is asked of other components, and the connections that it takes.
extension SteppedComponent {
  /// Makes the call of a step, for the first page and the first time.
  @inline(never)
  final func ask(from step: Int, _ frame: CallID, _ kernel: inout Kernel) {
    let instruction = program.instructions[step]
    kernel.calls[frame].step = UInt16(truncatingIfNeeded: step)
    kernel.calls[frame].state = 0
    kernel.calls[frame].slot = 0
    let bits = bits(instruction.drawKey, frame, &kernel)
    ask(instruction, frame, drawKey: bits, &kernel)
  }

  /// Makes the call of the present instruction for a further page or once more.
  func askAgain(_ frame: CallID, _ kernel: inout Kernel) {
    let call = kernel.calls[frame]
    let instruction = program.instructions[Int(call.step)]
    let drawKey =
      call.drawKey &+ instruction.drawKey &+ UInt64(call.counter) &* KeyStride.number
      &+ UInt64(call.slot) &* KeyStride.page &+ UInt64(call.state) &* KeyStride.attempt
    let child = ask(instruction, frame, drawKey: mixed(drawKey), &kernel)
    kernel.calls[child].slot = call.slot
  }

  @inline(__always)
  @discardableResult
  private func ask(
    _ instruction: Instruction, _ frame: CallID, drawKey: UInt64, _ kernel: inout Kernel
  ) -> CallID {
    var destination = StepProgram.Destination(
      target: instruction.target, operation: instruction.operation)
    if instruction.targets > 1 { destination = nextDestination(instruction) }
    let child = kernel.start(
      destination.target, operation: destination.operation, caller: frame, drawKey: drawKey,
      user: kernel.calls[frame].user)
    if instruction.key >= 0 {
      kernel.calls[child].key = key(instruction.key, frame, &kernel)
    }
    if instruction.timeout > 0 { kernel.setTimeout(child, after: instruction.timeout) }
    return child
  }

  /// Several components are asked in turn.
  @inline(__always)
  func nextDestination(_ instruction: Instruction) -> StepProgram.Destination {
    let first = Int(instruction.firstTarget)
    let turn = program.turns[first]
    program.turns[first] = turn &+ 1 < instruction.targets ? turn &+ 1 : 0
    return program.destinations[first + Int(turn)]
  }

  /// What follows on anything but the success of a call that is made once.
  @inline(never)
  func resume(
    _ instruction: Instruction, _ frame: CallID, after outcome: Outcome, _ kernel: inout Kernel
  ) {
    switch instruction.code {
    case .fork: joined(instruction, frame, outcome, &kernel)
    case .attempt: attempted(instruction, frame, outcome, &kernel)
    default: answered(instruction, frame, outcome, &kernel)
    }
  }

  func answered(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    if outcome.isSuccess {
      if instruction.retry >= 0 { earn(instruction, frame, &kernel) }
      if outcome == .partial {
        kernel.calls[frame].slot &+= 1
        kernel.calls[frame].state = 0
        return askAgain(frame, &kernel)
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
  func retries(
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
    // What the retry follows on, for what its success will earn.
    kernel.calls[frame].outcome = outcome
    retryCount &+= 1
    let draw = mixed(
      bits(instruction.drawKey, frame, &kernel) &+ UInt64(attempt) &* KeyStride.attempt
        &+ UInt64(kernel.calls[frame].slot))
    kernel.schedule(after: policy.delay(before: attempt, after: outcome, draw), id, kind, frame)
    return true
  }

  func earn(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    let policy = program.retries[Int(instruction.retry)]
    let call = kernel.calls[frame]
    budgets.earn(
      policy, Int(instruction.retry), call.place,
      retriedAfter: call.state > 0 ? call.outcome : nil)
  }

  /// Takes a server of a pool; false if the frame must wait for one.
  func acquire(
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

  func release(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
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
}
