import Kernel

/// What a database reports: metrics after CloudWatch's, and the bill.
extension RunningRDSDatabase {
  /// What is drawn over time.
  var loadGauges: [Gauge] {
    [
      Gauge("cpu", unit: "share", .quotient { self.cpu(of: self.primary, at: $0) }),
      .average("database_connections", of: primary.sessions),
      .rate("read_iops") { Double(self.primary.volume.reads) },
      .rate("write_iops") { Double(self.primary.volume.writes) },
      Gauge("burst_balance", unit: "share", .level { self.primary.volume.burstBalance(at: $0) }),
    ]
  }

  /// Processor time used, and that there was.
  func cpu(of instance: DatabaseInstance, at now: Nanoseconds) -> (Double, Double) {
    (
      Double(instance.processor.busyTime(at: now)),
      Double(instance.processor.processors) * Double(now)
    )
  }

  func closeBooks(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: RDSDatabase.kind)
    addLoad(&report.record, context)
    addStatements(&report.record)
    addOptions(&report.record, context)
    population.finish(at: context.now)
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    report.cost = cost()
    addCredits(&report, context)
    return report
  }

  /// How busy the primary was.
  private func addLoad(_ record: inout ComponentRecord, _ context: ReportContext) {
    let (used, available) = cpu(of: primary, at: context.now)
    let seconds = context.loadDuration.inSeconds
    primary.sessions.finish(at: context.now)
    record.add("cpu", used / available)
    record.add(
      "database_connections",
      (primary.sessions.timeAverage ?? .nan) + Double(specification.connections.held))
    let most = primary.sessions.maximum + specification.connections.held
    record.add("database_connections_maximum", Double(most))
    record.add("max_connections", Double(primary.mostConnections))
    record.add("freeable_memory_minimum", freeableMemory(sessions: most))
    record.add("read_iops", Double(primary.volume.reads) / seconds)
    record.add("write_iops", Double(primary.volume.writes) / seconds)
    record.add(
      "storage_utilization",
      Double(min(primary.volume.busy, context.now)) / Double(context.now))
    if specification.storage.burst != nil {
      record.add("burst_balance", primary.volume.burstBalance(at: context.now))
      record.add("burst_balance_minimum", primary.volume.leastBurstBalance)
    }
  }

  /// What the buffer pool and some sessions leave of the primary's memory.
  func freeableMemory(sessions: Int) -> Double {
    max(0, primary.memoryBesidePool - Double(sessions) * Double(specification.connections.memory))
  }

  /// What was asked and what it took.
  private func addStatements(_ record: inout ComponentRecord) {
    let counts = counts.value
    record.add("queries", Double(counts.queries))
    record.add("writes", Double(counts.writes))
    record.add("rows_examined", Double(counts.rowsExamined))
    record.add("pages_read", Double(counts.pages))
    record.add(
      "buffer_hit_rate",
      counts.pages > 0 ? 1 - Double(counts.pagesMissed) / Double(counts.pages) : .nan)
    record.add("connections_opened", Double(counts.opened))
    record.add("connections_refused", Double(counts.refused))
    record.add("lock_waits", Double(counts.lockWaits))
    record.add("failovers", Double(counts.failovers))
  }

  /// What only some databases have.
  private func addOptions(_ record: inout ComponentRecord, _ context: ReportContext) {
    let servers = [primary] + replicas.map(\.instance)
    if primary.cache != nil {
      let hits = servers.reduce(0) { $0 + ($1.cache?.hits ?? 0) }
      let asked = hits + servers.reduce(0) { $0 + ($1.cache?.misses ?? 0) }
      record.add("hits", Double(hits))
      record.add("misses", Double(asked - hits))
      record.add("hit_rate", asked > 0 ? Double(hits) / Double(asked) : .nan)
    }
    if let pool = primary.pool {
      record.add("borrow_timeouts", Double(pool.timeoutCount))
      record.add("waiting", pool.station.waiting.snapshot())
    }
    if !replicas.isEmpty {
      let loads = replicas.map { cpu(of: $0.instance, at: context.now) }
      record.add("replica_cpu", loads.reduce(0) { $0 + $1.0 } / loads.reduce(0) { $0 + $1.1 })
      record.add("replica_lag", lag.snapshot())
      record.add("stale_reads", Double(counts.value.staleReads))
    }
  }

  /// What burstable servers have saved or borrowed, the latter also on the bill.
  private func addCredits(_ report: inout ComponentReport, _ context: ReportContext) {
    let servers = ([primary] + replicas.map(\.instance)).filter { $0.credits != nil }
    guard !servers.isEmpty else { return }
    var credits = CreditReport()
    for server in servers {
      credits.add(
        server.credits, busyTime: server.processor.busyTime(at: context.now), serves: true,
        at: context.now)
    }
    let price = specification.catalogue.price("rds.surplus-credit-vcpu-hour")
    credits.add(to: &report, price: price, context)
  }

  // MARK: The bill

  private func cost() -> [CostItem] {
    let zones = specification.isMultiAZ ? 2.0 : 1
    let storage = specification.storage
    let month = CostItem.hoursPerMonth
    // A standby is a second server with a second volume; each replica has its own too.
    let volumes = zones + Double(replicas.count)
    let size = Double(storage.gibibytes)
    var lines: [(String, Double, String, Catalogue.Price?)] = [
      (
        specification.databaseClass.name, month * zones, "h",
        specification.databaseClass.price
      )
    ]
    if let replicas = specification.replicas {
      lines.append(
        (
          "\(replicas.databaseClass.name) replicas", month * Double(replicas.count), "h",
          replicas.databaseClass.price
        ))
    }
    lines.append(
      ("\(storage.type.rawValue) storage", size * volumes, "GB", storage.prices.gibibyte))
    if storage.prices.operations != nil {
      lines.append(
        (
          "provisioned operations", Double(storage.baseline) * volumes, "IOPS",
          storage.prices.operations
        ))
    }
    return lines.compactMap { what, quantity, unit, price in
      price.map {
        CostItem(
          component: site.name, what: what, quantity: quantity, unit: unit, unitPrice: $0.amount,
          source: $0.provenance.source)
      }
    }
  }
}
