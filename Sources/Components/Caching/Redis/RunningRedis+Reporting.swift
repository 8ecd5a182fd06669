import Kernel

/// What a node tells of itself.
extension RunningRedis {
  var published: [PublishedMetric] {
    let declared = Redis.publishedMetrics
    let opens = specification.connectTime != nil
    return [
      PublishedMetric(declared[0], .sum { _ in Double(self.state.value.hits) }),
      PublishedMetric(declared[1], .sum { _ in Double(self.state.value.misses) }),
      PublishedMetric(declared[2], .sum { _ in Double(self.keys.evictions) }),
      PublishedMetric(declared[3], .level { _ in Double(self.keys.count) }),
      PublishedMetric(
        declared[4],
        .level { _ in self.specification.memory.map { Double(self.keys.bytes) / Double($0) } }),
      PublishedMetric(
        declared[5],
        .average { (Double(self.state.value.busy), Double($0)) }),
      PublishedMetric(
        declared[6],
        .level { _ in
          Double(self.specification.clients + (opens ? self.population.level : 0))
        }),
    ]
  }

  var drawn: [Gauge] {
    [
      Gauge(
        "hit_rate", unit: "share",
        .quotient { _ in
          let state = self.state.value
          return (Double(state.hits), Double(state.hits + state.misses))
        }),
      Gauge(
        "utilization", unit: "",
        .quotient { now in (Double(self.state.value.busy), Double(now)) }),
      Gauge("items", unit: "", .level { _ in Double(self.keys.count) }),
      .rate("evictions") { Double(self.keys.evictions) },
    ]
  }

  func reported(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: Redis.kind)
    let state = state.value
    let lookups = state.hits + state.misses
    report.record.add("hits", Double(state.hits))
    report.record.add("misses", Double(state.misses))
    report.record.add("hit_rate", lookups > 0 ? Double(state.hits) / Double(lookups) : .nan)
    report.record.add("expirations", Double(keys.expirations))
    report.record.add("evictions", Double(keys.evictions))
    report.record.add("refused_writes", Double(state.refusedWrites))
    report.record.add("items", Double(keys.count))
    report.record.add("keys_maximum", Double(keys.mostKeys))
    report.record.add("memory_bytes", Double(keys.bytes))
    if specification.memory != nil { report.record.add("memory_usage", memoryUsage) }
    population.finish(at: context.now)
    addConnections(to: &report.record)
    report.record.add(population: thread.population, servers: 1, until: context.now)
    report.record.add("waiting", thread.waiting.snapshot())
    report.record.add("sojourn", sojourn.snapshot())
    if meter != nil {
      var credits = CreditReport()
      credits.add(
        meter, busyTime: Int128(state.computed), serves: true, at: context.now)
      credits.add(to: &report, price: nil, context)
    }
    if let node = specification.node {
      report.cost.append(
        CostItem(
          component: site.name, what: "cache.\(node.name)",
          quantity: CostItem.hoursPerMonth * Double(1 + specification.replicas),
          unit: "h", unitPrice: specification.price, source: "Models/cache-nodes.yaml"))
    }
    return report
  }

  private func addConnections(to record: inout ComponentRecord) {
    let opened = specification.connectTime == nil ? 0 : population.timeAverage ?? 0
    record.add("connections", Double(specification.clients) + opened)
    record.add("refused_connections", Double(state.value.refusedConnections))
    if specification.replicas > 0 || state.value.failovers > 0 {
      record.add("failovers", Double(state.value.failovers))
      record.add("lost_writes", Double(state.value.lostWrites))
    }
  }

  /// The share of its memory that is in use.
  private var memoryUsage: Double {
    specification.memory.map { Double(keys.bytes) / Double($0) } ?? .nan
  }
}
