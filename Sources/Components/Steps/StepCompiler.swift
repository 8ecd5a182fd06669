import Kernel

/// What the host of a program offers to its steps.
struct HostResources {
  /// The index of the pool that stands for an event loop, if computing needs one.
  var eventLoop: Int?
  /// The pools by the component that they connect to.
  var pools: [(target: String, index: Int, connect: Distribution?)] = []
}

/// Compiles the steps of endpoints into a flat program.
///
/// Each instruction names where to go on after a failure: the end of the frame, or the
/// instruction that gives back what was taken on the way.
struct StepCompiler {
  /// What has been compiled so far.
  struct Draft {
    var instructions: [Instruction] = []
    var samplers: [Sampler] = []
    var branches: [StepProgram.Branch] = []
    var keys: [StepProgram.Key] = []
    var retries: [RetryPolicy] = []
    var entries: [UInt16] = []
    var questions: [StepProgram.Question] = []
    var destinationCount = 0
  }

  private(set) var program = Draft()
  private let component: String
  private let resources: HostResources
  private var endpoint = ""
  /// Instructions whose failure target is not known yet, innermost handler last.
  private var handlers: [[Int]] = []

  init(component: String, resources: HostResources) {
    self.component = component
    self.resources = resources
  }

  /// Adds an endpoint and gives its number.
  mutating func add(_ endpoint: String, _ steps: [Step]) -> UInt16 {
    self.endpoint = endpoint
    program.entries.append(position)
    frame { compiler in
      for step in steps { compiler.compile(step) }
    }
    return UInt16(program.entries.count - 1)
  }

  private var position: UInt16 {
    precondition(program.instructions.count < Int(UInt16.max), "too many steps")
    return UInt16(program.instructions.count)
  }

  /// Code that ends with `finish`, where its failures go too.
  private mutating func frame(_ body: (inout StepCompiler) -> Void) {
    handled(body) { $0.emit(Instruction(code: .finish)) }
  }

  /// Code whose failures go to the first instruction that `cleanUp` emits.
  private mutating func handled(
    _ body: (inout StepCompiler) -> Void, cleanUp: (inout StepCompiler) -> Void
  ) {
    handlers.append([])
    body(&self)
    let failing = handlers.removeLast()
    for index in failing { program.instructions[index].onFailure = position }
    cleanUp(&self)
  }

  /// Emits an instruction; what to do when it fails is for the handler around it to say, unless
  /// it `handlesFailure` by itself.
  @discardableResult
  private mutating func emit(_ instruction: Instruction, handlesFailure: Bool = false) -> Int {
    let index = program.instructions.count
    program.instructions.append(instruction)
    if !handlers.isEmpty, !handlesFailure { handlers[handlers.count - 1].append(index) }
    return index
  }

  private func drawKey(_ step: String) -> UInt64 { RandomKey(component, endpoint, step).bits }

  private mutating func sampler(_ distribution: Distribution) -> Int16 {
    program.samplers.append(Sampler(distribution))
    return Int16(program.samplers.count - 1)
  }

  private mutating func retry(_ policy: RetryPolicy?) -> Int16 {
    guard let policy else { return -1 }
    program.retries.append(policy)
    return Int16(program.retries.count - 1)
  }

  // MARK: Steps

  private mutating func compile(_ step: Step) {
    switch step.action {
    case .work(let time, let processing, let isBlocking):
      work(drawKey(step.name), time, processing, isBlocking)
    case .operation(let asked): operation(step.name, asked)
    case .choose(let branches, let otherwise):
      choose(step.name, branches, otherwise)
    case .parallel(let branches): fork(step.name, branches)
    case .repeated(let times, let again, let steps):
      repeated(step.name, times, again, steps)
    case .background(let steps): subframe(.spawn, step.name, nil, steps)
    case .retry(let policy, let steps): subframe(.attempt, step.name, policy, steps)
    case .fail(let chance):
      emit(Instruction(code: .fail, chance: chance, drawKey: drawKey(step.name)))
    }
  }

  private mutating func work(
    _ key: UInt64, _ time: Distribution, _ processing: Double, _ isBlocking: Bool
  ) {
    let sampler = sampler(time)
    if processing > 0 {
      withEventLoop(true) {
        $0.emit(Instruction(code: .compute, sampler: sampler, chance: processing, drawKey: key))
      }
    }
    if processing < 1 {
      withEventLoop(isBlocking) {
        $0.emit(Instruction(code: .pause, sampler: sampler, chance: processing, drawKey: key))
      }
    }
  }

  /// Code that holds the host's event loop, if it has one and `isNeeded`.
  private mutating func withEventLoop(_ isNeeded: Bool, _ body: (inout StepCompiler) -> Void) {
    guard isNeeded, let loop = resources.eventLoop else { return body(&self) }
    let acquire = emit(Instruction(code: .acquire, pool: UInt16(loop)))
    program.instructions[acquire].jump = position
    handled(body) { $0.emit(Instruction(code: .release, pool: UInt16(loop))) }
  }

  private mutating func operation(
    _ name: String, _ asked: OperationStep
  ) {
    let key = asked.key.map { addKey($0) } ?? -1
    if let time = asked.clientTime {
      work(
        RandomKey(component, endpoint, name, "client").bits, time, asked.clientProcessing, true)
    }
    guard asked.coalesces else {
      ask(name, asked, key)
      miss(asked)
      return
    }
    // Lookups of one key in different components do not wait for each other.
    let lookup = RandomKey("lookup", asked.target.name).bits
    let lead = emit(Instruction(code: .lead, key: key, drawKey: lookup))
    handled { compiler in
      compiler.ask(name, asked, key)
      compiler.miss(asked)
    } cleanUp: {
      $0.emit(Instruction(code: .land, key: key, drawKey: lookup))
    }
    program.instructions[lead].jump = position
  }

