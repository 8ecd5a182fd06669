/// From which utilization on a component is called close to its limit: at 80% a single server
/// keeps its customers waiting four times as long as it serves them.
private let closeToLimit = 0.8

/// From which utilization on a component is called saturated.
private let saturation = 0.95

/// From how many throttled operations per request on a table limits an arm.
private let severeThrottling = 0.05

/// From which share of requests or of the response time on something matters.
private let material = 0.01

/// The metrics that tell how busy a component is, with the part of it that they are about.
private let busyParts = [
  ("utilization", ""), ("cpu", "the CPU of "), ("storage_utilization", "the storage of "),
]

// The limits that an arm can run into, each a rule of ``Bottleneck``; weightiest first.
extension ArmResult {
  /// Tables that throttle, or that consume nearly all that is provisioned.
  ///
  /// - Parameter severe: Whether the tables that limit the arm are asked for, or else those that
  ///   throttle so little that something else may limit it.
  /// - Returns: One observation for each such table, the weightiest first.
  func throttledTables(severe: Bool) -> [Observation] {
    let found = components.compactMap { table -> Observation? in
      let throttled = table.number("throttled") ?? 0
      let perRequest = total.requests > 0 ? throttled / total.requests : 0
      let utilization = table.number("read_utilization") ?? 0
      let isSevere = perRequest >= severeThrottling || utilization >= saturation
      guard isSevere == severe else { return nil }
      if perRequest >= material {
        return Observation(
          kind: .throttled, component: table.name, metric: "throttled", value: throttled,
          unit: .count, clause: throttlingClause(table, perRequest: perRequest))
      }
      guard severe else { return nil }
      return Observation(
        kind: .throttled, component: table.name, metric: "read_utilization",
        value: utilization, unit: .share,
        clause: "\(table.name), which consumes \(Wording.share(utilization)) of its read capacity")
    }
    return weightiestFirst(found)
  }

  private func throttlingClause(_ table: ComponentResult, perRequest: Double) -> String {
    let throttled = Wording.count((perRequest * 100).rounded(toPlaces: perRequest < 0.1 ? 1 : 0))
    var clause = "\(table.name), which throttled \(throttled) operations per 100 requests"
    let reads = table.number("consumed_read_units")
    if let reads, let provisioned = table.number("provisioned_read_units"), provisioned > 0 {
      clause +=
        " (\(Wording.count(reads)) of \(Wording.count(provisioned)) read units per second consumed)"
    }
    return clause
  }

  /// Components whose servers or processors are busy nearly all the time.
  var saturatedComponents: [Observation] {
    let found = components.compactMap { component -> Observation? in
      for (metric, part) in busyParts {
        guard let value = component.number(metric), value >= closeToLimit else { continue }
        let subject = part + component.name
        let state = value >= saturation ? "saturated" : "close to saturation"
        var clause = "\(subject), \(state) at \(Wording.share(value))"
        if let waiting = component.durations("waiting")?.mean, waiting > 0 {
          clause += ", where requests wait \(Wording.duration(waiting)) on average"
        }
        return Observation(
          kind: .saturated, component: component.name, metric: metric, value: value,
          unit: .share, clause: clause)
      }
      return nil
    }
    return weightiestFirst(found)
  }

  /// Groups whose workers are all taken, or waited for, while their processors are not busy.
  var busyWorkers: [Observation] {
    let found = components.compactMap { group -> Observation? in
      guard let busy = group.number("workers_busy") else { return nil }
      if let cpu = group.number("cpu"), cpu >= closeToLimit { return nil }
      let waiting = group.durations("waiting")?.mean ?? 0
      let waitingShare = waiting / (total.response.mean ?? .infinity)
      guard busy >= closeToLimit || waitingShare >= 0.1 else { return nil }
      var clause = "the workers of \(group.name), \(Wording.share(busy)) of them taken"
      if let cpu = group.number("cpu") {
        clause += " although its CPU is at \(Wording.share(cpu))"
      }
      if waiting > 0 { clause += "; requests wait \(Wording.duration(waiting)) for one on average" }
      if let slow = slowestDownstream(of: group) {
        clause += "; they are held longest by \(slow.name) (\(Wording.duration(slow.mean)))"
      }
      return Observation(
        kind: .workersBusy, component: group.name, metric: "workers_busy", value: busy,
        unit: .share, clause: clause)
    }
    return weightiestFirst(found)
  }

  /// The component with the longest sojourn among those that are neither a group nor its way in.
  private func slowestDownstream(of group: ComponentResult) -> (name: String, mean: Double)? {
    var slowest: (name: String, mean: Double)?
    for component in servingComponents {
      guard let mean = component.durations("sojourn")?.mean, mean > slowest?.mean ?? 0 else {
        continue
      }
      slowest = (component.name, mean)
    }
    return slowest
  }

  /// Pools for which requests wait a tenth of the response time: `connection_waiting_<pool>`.
  var exhaustedPools: [Observation] {
    guard let mean = total.response.mean, mean > 0 else { return [] }
    let whole = mean * Double(total.response.count)
    let prefix = "connection_waiting_"
    let found = components.flatMap { component in
      component.metrics.compactMap { metric -> Observation? in
        guard
          metric.name.hasPrefix(prefix), case .durations(let waiting) = metric.value,
          let wait = waiting.mean, wait * Double(waiting.count) >= whole / 10
        else { return nil }
        let pool = Wording.words(String(metric.name.dropFirst(prefix.count)))
        return Observation(
          kind: .poolExhausted, component: component.name, metric: metric.name, value: wait,
          unit: .seconds,
          clause: "the pool \(pool) of \(component.name), for which requests wait "
            + "\(Wording.duration(wait)) on average")
      }
    }
    return weightiestFirst(found)
  }

  /// Groups that turn requests away.
  var fullBacklogs: [Observation] {
    let found = components.compactMap { group -> Observation? in
      let rejected = group.number("rejected") ?? 0
      guard total.requests > 0, rejected / total.requests >= material else { return nil }
      return Observation(
        kind: .rejected, component: group.name, metric: "rejected", value: rejected, unit: .count,
        clause: "the backlog of \(group.name), which turned away "
          + "\(Wording.share(rejected / total.requests)) of the requests")
    }
    return weightiestFirst(found)
  }

  /// Components that serve without calling others: their sojourn is their own time.
  var servingComponents: [ComponentResult] {
    components.filter { component in
      !component.isGroup
        && component.kind != "application-load-balancer" && component.kind != "cloudfront"
    }
  }

  private func weightiestFirst(_ observations: [Observation]) -> [Observation] {
    // Of equals, the one that the experiment names first stays first.
    let ranked = observations.enumerated().sorted { left, right in
      left.element.value != right.element.value
        ? left.element.value > right.element.value : left.offset < right.offset
    }
    return ranked.map(\.element)
  }
}

extension ComponentResult {
  /// Whether the component runs endpoints that may call other components.
  var isGroup: Bool {
    ["instances", "workers_busy", "coalesced"].contains { number($0) != nil }
  }
}

extension Double {
  /// The value rounded to so many places after the point.
  fileprivate func rounded(toPlaces places: Int) -> Double {
    places == 0 ? rounded() : (self * 10).rounded() / 10
  }
}
