import Kernel

/// What the group tells of itself.
extension RunningAutoScalingGroup {
  func processorTime(at now: Nanoseconds) -> Double {
    instances.reduce(0) { $0 + Double($1.processor.busyTime(at: now)) }
  }

  func creditReport(at now: Nanoseconds) -> CreditReport {
    instances.reduce(into: CreditReport()) { report, instance in
      report.add(
        instance.credits, busyTime: instance.processor.busyTime(at: now),
        serves: instance.state == .inService, at: now)
    }
  }

  func waitingRequests() -> Int {
    instances.reduce(0) { $0 + $1.workers.queueLength }
  }

  func fullReport(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: AutoScalingGroup.kind)
    let used = processorTime(at: context.now)
    let vCPUs = Double(specification.instance.vCPUs)
    serving.finish(at: context.now)
    let area = Double(serving.area)
    let hours = billedHours(until: context.now)
    report.record.add("instances", serving.timeAverage ?? .nan)
    report.record.add("instances_maximum", Double(serving.maximum))
    report.record.add("instances_minimum", Double(specification.minimum))
    if specification.lifecycle.zones > 1 {
      for (zone, count) in zonePopulations({ $0 == .inService }).enumerated() {
        report.record.add("in_service_zone_\(zone + 1)", Double(count))
      }
    }
    report.record.add("cpu", area > 0 ? used / (area * vCPUs) : .nan)
    report.record.add("instance_hours", hours)
    report.record.add("replaced", Double(replacedCount))
    report.record.add("rejected", Double(refused))
    if let needs = specification.application.memory {
      let most = instances.map { max($0.mostMemory, $0.memory(needs)) }.max() ?? 0
      report.record.add("memory_maximum", Double(most) / Double(specification.instance.memory))
    }
    if specification.application.memory != nil || specification.application.workerTimeout != nil {
      let killed = instances.reduce(0) { $0 + $1.killedCount }
      report.record.add("processes_killed", Double(killed))
    }
    reportWorkers(&report.record, context)
    reportPools(&report.record)
    report.record.add("sojourn", sojourn.snapshot())
    report.record.add("completions", Double(sojourn.count))
    report.record.add("failures", Double(failures.count))
    report.record.add("coalesced", Double(coalescedCount))
    report.record.add("retries", Double(retryCount))
    report.scaling = actions
    report.cost = [cost(hours, context)] + monitoringCost(hours, context)
    if specification.instance.credits != nil {
      creditReport(at: context.now).add(to: &report, price: specification.surplusPrice, context)
    }
    return report
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
    let servers = specification.application.processes * specification.application.threads
    if specification.application.concurrency == .threads, serving.area > 0 {
      record.add("workers_busy", busy / (Double(serving.area) * Double(servers)))
    }
    record.add("queue_length", context.now > 0 ? queued / Double(context.now) : .nan)
    record.add("waiting", waiting)
  }

  private func reportPools(_ record: inout ComponentRecord) {
    let first = specification.application.concurrency == .eventLoop ? 1 : 0
    for (index, pool) in specification.application.connections.enumerated() {
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

  /// The minimum runs all month; what was added during the load is billed for the load's hours.
  private func cost(_ hours: Double, _ context: ReportContext) -> CostItem {
    let always = Double(specification.minimum) * CostItem.hoursPerMonth
    let observed = context.now.inSeconds / 3600
    let added = max(0, hours - Double(specification.minimum) * observed)
    return CostItem(
      component: site.name, what: "\(specification.instance.name) instances",
      quantity: always + context.perMonth(added), unit: "h",
      unitPrice: specification.instance.pricePerHour, source: "Models/instance-types.yaml")
  }

  /// The hours on the bill: every instance at least a minute, and the warm pool.
  private func billedHours(until now: Nanoseconds) -> Double {
    let own = instances.reduce(0.0) { total, instance in
      guard instance.billedFrom != nil else { return total }
      return total + max(instance.billed(until: now), specification.minimumBilled).inSeconds
    }
    return (own + Double(pooled.area(at: now)) / 1e9 + preparedTime.inSeconds) / 3600
  }

  /// What alarms and detailed monitoring cost; both are billed by the month.
  private func monitoringCost(_ hours: Double, _ context: ReportContext) -> [CostItem] {
    var items: [CostItem] = []
    for policy in specification.policies {
      guard let price = policy.alarmPrice else { continue }
      let count = Double(policy.alarms(of: site.name).count)
      if let index = items.firstIndex(where: { $0.unitPrice == price.amount }) {
        items[index].quantity += count
      } else {
        items.append(
          CostItem(
            component: site.name, what: "alarms", quantity: count, unit: "alarm",
            unitPrice: price.amount, source: price.provenance.source))
      }
    }
    if let price = specification.detailedMonitoringPrice, isWatched,
      specification.metric.period < .seconds(300)
    {
      items.append(
        CostItem(
          component: site.name, what: "detailed monitoring",
          quantity: cost(hours, context).quantity / CostItem.hoursPerMonth, unit: "instance-month",
          unitPrice: price.amount, source: price.provenance.source))
    }
    return items
  }
}
