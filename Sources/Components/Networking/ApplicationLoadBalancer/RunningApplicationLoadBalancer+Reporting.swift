import Kernel

extension RunningApplicationLoadBalancer {
  /// Each target is counted once for each node that sends to it.
  var nodesOfTarget: Double {
    specification.zones.areCrossed ? Double(specification.zones.nodeCount) : 1
  }

  /// Requests that came and were not rejected.
  var received: Int {
    state.value.requests + state.value.unavailable
  }

  var drawn: [Gauge] {
    [
      .rate("requests") { Double(self.state.value.requests) },
      .average("in_flight", of: population),
      .average("unhealthy_hosts", of: table.unhealthy, over: nodesOfTarget),
    ]
  }

  func reported(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: ApplicationLoadBalancer.kind)
    for level in [population, table.healthy, table.unhealthy] { level.finish(at: context.now) }
    reportRequests(&report.record)
    reportTargets(&report.record)
    reportConnections(&report.record, context)
    report.cost = cost(context)
    return report
  }

  private func reportRequests(_ record: inout ComponentRecord) {
    let counts = state.value
    record.add("requests", Double(counts.requests))
    record.add("in_system", population.timeAverage ?? .nan)
    record.add("target_response", targetResponse.snapshot())
    record.add("target_5xx", Double(counts.targetFailures))
    record.add(
      "balancer_5xx", Double(counts.badGateway + counts.unavailable + counts.gatewayTimeout))
    record.add("bad_gateway_502", Double(counts.badGateway))
    record.add("service_unavailable_503", Double(counts.unavailable))
    record.add("gateway_timeout_504", Double(counts.gatewayTimeout))
    record.add("client_closed_460", Double(counts.clientClosed))
    record.add("target_connection_errors", Double(counts.connectionErrors))
    record.add("rejected_connections", Double(counts.rejected))
  }

  private func reportTargets(_ record: inout ComponentRecord) {
    let healthy = (table.healthy.timeAverage ?? .nan) / nodesOfTarget
    record.add("requests_per_target", healthy > 0 ? Double(state.value.requests) / healthy : .nan)
    record.add("healthy_hosts", healthy)
    record.add("unhealthy_hosts", (table.unhealthy.timeAverage ?? .nan) / nodesOfTarget)
    record.add("unhealthy_hosts_maximum", Double(table.unhealthy.maximum) / nodesOfTarget)
    record.add("health_checks_failed", Double(state.value.checksFailed))
  }

  private func reportConnections(_ record: inout ComponentRecord, _ context: ReportContext) {
    let usage = specification.usage
    let rate = receivedPerSecond(context)
    record.add("new_connections", usage.newConnections(Double(received)))
    record.add("active_connections", usage.activeConnections(rate: rate))
    record.add("consumed_lcus", usage.units(rate: rate))
  }

  private func receivedPerSecond(_ context: ReportContext) -> Double {
    context.loadDuration > 0 ? Double(received) / context.loadDuration.inSeconds : 0
  }

  /// The hours of a month, and units for those of the load; a part of an hour is billed as one.
  private func cost(_ context: ReportContext) -> [CostItem] {
    let units = specification.usage.units(rate: receivedPerSecond(context))
    let unitHours = units * context.loadHoursPerMonth.rounded(.up)
    let lines = [
      ("load balancer", CostItem.hoursPerMonth, "h", specification.hourPrice),
      ("capacity units", unitHours, "LCU-h", specification.unitPrice),
    ]
    return lines.compactMap { what, quantity, unit, price in
      price.map {
        CostItem(
          component: site.name, what: what, quantity: quantity, unit: unit,
          unitPrice: $0.amount, source: $0.provenance.source)
      }
    }
  }
}
