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
  private(set) var program = StepProgram()
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
  mutating func add(_ endpoint: String, _ steps: [Step], _ assembly: inout Assembly) -> UInt16 {
    self.endpoint = endpoint
    program.entries.append(position)
    frame { compiler in
      for step in steps { compiler.compile(step, &assembly) }
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

  @discardableResult
  private mutating func emit(_ instruction: Instruction) -> Int {
    let index = program.instructions.count
    program.instructions.append(instruction)
    if !handlers.isEmpty { handlers[handlers.count - 1].append(index) }
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

  private mutating func compile(_ step: Step, _ assembly: inout Assembly) {
    switch step.action {
    case .work(let time, let processing, let isBlocking):
      work(drawKey(step.name), time, processing, isBlocking)
    case .operation(let asked): operation(step.name, asked, &assembly)
    case .choose(let branches, let otherwise):
      choose(step.name, branches, otherwise, &assembly)
    case .parallel(let branches): fork(step.name, branches, &assembly)
    case .repeated(let times, let again, let steps):
      repeated(step.name, times, again, steps, &assembly)
    case .background(let steps): subframe(.spawn, step.name, nil, steps, &assembly)
    case .retry(let policy, let steps): subframe(.attempt, step.name, policy, steps, &assembly)
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
        $0.emit(Instruction(code: .pause, sampler: sampler, chance: 1 - processing, drawKey: key))
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
    _ name: String, _ asked: OperationStep, _ assembly: inout Assembly
  ) {
    let key = asked.key.map { addKey($0) } ?? -1
    if let time = asked.clientTime {
      work(
        RandomKey(component, endpoint, name, "client").bits, time, asked.clientProcessing, true)
    }
    guard asked.coalesces else {
      ask(name, asked, key, &assembly)
      miss(asked, &assembly)
      return
    }
    let lead = emit(Instruction(code: .lead, key: key))
    handled { compiler in
      compiler.ask(name, asked, key, &assembly)
      compiler.miss(asked, &assembly)
    } cleanUp: {
      $0.emit(Instruction(code: .land, key: key))
    }
    program.instructions[lead].jump = position
  }

  private mutating func miss(_ asked: OperationStep, _ assembly: inout Assembly) {
    guard !asked.miss.isEmpty else { return }
    let skip = emit(Instruction(code: .unlessMissed))
    for step in asked.miss { compile(step, &assembly) }
    program.instructions[skip].jump = position
  }

  /// The call itself, within a connection if the host has a pool for the target.
  private mutating func ask(
    _ name: String, _ asked: OperationStep, _ key: Int16, _ assembly: inout Assembly
  ) {
    let (target, operation) = assembly.prepare(asked.operation, of: asked.target.name)
    let call = Instruction(
      code: .call, ignoresFailure: asked.ignoresFailure, target: target, operation: operation,
      retry: retry(asked.retry ?? asked.operation.clientRetry), key: key,
      timeout: asked.timeout ?? 0, drawKey: drawKey(name))
    let connection = resources.pools.first { $0.target == asked.target.name }
    guard let connection else {
      withEventLoop(asked.isBlocking) { $0.emit(call) }
      return
    }
    let connect = connection.connect.map { sampler($0) }
    let connectKey = RandomKey(component, endpoint, name, "connect").bits
    let acquire = emit(
      Instruction(
        code: .acquire, pool: UInt16(connection.index), key: key, drawKey: drawKey(name)))
    handled { compiler in
      if let connect {
        compiler.emit(Instruction(code: .pause, sampler: connect, drawKey: connectKey))
      }
      compiler.program.instructions[acquire].jump = compiler.position
      compiler.withEventLoop(asked.isBlocking) { $0.emit(call) }
    } cleanUp: {
      $0.emit(Instruction(code: .release, pool: UInt16(connection.index)))
    }
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
    _ name: String, _ branches: [Step.Branch], _ otherwise: [Step], _ assembly: inout Assembly
  ) {
    program.branches.append([])
    let list = program.branches.count - 1
    let choice = emit(
      Instruction(code: .choose, branches: Int16(list), drawKey: drawKey(name)))
    var ends: [Int] = []
    var threshold = 0.0
    for branch in branches {
      threshold += branch.share
      program.branches[list].append(StepProgram.Branch(threshold: threshold, start: position))
      for step in branch.steps { compile(step, &assembly) }
      ends.append(emit(Instruction(code: .jump)))
    }
    program.instructions[choice].jump = position
    for step in otherwise { compile(step, &assembly) }
    for end in ends { program.instructions[end].jump = position }
  }

  private mutating func fork(_ name: String, _ branches: [[Step]], _ assembly: inout Assembly) {
    program.branches.append([])
    let list = program.branches.count - 1
    let fork = emit(Instruction(code: .fork, branches: Int16(list), drawKey: drawKey(name)))
    for branch in branches {
      program.branches[list].append(StepProgram.Branch(threshold: 0, start: position))
      compileFrame(branch, &assembly)
    }
    program.instructions[fork].jump = position
  }

  private mutating func subframe(
    _ code: Instruction.Code, _ name: String, _ policy: RetryPolicy?, _ steps: [Step],
    _ assembly: inout Assembly
  ) {
    let start = emit(Instruction(code: code, retry: retry(policy), drawKey: drawKey(name)))
    compileFrame(steps, &assembly)
    program.instructions[start].jump = position
  }

  private mutating func compileFrame(_ steps: [Step], _ assembly: inout Assembly) {
    frame { compiler in
      for step in steps { compiler.compile(step, &assembly) }
    }
  }

  private mutating func repeated(
    _ name: String, _ times: Int, _ again: Double, _ steps: [Step], _ assembly: inout Assembly
  ) {
    // A frame of its own counts the repetitions, so that one loop can stand within another.
    let start = emit(Instruction(code: .attempt, drawKey: drawKey(name)))
    let body = position
    frame { compiler in
      for step in steps { compiler.compile(step, &assembly) }
      compiler.emit(
        Instruction(
          code: .loop, operation: UInt16(times), jump: body, chance: again,
          drawKey: compiler.drawKey(name) ^ RandomKey("again").bits))
    }
    program.instructions[start].jump = position
  }
}
