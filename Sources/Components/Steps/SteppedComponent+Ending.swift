import Kernel

/// How frames end that did not come to their end: their process was killed, or their machine lost.
///
/// It must be done from an event, when nothing else is pending at the instant: what a frame waits
/// for can then be told from its instruction.
extension SteppedComponent {
  /// In `state`, a frame that must not try again when its delay is over.
  static let endedState = UInt8.max
  /// In `children`, a request that has not begun its steps.
  static let unbegun = UInt16.max

  /// The frames at some places whose steps have begun, in the order of their rows.
  func frames(
    of rows: [CallID], at places: Range<Int>, _ kernel: inout Kernel
  ) -> [CallID] {
    rows.filter { row in
      kernel.calls[row].component == id && places.contains(Int(kernel.calls[row].place))
        && kernel.calls[row].children != Self.unbegun
    }
  }

  /// Ends frames: their requests are answered at once, what they asked of others is abandoned and
  /// goes on there, and what they hold is given back as on a failure.
  ///
  /// A frame that sleeps for a time holds what it has until it wakes, and then ends.
  ///
  /// - Parameters:
  ///   - frames: all frames of the processes that end.
  ///   - rows: all rows in use.
  ///   - outcome: what their callers get.
  ///   - kernel: the simulation.
  ///   - stopComputing: takes a frame off the processor.
  func end(
    _ frames: [CallID], of rows: [CallID], _ outcome: Outcome, _ kernel: inout Kernel,
    stopComputing: (CallID, inout Kernel) -> Void
  ) {
    for frame in frames where kernel.calls[frame].operation != SteppedComponent.subframe {
      answerNow(frame, outcome, &kernel)
    }
    let parents = abandonChildren(of: frames, rows, &kernel)
    // Nothing that one of them gives back may go to another of them, so all stop waiting first.
    let failing = frames.filter { frame in
      stopsWaiting(frame, outcome, hasChild: parents[Int(frame)], &kernel, stopComputing)
    }
    for frame in failing { fail(frame, outcome, &kernel) }
  }

  /// Answers a request whose frame is still needed: another row does in its place.
  private func answerNow(_ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    guard kernel.calls[request].caller != .none else { return }
    let answer = kernel.open(id, operation: 0, caller: .none, drawKey: 0, user: 0)
    kernel.calls[answer] = kernel.calls[request]
    kernel.calls[request].caller = .none
    kernel.calls[request].timer = .none
    kernel.reply(answer, outcome)
  }

  /// Abandons what frames wait for, and tells for each row whether it waited.
  private func abandonChildren(
    of frames: [CallID], _ rows: [CallID], _ kernel: inout Kernel
  ) -> [Bool] {
    let size = Int(rows.last ?? 0) + 1
    var isEnding = Array(repeating: false, count: size)
    for frame in frames { isEnding[Int(frame)] = true }
    var waits = Array(repeating: false, count: size)
    for row in rows {
      let caller = Int(kernel.calls[row].caller)
      guard caller < size, isEnding[caller] else { continue }
      waits[caller] = true
      kernel.abandon(row)
    }
    return waits
  }

  /// Takes a frame out of what it waits in; false if it ends by itself later.
  private func stopsWaiting(
    _ frame: CallID, _ outcome: Outcome, hasChild: Bool, _ kernel: inout Kernel,
    _ stopComputing: (CallID, inout Kernel) -> Void
  ) -> Bool {
    let instruction = instruction(frame, &kernel)
    switch instruction.code {
    case .compute:
      stopComputing(frame, &kernel)
      return true
    case .acquire:
      let pool = pool(Int(instruction.pool), of: frame, &kernel)
      if pool.patience != nil { kernel.cancelTimer(kernel.calls[frame].slot) }
      pool.station.renege(frame, &kernel)
      kernel.calls[frame].step = release(after: frame, &kernel)
      return true
    case .pause:
      // The event that ends the pause goes to the instruction after `step`.
      kernel.calls[frame].outcome = outcome
      kernel.calls[frame].step = instruction.onFailure &- 1
      return false
    case .call, .attempt:
      if hasChild { return true }
      kernel.calls[frame].state = Self.endedState
      return false
    case .fork: return true
    // One that joined a lookup ends with the frame that leads it, which is of the same process.
    default: return false
    }
  }

  /// The instruction that would give back what a frame waits for: failures from there on go where
  /// those of the whole step go, and not on to the next step.
  private func release(after frame: CallID, _ kernel: inout Kernel) -> UInt16 {
    let pool = instruction(frame, &kernel).pool
    var step = kernel.calls[frame].step
    while program.instructions[Int(step)].code != .release
      || program.instructions[Int(step)].pool != pool
    {
      step &+= 1
    }
    return step
  }

  /// Whether an event is of a frame that must not try again, which then ends.
  func endsInstead(
    _ frame: CallID, _ kind: UInt16, _ outcome: Outcome, _ kernel: inout Kernel
  ) -> Bool {
    guard kind == StepEvent.again || kind == StepEvent.restart,
      kernel.calls[frame].state == Self.endedState
    else { return false }
    fail(frame, outcome, &kernel)
    return true
  }
}
