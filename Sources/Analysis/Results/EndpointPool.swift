import Components
import Kernel

/// The requests of one endpoint, added up over the replications.
struct EndpointPool {
  var name: String
  var offered = 0
  var succeeded = Histogram()
  var failed = Histogram()
  var failures: [(cause: String, count: Int)] = []

  /// Adds up each endpoint over the replications, in the order of the first.
  static func pooled(_ records: [RunRecord]) -> [EndpointPool] {
    var pools: [EndpointPool] = []
    for record in records {
      for endpoint in record.endpoints {
        let index = pools.firstIndex { $0.name == endpoint.name } ?? pools.count
        if index == pools.count { pools.append(EndpointPool(name: endpoint.name)) }
        pools[index].offered += endpoint.offered
        pools[index].succeeded.merge(endpoint.succeeded)
        pools[index].failed.merge(endpoint.failed)
        for failure in endpoint.failures { pools[index].add(failure.cause, failure.count) }
      }
    }
    return pools
  }

  /// Adds up all endpoints.
  static func together(_ pools: [EndpointPool]) -> EndpointPool {
    var all = EndpointPool(name: "")
    for pool in pools {
      all.offered += pool.offered
      all.succeeded.merge(pool.succeeded)
      all.failed.merge(pool.failed)
      for failure in pool.failures { all.add(failure.cause, failure.count) }
    }
    return all
  }

  private mutating func add(_ cause: String, _ count: Int) {
    if let index = failures.firstIndex(where: { $0.cause == cause }) {
      failures[index].count += count
    } else {
      failures.append((cause, count))
    }
  }

  /// The means per replication and the pooled durations.
  func outcomes(replications: Double) -> Outcomes {
    var response = succeeded
    response.merge(failed)
    return Outcomes(
      arrivals: Double(offered) / replications,
      requests: Double(response.count) / replications,
      failureRate: response.count > 0 ? Double(failed.count) / Double(response.count) : nil,
      failures: failures.map {
        FailureCount(cause: $0.cause, count: Double($0.count) / replications)
      },
      response: ResponseSummary(response),
      responseOK: ResponseSummary(succeeded))
  }
}
