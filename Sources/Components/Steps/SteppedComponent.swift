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
  static let subframe = UInt16.max

  let program: StepProgram
  var flights = Flights()
  var budgets = RetryBudgets()
  /// Requests that waited for another's lookup.
  var coalescedCount = 0
  /// Calls that were repeated.
  var retryCount = 0

  /// A component that executes a program.
  init(_ program: StepProgram, at site: Site) {
    self.program = program
    super.init(at: site)
  }

  override func link(_ assembly: inout Assembly) { program.link(&assembly) }

  override var guards: [CallGuard] { program.guards }

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
    run(frame, from: program.entries[Int(kernel.calls[frame].operation)], &kernel)
  }

  /// Goes on after the present instruction.
  @inline(__always)
  final func proceed(_ frame: CallID, _ kernel: inout Kernel) {
    run(frame, from: kernel.calls[frame].step &+ 1, &kernel)
  }

  override func fire(_ frame: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if kind == StepEvent.proceed {
      proceed(frame, &kernel)
    } else {
      fireRarely(frame, kind, &kernel)
    }
  }

  @inline(never)
  func fireRarely(_ frame: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    switch kind {
    case StepEvent.again: askAgain(frame, &kernel)
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

  /// Executes from a step on until the frame has to wait or ends.
  ///
  /// What most steps come to is done here, without a loop and calling nothing but what it ends
  /// with, so that little is prepared, saved and restored; ``execute(_:_:)`` knows all
  /// instructions.
  final func run(_ frame: CallID, from start: UInt16, _ kernel: inout Kernel) {
    let step = Int(start)
    let instruction = program.instructions[step]
    switch instruction.code {
    case .pause:
      let formula = program.formulas[Int(instruction.sampler)]
      guard instruction.chance == 0, formula.isInPlace else {
        return runRarely(frame, from: step, &kernel)
      }
      let time = formula.nanosecondsInPlace(bits(instruction.drawKey, frame, &kernel))
      guard time > 0 else { return runRarely(frame, from: step &+ 1, &kernel) }
      kernel.calls[frame].step = start
      kernel.schedule(after: time, id, StepEvent.proceed, frame)
    case .call: ask(from: step, frame, &kernel)
    case .choose: choose(from: step, frame, &kernel)
    case .finish: finish(frame, &kernel)
    default: runRarely(frame, from: step, &kernel)
    }
  }

  @inline(never)
  private func choose(from step: Int, _ frame: CallID, _ kernel: inout Kernel) {
    run(frame, from: chosen(program.instructions[step], frame, &kernel), &kernel)
  }

  @inline(never)
  private func runRarely(_ frame: CallID, from step: Int, _ kernel: inout Kernel) {
    kernel.calls[frame].step = UInt16(truncatingIfNeeded: step)
    while execute(frame, &kernel) {}
  }

  /// Executes an instruction and moves on; false if the frame has to wait or has ended.
  private func execute(_ frame: CallID, _ kernel: inout Kernel) -> Bool {
    let instruction = instruction(frame, &kernel)
    switch instruction.code {
    case .pause:
      let time = pausing(instruction, frame, &kernel)
      if time > 0 {
        kernel.schedule(after: time, id, StepEvent.proceed, frame)
        return false
      }
    case .compute:
      let demand = computing(instruction, frame, &kernel)
      if demand > 0 {
        compute(frame, demand: demand, &kernel)
        return false
      }
    case .call:
      ask(from: Int(kernel.calls[frame].step), frame, &kernel)
      return false
    case .choose:
      kernel.calls[frame].step = chosen(instruction, frame, &kernel)
      return true
    case .jump:
      kernel.calls[frame].step = instruction.jump
      return true
    case .finish:
      finish(frame, &kernel)
      return false
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
    }
    kernel.calls[frame].step &+= 1
    return true
  }

  @inline(__always)
  private func finish(_ frame: CallID, _ kernel: inout Kernel) {
    let outcome = kernel.calls[frame].outcome
    let result: Outcome = outcome.isSuccess ? .ok : outcome
    if kernel.calls[frame].operation == SteppedComponent.subframe {
      replyFromSubframe(frame, result, &kernel)
    } else {
      finished(frame, result, &kernel)
    }
  }

  @inline(never)
  private func replyFromSubframe(
    _ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel
  ) {
    kernel.reply(frame, outcome)
  }

  func fail(_ frame: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let instruction = instruction(frame, &kernel)
    kernel.calls[frame].outcome = outcome
    run(frame, from: instruction.onFailure, &kernel)
  }

  func leaveIfFailed(
    _ instruction: Instruction, _ frame: CallID, _ kernel: inout Kernel
  ) -> Bool {
    if kernel.calls[frame].outcome.isSuccess { return false }
    kernel.calls[frame].step = instruction.onFailure
    return true
  }

  @inline(__always)
  func instruction(_ frame: CallID, _ kernel: inout Kernel) -> Instruction {
    program.instructions[Int(kernel.calls[frame].step)]
  }

  override func resume(_ frame: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    let instruction = instruction(frame, &kernel)
    if instruction.code == .call, outcome.isSuccess, outcome != .partial, instruction.retry < 0 {
      kernel.calls[frame].outcome = outcome
      return proceed(frame, &kernel)
    }
    resume(instruction, frame, after: outcome, &kernel)
  }
}
