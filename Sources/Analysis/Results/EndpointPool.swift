import Components
import Kernel

/// The requests of one endpoint, gathered over the replications.
struct EndpointPool {
  var name: String
  var offered = 0
  /// Response times of the successful requests of each replication.
  var succeeded: [Histogram]
  /// Response times of the failed requests of each replication.
  var failed: [Histogram]
  var failures: [(cause: String, count: Int)] = []

  private init(name: String, replications: Int) {
    self.name = name
    succeeded = Array(repeating: Histogram(), count: replications)
    failed = succeeded
  }

  /// Gathers each endpoint over the replications, in the order of the first.
  static func pooled(_ records: [RunRecord]) -> [EndpointPool] {
    var pools: [EndpointPool] = []
    for (replication, record) in records.enumerated() {
      for endpoint in record.endpoints {
        let index = pools.firstIndex { $0.name == endpoint.name } ?? pools.count
        if index == pools.count {
          pools.append(EndpointPool(name: endpoint.name, replications: records.count))
        }
        pools[index].offered += endpoint.offered
        pools[index].succeeded[replication].merge(endpoint.succeeded)
        pools[index].failed[replication].merge(endpoint.failed)
        for failure in endpoint.failures { pools[index].add(failure.cause, failure.count) }
      }
    }
    return pools
  }

  /// Adds up all endpoints.
  static func together(_ pools: [EndpointPool], replications: Int) -> EndpointPool {
    var all = EndpointPool(name: "", replications: replications)
    for pool in pools {
      all.offered += pool.offered
      for replication in 0..<replications {
        all.succeeded[replication].merge(pool.succeeded[replication])
        all.failed[replication].merge(pool.failed[replication])
      }
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
  var outcomes: Outcomes {
    let replications = Double(max(succeeded.count, 1))
    let ended = zip(succeeded, failed).map { succeeded, failed in
      var ended = succeeded
      ended.merge(failed)
      return ended
    }
    let response = ResponseSummary(ended)
    let failureRate = Estimate(
      response.count > 0 ? Double(failed.total) / Double(response.count) : nil,
      parts: zip(failed, ended).map { failed, ended in
        (ended.count > 0 ? Double(failed.count) / Double(ended.count) : nil, Double(ended.count))
      })
    return Outcomes(
      arrivals: Double(offered) / replications,
      requests: Double(response.count) / replications,
      failureRateEstimate: failureRate,
      failures: failures.map {
        FailureCount(cause: $0.cause, count: Double($0.count) / replications)
      },
      response: response,
      responseOK: ResponseSummary(succeeded))
  }
}

extension [Histogram] {
  /// How many values all of them have counted.
  var total: Int { reduce(0) { $0 + $1.count } }
}
