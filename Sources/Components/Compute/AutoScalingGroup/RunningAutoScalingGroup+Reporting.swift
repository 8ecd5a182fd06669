import Kernel

/// What the group tells of itself.
extension RunningAutoScalingGroup {
  func fullReport(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: AutoScalingGroup.kind)
    let hours = billedHours(until: context.now)
    reportHosts("instances", minimum: specification.minimum, &report.record, context)
    report.record.add("instance_hours", hours)
    reportRequests(&report.record, context)
    report.scaling = actions
    report.cost = cost(hours, context)
    if specification.instance.credits != nil {
      creditReport(at: context.now).add(to: &report, price: specification.surplusPrice, context)
    }
    return report
  }

  func creditReport(at now: Nanoseconds) -> CreditReport {
    instances.reduce(into: CreditReport()) { report, instance in
      report.add(
        instance.credits, busyTime: instance.processor.busyTime(at: now),
        serves: instance.state == .inService, at: now)
    }
  }

  /// The hours on the bill: those of the instances and of the warm pool.
  private func billedHours(until now: Nanoseconds) -> Double {
    billedHours(until: now, atLeast: specification.minimumBilled)
      + (Double(pooled.area(at: now)) / 1e9 + preparedTime.inSeconds) / 3600
  }

  private func cost(_ hours: Double, _ context: ReportContext) -> [CostItem] {
    let monthly = monthlyHours(of: hours, minimum: specification.minimum, context)
    var items = [
      CostItem(
        component: site.name, what: "\(specification.instance.name) instances",
        quantity: monthly, unit: "h", unitPrice: specification.instance.pricePerHour,
        source: "Models/instance-types.yaml")
    ]
    items += alarmCost(
      specification.policies.map { ($0.alarms(of: site.name).count, $0.alarmPrice) })
    if let price = specification.detailedMonitoringPrice, isWatched,
      specification.metric.period < .seconds(300)
    {
      items.append(
        CostItem(
          component: site.name, what: "detailed monitoring",
          quantity: monthly / CostItem.hoursPerMonth, unit: "instance-month",
          unitPrice: price.amount, source: price.provenance.source))
    }
    return items
  }
}
