public import Components
import Kernel

extension ArmResult {
  /// Gathers the replications of an arm.
  ///
  /// - Parameters:
  ///   - name: The arm's name.
  ///   - records: One record per replication, in the order of the replications.
  ///   - architecture: Who calls whom in the arm.
  public init(
    name: String, records: [RunRecord], architecture: Architecture = Architecture()
  ) {
    self.name = name
    self.architecture = architecture
    replications = records.count
    let runs = Double(max(records.count, 1))
    let warmUps = records.map { $0.settling?.warmUp.inSeconds ?? 0 }
    let loads = zip(records, warmUps).map { $0.loadDuration.inSeconds - $1 }
    let observed = zip(records, warmUps).map { $0.observedDuration.inSeconds - $1 }
    loadDuration = loads.reduce(0, +) / runs
    observedDuration = observed.reduce(0, +) / runs

    let pools = EndpointPool.pooled(records)
    total = EndpointPool.together(pools, replications: records.count).outcomes
    offeredEstimate = rate(records.map(\.offeredCount), in: loads)
    throughputEstimate = rate(records.map { $0.succeededCount + $0.failedCount }, in: observed)
    goodputEstimate = rate(records.map(\.succeededCount), in: observed)
    endpoints = pools.map { EndpointResult(name: $0.name, outcomes: $0.outcomes) }
    components = ComponentPool.pooled(records).map(\.result)
    cost = CostResult(items: meanBill(records))
    monthlyCostEstimate = Estimate(
      cost.monthly,
      parts: records.map { record in (record.cost.reduce(0) { $0 + $1.amount }, 1) })
    scaling = records.first?.scaling ?? []
    series = records.first?.series ?? []
    unfinished = Double(records.reduce(0) { $0 + $1.unfinished }) / runs
    fingerprint = Fingerprint()
    for record in records { fingerprint.combine(record.digest) }
    steady = SteadyState(records)
    guard steady?.isOverloaded == true else { return }
    total = total.withoutDurations
    for index in endpoints.indices {
      endpoints[index].outcomes = endpoints[index].outcomes.withoutDurations
    }
  }
}

extension RunRecord {
  /// The time from the start to the end of the load or of the last request.
  fileprivate var observedDuration: Nanoseconds {
    let longest = endpoints.reduce(Nanoseconds(0)) {
      max($0, $1.succeeded.maximum ?? 0, $1.failed.maximum ?? 0)
    }
    return max(loadDuration, min(endTime, loadDuration + longest))
  }
}

extension RunRecord {
  fileprivate var offeredCount: Int { endpoints.reduce(0) { $0 + $1.offered } }
  fileprivate var succeededCount: Int { endpoints.reduce(0) { $0 + $1.succeeded.count } }
  fileprivate var failedCount: Int { endpoints.reduce(0) { $0 + $1.failed.count } }
}

/// A number per second over all replications, or nil if no time passed.
private func rate(_ counts: [Int], in seconds: [Double]) -> Estimate? {
  let time = seconds.reduce(0, +)
  guard time > 0 else { return nil }
  return Estimate(
    Double(counts.reduce(0, +)) / time,
    parts: zip(counts, seconds).map { count, own in
      (own > 0 ? Double(count) / own : nil, own)
    })
}

/// The bill whose quantities are means over the replications; a line that one lacks counts as 0.
private func meanBill(_ records: [RunRecord]) -> [CostItem] {
  var items: [CostItem] = []
  for record in records {
    for item in record.cost {
      let same = items.firstIndex { $0.component == item.component && $0.what == item.what }
      if let same {
        items[same].quantity += item.quantity
      } else {
        items.append(item)
      }
    }
  }
  for index in items.indices { items[index].quantity /= Double(records.count) }
  return items
}
