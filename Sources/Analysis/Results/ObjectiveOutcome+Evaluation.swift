public import Experiments

extension ObjectiveOutcome {
  /// Looks at an experiment's objectives in the arms that were run.
  ///
  /// An objective without an arm is looked at in all, and binds all but its own baseline.
  public static func all(
    _ objectives: [Experiment.BoundObjective], in arms: [ArmResult]
  ) -> [ObjectiveOutcome] {
    objectives.flatMap { bound in
      arms.filter { bound.arm == nil || bound.arm == $0.name }.map { arm in
        outcome(bound.objective, in: arm, of: arms)
      }
    }
  }

  private static func outcome(
    _ objective: Objective, in arm: ArmResult, of arms: [ArmResult]
  ) -> ObjectiveOutcome {
    let estimate = observed(objective, in: arm, of: arms)
    let isBaseline = objective.baseline?.text == arm.name
    return ObjectiveOutcome(
      text: objective.text, arm: arm.name, observed: estimate?.value, limit: objective.limit,
      unit: unit(objective.unit), verdict: isBaseline ? .unknown : verdict(estimate, objective),
      binds: !isBaseline, isMet: estimate.map { objective.holds($0.value) },
      ci: estimate?.interval)
  }

  private static func verdict(_ estimate: Estimate?, _ objective: Objective) -> Verdict {
    guard let estimate else { return .unknown }
    if let interval = estimate.interval, interval.low < objective.limit,
      objective.limit < interval.high
    {
      return .undecided
    }
    return objective.holds(estimate.value) ? .pass : .fail
  }

  /// The observed value, of an objective with a baseline its relative change, replication by
  /// replication where that can be told.
  private static func observed(
    _ objective: Objective, in arm: ArmResult, of arms: [ArmResult]
  ) -> Estimate? {
    guard let baseline = objective.baseline else { return estimate(objective, in: arm) }
    guard let other = arms.first(where: { $0.name == baseline.text }),
      let before = estimate(objective, in: other), let after = estimate(objective, in: arm)
    else { return nil }
    return after.relativeChange(from: before)
  }

  private static func estimate(_ objective: Objective, in arm: ArmResult) -> Estimate? {
    var outcomes: Outcomes? = arm.total
    if let endpoint = objective.endpoint {
      outcomes = arm.endpoints.first { $0.name == endpoint.text }?.outcomes
    }
    switch objective.metric {
    case .percentile(let share): return outcomes?.response.estimate(ofQuantile: share)
    case .average: return outcomes?.response.meanEstimate
    case .minimum: return Estimate(valueAlone: outcomes?.response.minimum)
    case .maximum: return Estimate(valueAlone: outcomes?.response.maximum)
    case .failureRate: return outcomes?.failureRateEstimate
    case .throughput:
      guard objective.endpoint != nil else { return arm.throughputEstimate }
      return rate(outcomes, in: arm) { $0.requests }
    case .goodput:
      guard objective.endpoint != nil else { return arm.goodputEstimate }
      return rate(outcomes, in: arm) { $0.requests * (1 - ($0.failureRate ?? 0)) }
    case .hitRate(let component): return arm.component(component.text)?.estimate("hit_rate")
    case .instances(let component): return arm.component(component.text)?.estimate("instances")
    case .monthlyCost: return arm.monthlyCostEstimate
    }
  }

  /// The rate of one endpoint over the time of the arm.
  private static func rate(
    _ outcomes: Outcomes?, in arm: ArmResult, _ count: (Outcomes) -> Double
  ) -> Estimate? {
    guard let outcomes, arm.observedDuration > 0 else { return nil }
    return Estimate(valueAlone: count(outcomes) / arm.observedDuration)
  }

  private static func unit(_ unit: Objective.Unit) -> MetricUnit {
    switch unit {
    case .seconds: .seconds
    case .share: .share
    case .perSecond: .perSecond
    case .count: .count
    case .dollars: .dollars
    }
  }
}

extension Estimate {
  /// A figure of which no interval is computed, such as the extreme of a sample.
  fileprivate init?(valueAlone value: Double?) {
    guard let value else { return nil }
    self.init(value: value, deviations: [])
  }
}
