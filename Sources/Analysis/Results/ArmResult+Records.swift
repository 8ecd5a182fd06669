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
    let loadSeconds = records.reduce(0) { $0 + $1.loadDuration.inSeconds }
    let observedSeconds = records.reduce(0) { $0 + $1.observedDuration.inSeconds }
    loadDuration = loadSeconds / runs
    observedDuration = observedSeconds / runs

    let pools = EndpointPool.pooled(records)
    let all = EndpointPool.together(pools)
    total = all.outcomes(replications: runs)
    offered = rate(all.offered, in: loadSeconds)
    throughput = rate(all.succeeded.count + all.failed.count, in: observedSeconds)
    goodput = rate(all.succeeded.count, in: observedSeconds)
    endpoints = pools.map {
      EndpointResult(name: $0.name, outcomes: $0.outcomes(replications: runs))
    }
    components = ComponentPool.pooled(records).map(\.result)
    cost = CostResult(items: meanBill(records))
    scaling = records.first?.scaling ?? []
    series = records.first?.series ?? []
    unfinished = Double(records.reduce(0) { $0 + $1.unfinished }) / runs
    fingerprint = Fingerprint()
    for record in records { fingerprint.combine(record.digest) }
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

/// A number per second, or nil if no time passed.
private func rate(_ count: Int, in seconds: Double) -> Double? {
  seconds > 0 ? Double(count) / seconds : nil
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
