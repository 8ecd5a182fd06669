public import Kernel

/// One step of an endpoint, as read from the experiment.
public struct Step: Sendable {
  /// The step's name; unique within its endpoint, the verb if none is written.
  public var name: String
  /// What is done.
  public var action: Action

  /// The verbs.
  public indirect enum Action: Sendable {
    /// Takes `time`, of which the share `processing` is computing; the rest is waiting that holds
    /// the worker, and also the event loop if `isBlocking`.
    case work(time: Distribution, processing: Double, isBlocking: Bool)
    /// Asks another component.
    case operation(OperationStep)
    /// Does the steps of one branch, drawn by its share; what is left of 100% does `otherwise`.
    case choose(branches: [Branch], otherwise: [Step])
    /// Does all branches at once and waits for all.
    case parallel([[Step]])
    /// Does the steps `times` times, or once and then again with the chance `again`.
    case repeated(times: Int, again: Double, [Step])
    /// Does the steps without waiting for them.
    case background([Step])
    /// Does the steps again if they fail.
    case retry(RetryPolicy, [Step])
    /// Fails with a chance.
    case fail(chance: Double)
  }

  /// A branch of `choose`.
  public struct Branch: Sendable {
    /// The chance of being chosen.
    public var share: Double
    /// What is done then.
    public var steps: [Step]
  }
}

/// A step that asks another component for something.
public struct OperationStep: Sendable {
  /// Who is asked.
  public var target: ComponentReference
  /// Who else is asked, in turn.
  public var alternatives: [ComponentReference]
  /// What is asked.
  public var operation: any OperationSpecification
  /// Which item is meant, for operations that take a key.
  public var key: KeySpecification?
  /// How long the caller waits for an answer; nil waits for ever.
  public var timeout: Nanoseconds?
  /// What is done when it fails.
  public var retry: RetryPolicy?
  /// Time that the caller itself spends on it before it asks, such as encoding.
  public var clientTime: Distribution?
  /// The share of the client time that is computing.
  public var clientProcessing: Double
  /// Whether an event loop stands still until the answer is there.
  public var isBlocking: Bool
  /// Whether a failure is ignored.
  public var ignoresFailure: Bool
  /// What is done on a miss.
  public var miss: [Step]
  /// What the caller does to protect itself, if anything.
  public var resilience: Resilience?
  /// Whether requests for a key that is being looked up wait for that one's result.
  public var coalesces: Bool
}

extension [Step] {
  /// What the steps ask of other components, those of nested steps included.
  var questions: [Question] {
    flatMap { step -> [Question] in
      switch step.action {
      case .operation(let asked):
        return ([asked.target] + asked.alternatives).map {
          Question(target: $0, operation: asked.operation)
        } + asked.miss.questions
      case .choose(let branches, let otherwise):
        return branches.flatMap(\.steps.questions) + otherwise.questions
      case .parallel(let branches): return branches.flatMap(\.questions)
      case .repeated(_, _, let steps), .background(let steps), .retry(_, let steps):
        return steps.questions
      case .work, .fail: return []
      }
    }
  }
}
