public import Components
public import Experiments
import Foundation
import Synchronization

/// Runs the replications of all arms of an experiment, several at a time.
///
/// The results do not depend on the number of threads: each replication is a simulation of its
/// own, and its record is put in its place.
public struct ExperimentRun: Sendable {
  /// What one arm's replications gave, in their order; those that were cancelled are missing.
  public struct ArmRun: Sendable {
    /// The arm.
    public let arm: String
    /// The records of the replications.
    public let records: [RunRecord]
    /// The time that the replications took, added up, in seconds of wall time.
    public let wallSeconds: Double

    /// What an arm gave, with what further replications of it gave.
    public func adding(_ further: ArmRun) -> ArmRun {
      ArmRun(
        arm: arm, records: records + further.records,
        wallSeconds: wallSeconds + further.wallSeconds)
    }
  }

  /// Tells how far the run is.
  public struct Progress: Sendable {
    /// The arm whose replication has just ended.
    public let arm: String
    /// Replications that have ended, of all arms.
    public let finished: Int
    /// Replications of all arms.
    public let total: Int
  }

  private let experiment: Experiment
  private let arms: [Experiment.Arm]
  private let threads: Int
  private let first: Int

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - experiment: the experiment.
  ///   - arms: the arms to run, in order.
  ///   - threads: how many replications run at a time, 1 or more.
  ///   - first: the number of the first replication; the last is the experiment's.
  public init(
    _ experiment: Experiment, arms: [Experiment.Arm], threads: Int, from first: Int = 1
  ) {
    precondition(first >= 1 && first <= experiment.replications, "there is no such replication")
    self.experiment = experiment
    self.arms = arms
    self.threads = max(1, threads)
    self.first = first
  }

  private struct Outcome: Sendable {
    var record: RunRecord
    var seconds: Double
  }

  /// Runs everything.
  ///
  /// - Parameters:
  ///   - isCancelled: asked now and then from any thread; then what has ended is returned.
  ///   - progress: told after each replication, from any thread, one at a time.
  /// - Returns: what the arms gave, in their order.
  /// - Throws: ``RunFailure`` if a replication failed; of several, the first.
  public func run(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws(RunFailure) -> [ArmRun] {
    let replications = experiment.replications - first + 1
    let total = arms.count * replications
    let state = Mutex<(next: Int, finished: Int, outcomes: [Result<Outcome?, RunFailure>])>(
      (0, 0, Array(repeating: .success(nil), count: total)))
    let work: @Sendable () -> Void = {
      while !isCancelled() {
        let task = state.withLock { state -> Int? in
          guard state.next < total else { return nil }
          state.next += 1
          return state.next - 1
        }
        guard let task else { return }
        let arm = arms[task / replications]
        let outcome = replicate(arm, first + task % replications, isCancelled)
        state.withLock { state in
          state.outcomes[task] = outcome
          state.finished += 1
          progress(Progress(arm: arm.name, finished: state.finished, total: total))
        }
      }
    }
    onThreads(min(threads, total), work)
    var outcomes: [Outcome?] = []
    for outcome in state.withLock({ $0.outcomes }) { outcomes.append(try outcome.get()) }
    return arms.enumerated().map { index, arm in
      let own = outcomes[(index * replications)..<((index + 1) * replications)].compactMap { $0 }
      return ArmRun(
        arm: arm.name, records: own.map(\.record), wallSeconds: own.reduce(0) { $0 + $1.seconds })
    }
  }

  private func replicate(
    _ arm: Experiment.Arm, _ number: Int, _ isCancelled: () -> Bool
  ) -> Result<Outcome?, RunFailure> {
    let clock = ContinuousClock()
    let start = clock.now
    return Result { () throws(RunFailure) -> Outcome? in
      let replication = Replication(of: experiment, arm: arm, number: number)
      guard let record = try replication.run(isCancelled: isCancelled) else { return nil }
      let time = start.duration(to: clock.now).components
      return Outcome(
        record: record, seconds: Double(time.seconds) + Double(time.attoseconds) / 1e18)
    }
  }

  /// Threads with stacks as large as the main thread's, joined at the end.
  private func onThreads(_ count: Int, _ work: @escaping @Sendable () -> Void) {
    if count <= 1 { return work() }
    let group = DispatchGroup()
    for _ in 0..<count {
      group.enter()
      let thread = Thread {
        work()
        group.leave()
      }
      thread.stackSize = 8 << 20
      thread.start()
    }
    group.wait()
  }
}
