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
    let observed = observed(objective, in: arm, of: arms)
    let isBaseline = objective.baseline?.text == arm.name
    let verdict: Verdict =
      observed.map { objective.holds($0) ? .pass : .fail } ?? .unknown
    return ObjectiveOutcome(
      text: objective.text, arm: arm.name, observed: observed, limit: objective.limit,
      unit: unit(objective.unit), verdict: isBaseline ? .unknown : verdict, binds: !isBaseline)
  }

  private static func observed(
    _ objective: Objective, in arm: ArmResult, of arms: [ArmResult]
  ) -> Double? {
    guard let baseline = objective.baseline else { return value(objective, in: arm) }
    guard let other = arms.first(where: { $0.name == baseline.text }),
      let before = value(objective, in: other), let after = value(objective, in: arm), before != 0
    else { return nil }
    return (after - before) / before
  }

  private static func value(_ objective: Objective, in arm: ArmResult) -> Double? {
    var outcomes: Outcomes? = arm.total
    if let endpoint = objective.endpoint {
      outcomes = arm.endpoints.first { $0.name == endpoint.text }?.outcomes
    }
    switch objective.metric {
    case .percentile(let share): return outcomes?.response.quantile(share)
    case .average: return outcomes?.response.mean
    case .minimum: return outcomes?.response.minimum
    case .maximum: return outcomes?.response.maximum
    case .failureRate: return outcomes?.failureRate
    case .throughput:
      return rate(arm.throughput, outcomes, arm, objective.endpoint != nil) { $0.requests }
    case .goodput:
      return rate(arm.goodput, outcomes, arm, objective.endpoint != nil) {
        $0.requests * (1 - ($0.failureRate ?? 0))
      }
    case .hitRate(let component): return arm.component(component.text)?.number("hit_rate")
    case .instances(let component): return arm.component(component.text)?.number("instances")
    case .monthlyCost: return arm.cost.monthly
    }
  }

  /// A rate of the arm, or of one endpoint over the same time.
  private static func rate(
    _ whole: Double?, _ outcomes: Outcomes?, _ arm: ArmResult, _ isOfEndpoint: Bool,
    _ count: (Outcomes) -> Double
  ) -> Double? {
    guard isOfEndpoint else { return whole }
    guard let outcomes, arm.observedDuration > 0 else { return nil }
    return count(outcomes) / arm.observedDuration
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
