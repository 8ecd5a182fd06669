import Kernel

/// How frames end that did not come to their end: their process was killed, or their machine lost.
///
/// It must be done from an event, when nothing else is pending at the instant: what a frame waits
/// for can then be told from its instruction.
extension SteppedComponent {
  /// In `state`, a row that waits only for an event that means it.
  static let endedState = UInt8.max
  /// In `children`, a request that has not begun its steps.
  static let unbegun = UInt16.max

  /// The frames at some places whose steps have begun, in the order of their rows.
  func frames(
    of rows: [CallID], at places: Range<Int>, _ kernel: inout Kernel
  ) -> [CallID] {
    rows.filter { row in
      kernel.calls[row].component == id && places.contains(Int(kernel.calls[row].place))
        && kernel.calls[row].children < Gate.onItsWay
    }
  }

  /// Ends frames: they fail at once, and give back what they hold.
  ///
  /// What they asked of others is abandoned and goes on there.
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
    let parents = abandonChildren(of: frames, rows, &kernel)
    // Nothing that one of them gives back may go to another of them, so all stop waiting first.
    let failing = frames.compactMap { frame in
      stopWaiting(frame, hasChild: parents[Int(frame)], &kernel, stopComputing)
    }
    for frame in failing { fail(frame, outcome, &kernel) }
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

  /// Takes a frame out of what it waits in and gives the row that goes on for it; none if another
  /// frame that ends takes it along.
  private func stopWaiting(
    _ frame: CallID, hasChild: Bool, _ kernel: inout Kernel,
    _ stopComputing: (CallID, inout Kernel) -> Void
  ) -> CallID? {
    let instruction = instruction(frame, &kernel)
    switch instruction.code {
    case .compute:
      stopComputing(frame, &kernel)
      return frame
    case .acquire:
      let pool = pool(Int(instruction.pool), of: frame, &kernel)
      if pool.patience != nil { kernel.cancelTimer(kernel.calls[frame].slot) }
      pool.station.renege(frame, &kernel)
      kernel.calls[frame].step = release(after: frame, &kernel)
      return frame
    case .pause: return bury(frame, &kernel)
    case .call, .attempt: return hasChild ? frame : bury(frame, &kernel)
    case .fork: return frame
    // One that joined a lookup ends with the frame that leads it, which is of the same process.
    default: return nil
    }
  }

  /// Leaves a row to the event that means it, which then ends it, and gives another one that goes
  /// on for it.
  private func bury(_ frame: CallID, _ kernel: inout Kernel) -> CallID {
    let other = kernel.open(id, operation: 0, caller: .none, drawKey: 0, user: 0)
    kernel.calls[other] = kernel.calls[frame]
    kernel.calls[frame].caller = .none
    kernel.calls[frame].timer = .none
    kernel.calls[frame].key = 0
    kernel.calls[frame].operation = SteppedComponent.subframe
    kernel.calls[frame].state = Self.endedState
    kernel.calls[frame].outcome = .ok
    kernel.calls[frame].step = finish &- 1
    return other
  }

  /// An instruction that ends a frame.
  private var finish: UInt16 {
    var step: UInt16 = 0
    while program.instructions[Int(step)].code != .finish { step &+= 1 }
    return step
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

  /// Whether an event means a frame that has ended, whose row is then given back.
  func endsInstead(_ frame: CallID, _ kind: UInt16, _ kernel: inout Kernel) -> Bool {
    guard kind == StepEvent.again || kind == StepEvent.restart,
      kernel.calls[frame].state == Self.endedState
    else { return false }
    kernel.close(frame)
    return true
  }
}
