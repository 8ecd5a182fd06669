import Kernel

/// The metrics of a database, under CloudWatch's names and from the primary's totals.
enum DatabaseMetric {
  static let cpu = MetricDeclaration("CPUUtilization", unit: .share)
  static let connections = MetricDeclaration("DatabaseConnections", unit: .count)
  static let memory = MetricDeclaration("FreeableMemory", unit: .bytes)
  static let reads = MetricDeclaration("ReadIOPS", unit: .count)
  static let writes = MetricDeclaration("WriteIOPS", unit: .count)
  static let burst = MetricDeclaration("BurstBalance", unit: .share)
  static let lag = MetricDeclaration("ReplicaLag", unit: .seconds)

  static let all = [cpu, connections, memory, reads, writes, burst, lag]
}

extension RunningRDSDatabase {
  /// What alarms can watch.
  var databaseMetrics: [PublishedMetric] {
    let held = specification.connections.held
    return [
      PublishedMetric(DatabaseMetric.cpu, .average { self.cpu(of: self.primary, at: $0) }),
      PublishedMetric(
        DatabaseMetric.connections,
        .average { now in
          (
            Double(self.primary.sessions.area(at: now)) + Double(held) * Double(now), Double(now)
          )
        }),
      PublishedMetric(
        DatabaseMetric.memory,
        .level { _ in self.freeableMemory(sessions: self.primary.sessions.level + held) }),
      PublishedMetric(
        DatabaseMetric.reads, .average { (Double(self.primary.volume.reads), $0.inSeconds) }),
      PublishedMetric(
        DatabaseMetric.writes, .average { (Double(self.primary.volume.writes), $0.inSeconds) }),
      PublishedMetric(
        DatabaseMetric.burst,
        .level { now in
          self.specification.storage.burst.map { _ in self.primary.volume.burstBalance(at: now) }
        }),
      PublishedMetric(
        DatabaseMetric.lag,
        .average { _ in (self.counts.value.lag.inSeconds, Double(self.counts.value.applied)) }),
    ]
  }
}
