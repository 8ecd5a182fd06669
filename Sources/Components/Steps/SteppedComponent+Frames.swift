import Kernel

/// Frames within a request: branches, repetitions, background work, and lookups that are shared.
extension SteppedComponent {
  func open(
    _ instruction: Instruction, _ frame: CallID, caller: CallID, at start: UInt16, number: UInt64,
    _ kernel: inout Kernel
  ) -> CallID {
    let parent = kernel.calls[frame]
    let key = mixed(
      bits(instruction.drawKey, frame, &kernel) &+ number &* KeyStride.attempt)
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

  func spawn(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    let start = kernel.calls[frame].step &+ 1
    _ = open(instruction, frame, caller: .none, at: start, number: 1, &kernel)
  }

  func startAttempt(_ frame: CallID, _ kernel: inout Kernel) {
    let call = kernel.calls[frame]
    let instruction = program.instructions[Int(call.step)]
    _ = open(
      instruction, frame, caller: frame, at: call.step &+ 1, number: 1 + UInt64(call.state),
      &kernel)
  }

  func attempted(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    if !outcome.isSuccess {
      if retries(instruction, frame, outcome, StepEvent.restart, &kernel) { return }
      return fail(frame, outcome, &kernel)
    }
    if instruction.retry >= 0 {
      earn(instruction, frame, &kernel)
      kernel.calls[frame].outcome = .ok
    }
    run(frame, from: instruction.jump, &kernel)
  }

  func fork(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
    kernel.calls[frame].children = instruction.branches
    kernel.calls[frame].outcome = .ok
    for index in 0..<Int(instruction.branches) {
      let branch = program.branches[Int(instruction.firstBranch) + index]
      _ = open(
        instruction, frame, caller: frame, at: branch.start, number: UInt64(index + 1), &kernel)
    }
  }

  func joined(
    _ instruction: Instruction, _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    if !outcome.isSuccess { kernel.calls[frame].outcome = outcome }
    kernel.calls[frame].children &-= 1
    guard kernel.calls[frame].children == 0 else { return }
    let isFailed = !kernel.calls[frame].outcome.isSuccess
    run(frame, from: isFailed ? instruction.onFailure : instruction.jump, &kernel)
  }

  /// Leads a lookup, or joins the one in flight: then the frame waits, and the answer is false.
  func lead(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    let key = flight(instruction, frame, &kernel)
    if flights.lead(key, at: kernel.calls[frame].place) { return true }
    coalescedCount &+= 1
    flights.join(key, at: kernel.calls[frame].place, frame, &kernel)
    return false
  }

  func land(_ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel) {
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
