public import Components
import Kernel

/// The operational laws that hold in every run by counting alone, whatever was simulated.
///
/// They are checked at the end of each replication from what was recorded; a violation is a defect
/// of the program. A component is checked as far as it reports what a law needs.
public struct Accounting {
  /// The laws that are broken, each a sentence that names the component and the numbers.
  public private(set) var violations: [String] = []

  /// Checks the whole of a run, before any of it is cut.
  ///
  /// - Parameters:
  ///   - record: what was recorded.
  ///   - held: the components before which faults can hold calls back: there sojourn times begin
  ///     before the component counts the call, so that the laws of time say nothing.
  public init(of record: RunRecord, heldBefore held: [String] = []) {
    checkClient(record)
    for component in record.components {
      checkFlow(of: component)
      guard !held.contains(component.name) else { continue }
      checkLittlesLaw(of: component, over: record.endTime)
      checkUtilizationLaw(of: component, over: record.endTime)
    }
  }

  // MARK: Laws

  /// Every request that arrived has succeeded, failed for a cause, or is still in flight.
  private mutating func checkClient(_ record: RunRecord) {
    var offered = 0
    var ended = 0
    for endpoint in record.endpoints {
      offered += endpoint.offered
      ended += endpoint.succeeded.count + endpoint.failed.count
      let caused = endpoint.failures.reduce(0) { $0 + $1.count }
      if caused != endpoint.failed.count {
        report(
          "flow balance", of: "the endpoint '\(endpoint.name)'",
          "\(endpoint.failed.count) requests failed, but \(caused) for a cause")
      }
    }
    if offered != ended + record.unfinished {
      report(
        "flow balance", of: "the client",
        "\(offered) requests arrived, but \(ended) ended and \(record.unfinished) are in flight")
    }
  }

  /// What arrived at a component has left it or is still there.
  private mutating func checkFlow(of component: ComponentRecord) {
    guard let sojourn = component.durations("sojourn"), let completions = component.completions
    else { return }
    if completions != sojourn.count {
      report(
        "flow balance", of: "'\(component.name)'",
        "\(completions) completions, but \(sojourn.count) sojourn times")
    }
    if let left = component.left, left < 0 {
      report("flow balance", of: "'\(component.name)'", "\(-left) more calls left than arrived")
    }
    // Each service that began has ended, if nobody is left.
    if component.left == 0, let waiting = component.durations("waiting"),
      waiting.count != completions
    {
      report(
        "flow balance", of: "'\(component.name)'",
        "\(waiting.count) services began, but \(completions) ended")
    }
  }

  /// Little's law, L T = Σ W: the number in the system, added up over time, is the time spent in
  /// it, added up over those who were there.
  private mutating func checkLittlesLaw(of component: ComponentRecord, over time: Nanoseconds) {
    guard let level = component.number("in_system"), let left = component.left, left >= 0,
      let sojourn = component.durations("sojourn")
    else { return }
    let area = level * Double(time)
    let least = Double(sojourn.sum)
    // Those who gave up, or are there still, were there no longer than the run.
    let others = Double(left + (component.count("reneged") ?? 0))
    let most = least + others * Double(time)
    if exceeds(least, area) || exceeds(area, most) {
      report(
        "Little's law", of: "'\(component.name)'",
        "\(level) calls on average over \(Units.format(duration: time)) are "
          + "\(area / 1e9) s, but sojourn times add up to \(least / 1e9) s")
    }
  }

  /// The utilization law, U T = Σ S: the time that servers were busy is the time of service.
  private mutating func checkUtilizationLaw(
    of component: ComponentRecord, over time: Nanoseconds
  ) {
    guard component.left == 0, component.count("reneged") == 0,
      let level = component.number("in_system"), let queue = component.number("queue_length"),
      let sojourn = component.durations("sojourn"), let waiting = component.durations("waiting")
    else { return }
    let busy = (level - queue) * Double(time)
    let served = Double(sojourn.sum - waiting.sum)
    if exceeds(busy, served) || exceeds(served, busy) {
      report(
        "the utilization law", of: "'\(component.name)'",
        "servers were busy for \(busy / 1e9) s, but served for \(served / 1e9) s")
    }
  }

  // MARK: Telling

  private mutating func report(_ law: String, of place: String, _ numbers: String) {
    violations.append("\(law) is broken at \(place): \(numbers)")
  }

  /// Whether a time is above another by more than the rounding of an average.
  private func exceeds(_ time: Double, _ bound: Double) -> Bool {
    time > bound + 1e-9 * bound.magnitude + 1e3
  }
}

extension ComponentRecord {
  fileprivate func number(_ name: String) -> Double? {
    for metric in metrics where metric.name == name {
      if case .number(let number) = metric.value, number.isFinite { return number }
    }
    return nil
  }

  fileprivate func count(_ name: String) -> Int? { number(name).flatMap { Int(exactly: $0) } }

  fileprivate func durations(_ name: String) -> Histogram? {
    for metric in metrics where metric.name == name {
      if case .durations(let histogram) = metric.value { return histogram }
    }
    return nil
  }

  fileprivate var completions: Int? { count("completions") }

  /// Calls that are still in the component; nil if it does not count arrivals.
  fileprivate var left: Int? {
    guard let arrivals = count("arrivals"), let completions else { return nil }
    return arrivals - completions - (count("blocked") ?? 0) - (count("reneged") ?? 0)
  }
}
