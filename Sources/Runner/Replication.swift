public import Components
public import Experiments
import Kernel

/// Why a run gave no result.
public struct RunFailure: Error, CustomStringConvertible {
  /// The arm.
  public let arm: String
  /// The number of the replication.
  public let replication: Int
  /// What is wrong, a sentence without its full stop.
  public let reason: String
  /// Whether it is the program that is wrong, not the experiment.
  public let isDefect: Bool

  init(arm: String, replication: Int, reason: String, isDefect: Bool = false) {
    self.arm = arm
    self.replication = replication
    self.reason = reason
    self.isDefect = isDefect
  }

  /// The failure in words.
  public var description: String { "arm '\(arm)', replication \(replication): \(reason)" }
}

/// One seeded run of one arm under the workload.
public struct Replication {
  private let experiment: Experiment
  private let arm: Experiment.Arm
  private let number: Int
  private let observesSeries: Bool

  /// A run that has not begun.
  ///
  /// - Parameters:
  ///   - experiment: the experiment; its seed and workload are used.
  ///   - arm: the architecture.
  ///   - number: the replication's number, from 1.
  public init(of experiment: Experiment, arm: Experiment.Arm, number: Int) {
    self.experiment = experiment
    self.arm = arm
    self.number = number
    observesSeries = number == 1
  }

  /// Runs it to its end.
  ///
  /// - Parameter isCancelled: asked now and then; a run that is cancelled ends at once.
  /// - Returns: what was observed; nil if it was cancelled.
  /// - Throws: ``RunFailure`` if the run cannot come to an end.
  public func run(isCancelled: () -> Bool = { false }) throws(RunFailure) -> RunRecord? {
    var assembly = Assembly(
      seed: experiment.seed, replication: number, faults: arm.faults)
    // The client comes first and has the same name in every arm, so that all see the same users.
    let (client, network) = assembly.addClient(
      experiment.workload, entry: arm.entry, region: arm.region)
    var components = network.map { [$0] } ?? []
    components += arm.components.map { component in
      assembly.add(component.name) { component.specification.build(at: $0) }
    }
    let observer = assembly.addObserver(
      of: [client] + components, span: experiment.workload.span, records: observesSeries)
    let metrics = assembly.addMetrics()
    let injector = assembly.addInjector()
    let history =
      experiment.analysis == .steady
      ? assembly.addHistory(of: client, expecting: experiment.workload.expectedDuration) : nil
    assembly.link()
    for component in [client] + components + [metrics, observer] {
      component.begin(&assembly.kernel)
    }
    injector?.begin(&assembly.kernel)
    history?.begin(&assembly.kernel)
    guard advance(&assembly.kernel, isCancelled) else { return nil }
    if assembly.kernel.isStuck {
      throw RunFailure(
        arm: arm.name, replication: number,
        reason: "time stands still at \(Units.format(duration: assembly.kernel.now)): requests "
          + "follow one another without taking any time; give users a 'think' time or a step a "
          + "'time'")
    }
    var record = record(&assembly, client, components, observer)
    // A fault that no kind needs to know acts before the component.
    let held = arm.faults.filter { $0.kind == nil }.compactMap(\.component)
    let broken = Accounting(of: record, heldBefore: held).violations
    if !broken.isEmpty {
      throw RunFailure(
        arm: arm.name, replication: number,
        reason: broken.joined(separator: "; ")
          + "; this is a defect of Windtunnel, please report it",
        isDefect: true)
    }
    if let history { record.settling = Settling(cutting: &record, history.entries) }
    return record
  }

  /// Advances in slices of events, between which it can be cancelled.
  private func advance(_ kernel: inout Kernel, _ isCancelled: () -> Bool) -> Bool {
    while kernel.run(until: .longest, events: 1 << 20) {
      if isCancelled() { return false }
    }
    return true
  }

  private func record(
    _ assembly: inout Assembly, _ client: Client, _ components: [RunningComponent],
    _ observer: Observer
  ) -> RunRecord {
    var record = RunRecord()
    client.report(into: &record)
    record.endTime = assembly.kernel.now
    record.digest = assembly.kernel.digest
    record.events = assembly.kernel.eventCount
    record.series = observer.series(until: assembly.kernel.now)
    let context = ReportContext(
      now: assembly.kernel.now, loadDuration: client.loadDuration,
      loadHoursPerMonth: experiment.loadShare * CostItem.hoursPerMonth)
    for component in components {
      let report = component.reportWithGuards(context)
      record.components.append(report.record)
      record.scaling += report.scaling
      record.cost += report.cost
    }
    record.scaling.sort { $0.at < $1.at }
    return record
  }
}
