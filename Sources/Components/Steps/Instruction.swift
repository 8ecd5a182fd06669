import Kernel

/// One instruction of a compiled endpoint: plain data that the interpreter executes.
struct Instruction: BitwiseCopyable {
  enum Code: UInt8, BitwiseCopyable {
    /// Computes for the share `chance` of the sampled time.
    case compute
    /// Waits for what computing leaves of the sampled time.
    case pause
    /// Asks `target` for `operation`.
    case call
    /// Takes a server of a pool, then goes on; if it is connected already, at `jump`.
    case acquire
    /// Gives the server of a pool back.
    case release
    /// Goes on at one of the program's branches.
    case choose
    /// Goes on at `jump`.
    case jump
    /// Starts all the program's branches as frames and waits for them.
    case fork
    /// Starts a frame at the next instruction, nobody waits for it, and goes on at `jump`.
    case spawn
    /// Starts a frame at the next instruction, again if it fails, and goes on at `jump`.
    case attempt
    /// Goes back to `jump` until all repetitions are done.
    case loop
    /// Fails with a chance.
    case fail
    /// Joins the lookup of a key in flight and goes on at `jump` with its result, or leads one.
    case lead
    /// Ends the lookup that was led.
    case land
    /// Goes on at `jump` unless the last outcome was a miss.
    case unlessMissed
    /// Ends the frame with the outcome so far.
    case finish
  }

  var code: Code
  /// Whether failures of the call are ignored, or of waiting for its connection.
  var ignoresFailure = false
  /// The component that is asked and its number for what is asked; of several, the first.
  var target: ComponentID = 0
  var operation: UInt16 = 0
  /// How many components are asked in turn; the others follow in the program's destinations.
  var targets: UInt16 = 1
  var firstTarget: UInt16 = 0
  /// Where to go on, as the code says.
  var jump: UInt16 = 0
  /// Where to go on after a failure.
  var onFailure: UInt16 = 0
  /// The index of a pool of the host.
  var pool: UInt16 = 0
  /// The index of a sampler, a retry policy or a key of the program, or -1.
  var sampler: Int16 = -1
  var retry: Int16 = -1
  var key: Int16 = -1
  /// The first of the instruction's branches in the program, and how many there are.
  var firstBranch: UInt16 = 0
  var branches: UInt16 = 0
  /// How long the caller waits for an answer; 0 waits for ever.
  var timeout: Nanoseconds = 0
  /// A share or a chance.
  var chance = 1.0
  /// The key of the step's draws.
  var drawKey: UInt64 = 0
}

/// The compiled endpoints of a component.
final class StepProgram {
  /// A key as it is computed.
  struct Key {
    var namespace: UInt64
    var choice: KeySpecification.Choice
    var sampler: Sampler?
  }

  /// The chance up to and including a branch, and where it begins.
  struct Branch: BitwiseCopyable {
    var threshold: Double
    var start: UInt16
  }

  /// One of several components that are asked in turn.
  struct Destination: BitwiseCopyable {
    var target: ComponentID = 0
    var operation: UInt16 = 0
  }

  /// An instruction that asks others, to be linked when these exist.
  struct Question {
    var instruction: Int
    var targets: [String]
    var operation: any OperationSpecification
    /// What stands between, if anything, and how long that waits for an answer.
    var resilience: Resilience?
    var timeout: Nanoseconds = 0
    /// The step, as the guard is called.
    var name = ""
  }

  let instructions: Cells<Instruction>
  let samplers: [Sampler]
  /// How the samplers compute.
  let formulas: Cells<Sampler.Formula>
  let branches: Cells<Branch>
  let keys: Cells<Key>
  let destinations: Cells<Destination>
  /// Whose turn it is, for each destination list by its first.
  let turns: Cells<UInt16>
  let retries: [RetryPolicy]
  /// Where each endpoint begins.
  let entries: Cells<UInt16>
  private let questions: [Question]
  /// What stands between steps and those they ask.
  private(set) var guards: [CallGuard] = []

  init(_ draft: StepCompiler.Draft) {
    instructions = Cells(draft.instructions)
    samplers = draft.samplers
    formulas = Cells(draft.samplers.map(\.formula))
    branches = Cells(draft.branches)
    keys = Cells(draft.keys)
    destinations = Cells(Destination(), count: draft.destinationCount)
    turns = Cells(0, count: draft.destinationCount)
    retries = draft.retries
    entries = Cells(draft.entries)
    questions = draft.questions
  }

  /// Looks up whom the instructions ask.
  func link(_ assembly: inout Assembly) {
    for question in questions {
      if let resilience = question.resilience {
        link(question, resilience, &assembly)
        continue
      }
      let first = Int(instructions[question.instruction].firstTarget)
      for (index, name) in question.targets.enumerated() {
        let (target, operation) = assembly.prepare(question.operation, of: name)
        if index == 0 {
          instructions[question.instruction].target = target
          instructions[question.instruction].operation = operation
        }
        if question.targets.count > 1 {
          destinations[first + index] = Destination(target: target, operation: operation)
        }
      }
    }
  }

  /// Puts a guard between an instruction and whom it asks.
  private func link(
    _ question: Question, _ resilience: Resilience, _ assembly: inout Assembly
  ) {
    let destinations = question.targets.map { name -> Destination in
      let (target, operation) = assembly.prepare(question.operation, of: name)
      return Destination(target: target, operation: operation)
    }
    let added = assembly.add("guard of \(question.name)") {
      CallGuard(resilience, destinations, timeout: question.timeout, at: $0)
    }
    guards.append(added)
    instructions[question.instruction].target = added.id
    instructions[question.instruction].operation = 0
  }
}
