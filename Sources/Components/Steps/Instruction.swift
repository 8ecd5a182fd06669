import Kernel

/// One instruction of a compiled endpoint: plain data that the interpreter executes.
struct Instruction: BitwiseCopyable {
  enum Code: UInt8, BitwiseCopyable {
    /// Computes for `chance` of the sampled time.
    case compute
    /// Waits for `chance` of the sampled time.
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
  /// Whether failures of the call are ignored.
  var ignoresFailure = false
  var target: ComponentID = 0
  var operation: UInt16 = 0
  /// Where to go on, as the code says.
  var jump: UInt16 = 0
  /// Where to go on after a failure.
  var onFailure: UInt16 = 0
  /// The index of a pool of the host.
  var pool: UInt16 = 0
  /// The index of a sampler, a retry policy, a key or a list of branches of the program, or -1.
  var sampler: Int16 = -1
  var retry: Int16 = -1
  var key: Int16 = -1
  var branches: Int16 = -1
  /// How long the caller waits for an answer; 0 waits for ever.
  var timeout: Nanoseconds = 0
  /// A share or a chance.
  var chance = 1.0
  /// The key of the step's draws.
  var drawKey: UInt64 = 0
}

/// The compiled endpoints of a component.
struct StepProgram {
  /// A key as the interpreter computes it.
  struct Key {
    var namespace: UInt64
    var choice: KeySpecification.Choice
    var sampler: Sampler?
  }

  /// The chance up to and including a branch, and where it begins.
  struct Branch {
    var threshold: Double
    var start: UInt16
  }

  var instructions: ContiguousArray<Instruction> = []
  var samplers: ContiguousArray<Sampler> = []
  var retries: [RetryPolicy] = []
  var keys: [Key] = []
  var branches: [[Branch]] = []
  /// Where each endpoint begins.
  var entries: [UInt16] = []
}
