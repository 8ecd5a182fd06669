import Kernel

/// What hosts tell of themselves, whatever they are.
extension HostFleet {
  final func processorTime(at now: Nanoseconds) -> Double {
    instances.reduce(0) { $0 + Double($1.processor.busyTime(at: now)) }
  }

  final func waitingRequests() -> Int {
    instances.reduce(0) { $0 + $1.workers.queueLength }
  }

  /// The processor time used and had by all that were in service.
  final func processorTotals(at now: Nanoseconds) -> (Double, Double) {
    (processorTime(at: now), Double(serving.area(at: now)) * Double(host.processors))
  }

  /// The gauges of a fleet whose hosts are called `name`.
  final func gauges(of name: String) -> [Gauge] {
    [
      .average(name, of: serving),
      Gauge("cpu", unit: "share", .quotient { self.processorTotals(at: $0) }),
      Gauge("waiting_requests", unit: "", .level { _ in Double(self.waitingRequests()) }),
      .rate("completions") { Double(self.sojourn.count) },
    ]
  }

  /// Adds how many hosts there were, and where.
  final func reportHosts(
    _ name: String, minimum: Int, _ record: inout ComponentRecord, _ context: ReportContext
  ) {
    let totals = processorTotals(at: context.now)
    serving.finish(at: context.now)
    record.add(name, serving.timeAverage ?? .nan)
    record.add("\(name)_maximum", Double(serving.maximum))
    record.add("\(name)_minimum", Double(minimum))
    if host.zones > 1 {
      for (zone, count) in zonePopulations({ $0 == .inService }).enumerated() {
        record.add("in_service_zone_\(zone + 1)", Double(count))
      }
    }
    record.add("cpu", totals.1 > 0 ? totals.0 / totals.1 : .nan)
  }

  /// Adds what became of the requests.
  final func reportRequests(_ record: inout ComponentRecord, _ context: ReportContext) {
    record.add("replaced", Double(replacedCount))
    record.add("rejected", Double(refusedCount))
    reportProcesses(&record)
    reportWorkers(&record, context)
    reportPools(&record)
    record.add("sojourn", sojourn.snapshot())
    record.add("completions", Double(sojourn.count))
    record.add("failures", Double(failures.count))
    record.add("coalesced", Double(coalescedCount))
    record.add("retries", Double(retryCount))
  }

  /// Adds what became of processes that are limited.
  private func reportProcesses(_ record: inout ComponentRecord) {
    let application = host.application
    if let needs = application.memory {
      let most = instances.map { max($0.mostMemory, $0.memory(needs)) }.max() ?? 0
      record.add("memory_maximum", Double(most) / Double(host.memory))
    }
    if mayKillProcesses {
      record.add("processes_killed", Double(instances.reduce(0) { $0 + $1.killedCount }))
    }
  }

  private func reportWorkers(_ record: inout ComponentRecord, _ context: ReportContext) {
    var waiting = Histogram()
    var busy = 0.0
    var queued = 0.0
    for instance in instances {
      let workers = instance.workers
      workers.population.finish(at: context.now)
      waiting.merge(workers.waiting.snapshot())
      let lifetime = Double(workers.population.duration)
      busy += (workers.population.timeAverage(ofMinimumWith: workers.servers) ?? 0) * lifetime
      queued += (workers.population.timeAverage(above: workers.servers) ?? 0) * lifetime
    }
    let servers = processes * host.application.threads
    if host.application.concurrency == .threads, serving.area > 0 {
      record.add("workers_busy", busy / (Double(serving.area) * Double(servers)))
    }
    record.add("queue_length", context.now > 0 ? queued / Double(context.now) : .nan)
    record.add("waiting", waiting)
  }

  private func reportPools(_ record: inout ComponentRecord) {
    let first = host.application.concurrency == .eventLoop ? 1 : 0
    for (index, pool) in host.application.connections.enumerated() {
      var waiting = Histogram()
      var opened = 0
      var timeouts = 0
      for instance in instances {
        for process in 0..<processes {
          let pool = instance.pools[process * instance.poolsPerProcess + first + index]
          waiting.merge(pool.station.waiting.snapshot())
          opened += pool.openedCount
          timeouts += pool.timeoutCount
        }
      }
      record.add("connections_opened_\(pool.name)", Double(opened))
      record.add("connection_timeouts_\(pool.name)", Double(timeouts))
      record.add("connection_waiting_\(pool.name)", waiting)
    }
  }

  // MARK: The bill

  /// The hours that all hosts are billed for, each a shortest time at least.
  final func billedHours(until now: Nanoseconds, atLeast shortest: Nanoseconds) -> Double {
    instances.reduce(0.0) { total, instance in
      guard instance.billedFrom != nil else { return total }
      return total + max(instance.billed(until: now), shortest).inSeconds / 3600
    }
  }

  /// The hours of a month: the minimum runs all the time, what was added during the load for the
  /// hours that the load lasts.
  final func monthlyHours(
    of hours: Double, minimum: Int, _ context: ReportContext
  ) -> Double {
    let observed = context.now.inSeconds / 3600
    let added = max(0, hours - Double(minimum) * observed)
    return Double(minimum) * CostItem.hoursPerMonth + context.perMonth(added)
  }

  /// What alarms cost; equal prices share a line.
  final func alarmCost(_ alarms: [(count: Int, price: Catalogue.Price?)]) -> [CostItem] {
    var items: [CostItem] = []
    for alarm in alarms {
      guard let price = alarm.price else { continue }
      if let index = items.firstIndex(where: { $0.unitPrice == price.amount }) {
        items[index].quantity += Double(alarm.count)
      } else {
        items.append(
          CostItem(
            component: site.name, what: "alarms", quantity: Double(alarm.count), unit: "alarm",
            unitPrice: price.amount, source: price.provenance.source))
      }
    }
    return items
  }
}
