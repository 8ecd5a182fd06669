import Analysis

// The first lines: which arm is better by how much, and whether the objectives pass.
extension TerminalReport {
  /// The verdict in sentences, one paragraph for each arm beside the first.
  var verdict: [String] {
    var lines: [String] = []
    if result.isPartial {
      let finished = result.arms.map { "\($0.replications) of \($0.name)" }
      lines += paragraph(
        "Interrupted: of \(result.replications) replications were finished "
          + Wording.list(finished) + "."
      ).map { style.apply(.warning, to: $0) }
    }
    guard let first = result.arms.first else { return lines + paragraph("No arm was run.") }
    if result.arms.count == 1 { lines += paragraph(portrait(of: first)) }
    for arm in result.arms.dropFirst() { lines += paragraph(verdict(on: arm, against: first)) }
    if result.arms.count > 2 { lines += paragraph(fastest) }
    return lines + objectivesInBrief
  }

  private func portrait(of arm: ArmResult) -> String {
    if let steady = arm.steady, steady.isOverloaded { return overload(of: arm, steady) }
    let response = arm.total.response
    guard let mean = response.mean, let p99 = response.p99 else {
      return "\(arm.name): no request has ended."
    }
    let margin = MetricUnit.seconds.plusMinus(response.meanEstimate).map { " " + $0 } ?? ""
    var text = "\(arm.name) answers in \(Wording.duration(mean))\(margin) on average"
    text += " (p99 \(Wording.duration(p99)))"
    if let throughput = arm.throughput { text += " at \(Wording.rate(throughput))" }
    let failureRate = arm.total.failureRate ?? 0
    text += failureRate > 0 ? "; \(Wording.share(failureRate)) of the requests fail" : ""
    return text + (failureRate > 0 ? "." : "; no request fails.")
  }

  private func overload(of arm: ArmResult, _ steady: SteadyState) -> String {
    "\(arm.name) is overloaded and has no steady state: when the load ends "
      + "\(Wording.count(steady.backlog)) requests are in flight, "
      + "\(Wording.share(steady.backlogShare)) of all that arrived, and their number grows."
  }

  private func verdict(on arm: ArmResult, against first: ArmResult) -> String {
    guard
      let mean = arm.total.response.mean, let before = first.total.response.mean,
      let p99 = arm.total.response.p99, let p99Before = first.total.response.p99
    else {
      return portrait(of: first) + " " + portrait(of: arm)
    }
    let rate = arm.total.failureRate ?? 0
    let rateBefore = first.total.failureRate ?? 0
    var text = arm.name
    if result.isUndecided("response.mean", of: arm.name) {
      text += " is not shown to be faster or slower than \(first.name)"
    } else if let comparison = Ratio.speed(mean, before) {
      text += " is \(comparison == Ratio.same ? "as fast as" : comparison + " than") \(first.name)"
    }
    text += ": \(Wording.duration(mean)) on average instead of "
    text += "\(Wording.duration(before)), p99 \(Wording.duration(p99)) instead of "
    text += "\(Wording.duration(p99Before))."
    if mean < before, rate > rateBefore + 0.01 { text += " But it fails more often." }
    return text + " It " + Wording.list(changes(of: arm, from: first, rate, rateBefore)) + "."
  }

  /// What an arm serves, how often it fails and what it costs, as parts of a sentence.
  private func changes(
    of arm: ArmResult, from first: ArmResult, _ rate: Double, _ rateBefore: Double
  ) -> [String] {
    var changes: [String] = []
    if let served = arm.goodput, let before = first.goodput {
      let texts = (Wording.rate(served), Wording.rate(before))
      changes.append(
        texts.0 == texts.1
          ? "succeeds \(texts.0) like \(first.name)" : "serves \(texts.0) instead of \(texts.1)")
    }
    if rate == 0, rateBefore == 0 {
      changes.append("fails no request either")
    } else {
      changes.append(
        "fails \(Wording.share(rate)) of the requests instead of \(Wording.share(rateBefore))")
    }
    let costs = (Wording.money(arm.cost.monthly), Wording.money(first.cost.monthly))
    if costs.0 != costs.1 { changes.append("costs \(costs.0) a month instead of \(costs.1)") }
    return changes
  }

  private var fastest: String {
    var best: (names: [String], mean: Double) = ([], .infinity)
    for arm in result.arms {
      guard let mean = arm.total.response.mean, mean <= best.mean else { continue }
      best = (mean < best.mean ? [arm.name] : best.names + [arm.name], mean)
    }
    guard !best.names.isEmpty else { return "No request has ended in any arm." }
    let verb = best.names.count == 1 ? "answers" : "answer"
    return "Of the \(result.arms.count) arms, \(Wording.list(best.names)) \(verb) fastest."
  }

  /// How many objectives pass, in one sentence.
  private var objectivesInBrief: [String] {
    let outcomes = result.objectives
    guard !outcomes.isEmpty else { return [] }
    let verdicts: [ObjectiveOutcome.Verdict] = [.pass, .fail, .undecided, .unknown]
    let parts = verdicts.compactMap { verdict -> String? in
      let count = outcomes.count { $0.verdict == verdict }
      return count > 0 ? "\(count) \(verdict.spoken(count: count))" : nil
    }
    let text = "Of \(outcomes.count) objectives, \(Wording.list(parts))."
    let single = "The objective \(outcomes[0].verdict.spoken(count: 1))."
    let failed = outcomes.contains { $0.verdict == .fail && $0.binds }
    return paragraph(outcomes.count == 1 ? single : text).map {
      style.apply(failed ? .bad : .none, to: $0)
    }
  }

  /// One line for each objective.
  var objectives: [String] {
    guard !result.objectives.isEmpty else { return [] }
    return [sectionHeading("Objectives")]
      + result.objectives.flatMap { outcome in
        let observed = outcome.unit.text(outcome.observed)
        var text = "\(outcome.arm): \(outcome.text), observed \(observed)"
        if outcome.verdict == .undecided, let ci = outcome.ci {
          text += ", the interval \(Wording.range(ci, outcome.unit)) holds the limit"
        }
        if !outcome.binds { text += " (not binding)" }
        let verdict = outcome.verdict
        return item("\(verdict.mark) \(verdict.rawValue)", verdict.emphasis, text, isHanging: true)
      }
  }
}

extension ObjectiveOutcome.Verdict {
  /// The verdict as the verb of a sentence.
  fileprivate func spoken(count: Int) -> String {
    switch self {
    case .pass: count == 1 ? "passes" : "pass"
    case .fail: count == 1 ? "is missed" : "are missed"
    case .undecided: count == 1 ? "is undecided" : "are undecided"
    case .unknown: count == 1 ? "cannot be told" : "cannot be told"
    }
  }

  /// The verdict as a sign.
  var mark: String {
    switch self {
    case .pass: "✓"
    case .fail: "✗"
    case .undecided, .unknown: "?"
    }
  }

  fileprivate var emphasis: TerminalStyle.Emphasis {
    switch self {
    case .pass: .good
    case .fail: .bad
    case .undecided, .unknown: .warning
    }
  }
}