  private mutating func miss(_ asked: OperationStep) {
    guard !asked.miss.isEmpty else { return }
    let skip = emit(Instruction(code: .unlessMissed))
    for step in asked.miss { compile(step) }
    program.instructions[skip].jump = position
  }

  /// The call itself, within a connection if the host has a pool for the target.
  private mutating func ask(
    _ name: String, _ asked: OperationStep, _ key: Int16
  ) {
    let call = Instruction(
      code: .call, ignoresFailure: asked.ignoresFailure,
      retry: retry(asked.retry ?? asked.operation.clientRetry), key: key,
      // A guard waits for the answer itself, so that it is told of a timeout.
      timeout: asked.resilience == nil ? asked.timeout ?? 0 : 0, drawKey: drawKey(name))
    let connection = resources.pools.first { $0.target == asked.target.name }
    guard let connection else {
      withEventLoop(asked.isBlocking) { $0.emit(call, asking: asked) }
      return
    }
    let connect = connection.connect.map { sampler($0) }
    let connectKey = RandomKey(component, endpoint, name, "connect").bits
    let acquire = emit(
      Instruction(
        code: .acquire, ignoresFailure: asked.ignoresFailure, pool: UInt16(connection.index),
        key: key, drawKey: drawKey(name)),
      handlesFailure: asked.ignoresFailure)
    handled { compiler in
      if let connect {
        compiler.emit(
          Instruction(code: .pause, sampler: connect, chance: 0, drawKey: connectKey))
      }
      compiler.program.instructions[acquire].jump = compiler.position
      compiler.withEventLoop(asked.isBlocking) { $0.emit(call, asking: asked) }
    } cleanUp: {
      $0.emit(Instruction(code: .release, pool: UInt16(connection.index)))
    }
    if asked.ignoresFailure { program.instructions[acquire].onFailure = position }
  }

  /// Emits a call and notes whom it asks.
  private mutating func emit(_ call: Instruction, asking asked: OperationStep) {
    let targets = [asked.target.name] + asked.alternatives.map(\.name)
    var call = call
    call.targets = asked.resilience == nil ? UInt16(targets.count) : 1
    if call.targets > 1 {
      call.firstTarget = UInt16(program.destinationCount)
      program.destinationCount += targets.count
    }
    let index = emit(call)
    program.questions.append(
      StepProgram.Question(
        instruction: index, targets: targets, operation: asked.operation,
        resilience: asked.resilience, timeout: asked.timeout ?? 0,
        name: "\(component), \(endpoint), instruction \(index)"))
  }

  private mutating func addKey(_ key: KeySpecification) -> Int16 {
    var sampler: Sampler?
    if case .drawn(let distribution) = key.choice { sampler = Sampler(distribution) }
    program.keys.append(
      StepProgram.Key(
        namespace: RandomKey("key", key.namespace).bits, choice: key.choice, sampler: sampler))
    return Int16(program.keys.count - 1)
  }

  private mutating func choose(
    _ name: String, _ branches: [Step.Branch], _ otherwise: [Step]
  ) {
    let first = reserveBranches(branches.count)
    let choice = emit(
      Instruction(
        code: .choose, firstBranch: UInt16(first), branches: UInt16(branches.count),
        drawKey: drawKey(name)))
    var ends: [Int] = []
    var threshold = 0.0
    for (index, branch) in branches.enumerated() {
      threshold += branch.share
      program.branches[first + index] = StepProgram.Branch(threshold: threshold, start: position)
      for step in branch.steps { compile(step) }
      ends.append(emit(Instruction(code: .jump)))
    }
    program.instructions[choice].jump = position
    for step in otherwise { compile(step) }
    for end in ends { program.instructions[end].jump = position }
  }

  /// Makes room for branches that follow one another, whatever their steps add.
  private mutating func reserveBranches(_ count: Int) -> Int {
    let first = program.branches.count
    program.branches += Array(
      repeating: StepProgram.Branch(threshold: 0, start: 0), count: count)
    return first
  }

  private mutating func fork(_ name: String, _ branches: [[Step]]) {
    let first = reserveBranches(branches.count)
    let fork = emit(
      Instruction(
        code: .fork, firstBranch: UInt16(first), branches: UInt16(branches.count),
        drawKey: drawKey(name)))
    for (index, branch) in branches.enumerated() {
      program.branches[first + index] = StepProgram.Branch(threshold: 0, start: position)
      compileFrame(branch)
    }
    program.instructions[fork].jump = position
  }

  private mutating func subframe(
    _ code: Instruction.Code, _ name: String, _ policy: RetryPolicy?, _ steps: [Step]
  ) {
    let start = emit(Instruction(code: code, retry: retry(policy), drawKey: drawKey(name)))
    compileFrame(steps)
    program.instructions[start].jump = position
  }

  private mutating func compileFrame(_ steps: [Step]) {
    frame { compiler in
      for step in steps { compiler.compile(step) }
    }
  }

  private mutating func repeated(
    _ name: String, _ times: Int, _ again: Double, _ steps: [Step]
  ) {
    // A frame of its own counts the repetitions, so that one loop can stand within another.
    let start = emit(Instruction(code: .attempt, drawKey: drawKey(name)))
    let body = position
    frame { compiler in
      for step in steps { compiler.compile(step) }
      compiler.emit(
        Instruction(
          code: .loop, operation: UInt16(times), jump: body, chance: again,
          drawKey: compiler.drawKey(name) ^ RandomKey("again").bits))
    }
    program.instructions[start].jump = position
  }
}
