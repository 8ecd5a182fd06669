import Kernel

extension DynamoDBTable {
  /// Reads and writes of the table, then of each index in turn.
  func throughputs() -> [Throughput] {
    var all = pair(readCapacity, writeCapacity, itemSize, partitions)
    for index in indexes.map(\.value) {
      all += pair(index.readCapacity, index.writeCapacity, index.itemSize, nil)
    }
    return all
  }

  private func pair(
    _ read: Double, _ write: Double, _ bytes: Int, _ count: Int?
  ) -> [Throughput] {
    let stored = Double(items) * Double(bytes)
    guard let onDemand else {
      let number =
        count ?? partitionLimits.count(bytes: stored, read: read, write: write)
      let partitions = Partitions(number, partitionLimits)
      return [
        Throughput(
          .provisioned(read, burst: burst, isFull: startsFull), isWrite: false, partitions),
        Throughput(
          .provisioned(write, burst: burst, isFull: startsFull), isWrite: true, partitions),
      ]
    }
    let reads = OnDemandLimit(
      initial: facts.newReadUnits, previousPeak: onDemand.previousReadPeak)
    let writes = OnDemandLimit(
      initial: facts.newWriteUnits, previousPeak: onDemand.previousWritePeak)
    let number =
      count
      ?? partitionLimits.count(
        bytes: stored, read: max(facts.newReadUnits, 2 * onDemand.previousReadPeak),
        write: max(facts.newWriteUnits, 2 * onDemand.previousWritePeak))
    let partitions = Partitions(number, partitionLimits)
    let account = facts.accountUnits
    return [
      Throughput(
        .onDemand(reads, account: account, maximum: onDemand.maximumRead), isWrite: false,
        partitions),
      Throughput(
        .onDemand(writes, account: account, maximum: onDemand.maximumWrite), isWrite: true,
        partitions),
    ]
  }

  /// The auto scaling of those throughputs that have it, by their numbers.
  func scalings(of throughputs: [Throughput]) -> [(number: Int, scaling: TableAutoScaling)] {
    let settings =
      [(readScaling, writeScaling)] + indexes.map { ($0.value.readScaling, $0.value.writeScaling) }
    return settings.enumerated().flatMap { place, pair in
      let quota = DecreaseQuota()
      return [(2 * place, pair.0), (2 * place + 1, pair.1)].compactMap { number, settings in
        settings.map { (number, TableAutoScaling($0, of: throughputs[number], quota)) }
      }
    }
  }
}

/// Changes of what is provisioned.
extension RunningDynamoDBTable: AlarmListener {
  func watchConsumption(_ service: MetricsService) {
    for (number, scaling) in scalings {
      scaling.watch(metricName(number), of: site.name, service, for: self)
    }
  }

  func alarmsEvaluated(_ evaluations: [AlarmEvaluation], _ kernel: inout Kernel) {
    for evaluation in evaluations {
      for (index, entry) in scalings.enumerated() {
        let present = entry.scaling.throughput.provisioned
        guard let wanted = entry.scaling.wanted(evaluation, at: kernel.now) else { continue }
        let update = entry.scaling.settings.updateTime
        let side = wanted > present ? " above its target" : " below its target"
        actions.append(
          ScalingAction(
            at: kernel.now, component: site.name, from: Int(present), to: Int(wanted),
            cause: name(entry.number) + side,
            delays: evaluation.delays + [ScalingAction.Delay("update", update)]))
        kernel.schedule(after: update, id, EventKind.updated, UInt32(index))
      }
    }
  }

  func updated(_ index: Int, _ service: MetricsService?, _ kernel: inout Kernel) {
    scalings[index].scaling.updated(service, at: kernel.now)
    for throughput in throughputs { throughput.noteGrowth() }
  }

  /// The metric of what is consumed of a throughput; those of indexes are for their scaling alone.
  private func metricName(_ number: Int) -> String {
    let name = DynamoDBTable.publishedMetrics[number % 2].name
    return number < 2 ? name : "\(name) of \(specification.indexes[number / 2 - 1].name)"
  }

  /// What CloudWatch is told.
  var publishedMetrics: [PublishedMetric] {
    let declared = DynamoDBTable.publishedMetrics
    let consumed = throughputs.indices.map { number in
      let throughput = throughputs[number]
      return PublishedMetric(
        MetricDeclaration(metricName(number), unit: .count, statistic: .sum),
        missingData: .ignore, .occurrences { _ in throughput.consumed })
    }
    return consumed + [
      PublishedMetric(
        declared[2], missingData: .ignore,
        .occurrences { _ in self.sum(false) { Double($0.throttledCount) } }),
      PublishedMetric(
        declared[3], missingData: .ignore,
        .occurrences { _ in self.sum(true) { Double($0.throttledCount) } }),
      PublishedMetric(
        declared[4], missingData: .ignore, .occurrences { _ in Double(self.throttledCount) }),
    ]
  }

  /// What a throughput is called: `read units`, `write units of by-user`.
  private func name(_ number: Int) -> String {
    let direction = number % 2 == 0 ? "read units" : "write units"
    return number < 2 ? direction : "\(direction) of \(specification.indexes[number / 2 - 1].name)"
  }
}

/// What is told of capacity.
extension RunningDynamoDBTable {
  func consumed(isWrite: Bool) -> Double { sum(isWrite, \.consumed) }
  var throttledCount: Int { throughputs.reduce(0) { $0 + $1.throttledCount } }

  private func sum(_ isWrite: Bool, _ value: (Throughput) -> Double) -> Double {
    throughputs.reduce(0) { $1.isWrite == isWrite ? $0 + value($1) : $0 }
  }

  var scalingGauges: [Gauge] {
    scalings.isEmpty
      ? []
      : [
        Gauge(
          "provisioned_read_units", unit: "RCU", .level { _ in self.sum(false, \.provisioned) }),
        Gauge(
          "provisioned_write_units", unit: "WCU", .level { _ in self.sum(true, \.provisioned) }),
      ]
  }

  func addCapacity(to record: inout ComponentRecord, _ context: ReportContext) {
    let seconds = context.loadDuration.inSeconds
    let provisioned = sum(false, \.provisioned)
    record.add("consumed_read_units", consumed(isWrite: false) / seconds)
    record.add("consumed_write_units", consumed(isWrite: true) / seconds)
    if specification.onDemand == nil {
      record.add("provisioned_read_units", provisioned)
      record.add("provisioned_write_units", sum(true, \.provisioned))
      record.add("read_utilization", consumed(isWrite: false) / seconds / provisioned)
    }
    record.add("partitions", Double(throughputs[0].partitions.count))
    record.add("partition_splits", Double(throughputs[0].partitions.splits))
  }

  /// Refusals by the SDK's reasons, of those that the table's mode can give.
  func addThrottling(to record: inout ComponentRecord) {
    record.add("read_throttle_events", sum(false) { Double($0.throttledCount) })
    record.add("write_throttle_events", sum(true) { Double($0.throttledCount) })
    let reasons: [(ThrottlingReason, String, isOnDemand: Bool?)] = [
      (.provisionedThroughputExceeded, "provisioned_throughput_exceeded", false),
      (.keyRangeThroughputExceeded, "key_range_throughput_exceeded", nil),
      (.accountLimitExceeded, "account_limit_exceeded", true),
      (.maxOnDemandThroughputExceeded, "max_on_demand_throughput_exceeded", true),
    ]
    let isOnDemand = specification.onDemand != nil
    for (reason, name, mode) in reasons where mode == nil || mode == isOnDemand {
      for isIndex in specification.indexes.isEmpty ? [false] : [false, true] {
        for isWrite in [false, true] {
          let these = (isIndex ? throughputs[2...] : throughputs[..<2]).filter {
            $0.isWrite == isWrite
          }
          let whose = (isIndex ? "index_" : "table_") + (isWrite ? "write_" : "read_")
          record.add(
            whose + name, Double(these.reduce(0) { $0 + $1.throttledCount(reason) }))
        }
      }
    }
  }

  func cost(_ context: ReportContext) -> [CostItem] {
    let facts = specification.facts
    let indexed = specification.indexes.map(\.value.itemSize).reduce(0, +)
    let stored = Double(specification.items) * Double(specification.itemSize + indexed)
    let hours = CostItem.hoursPerMonth
    let capacity: [(String, Double, String, Catalogue.Price?)] =
      specification.onDemand == nil
      ? [
        ("read capacity", sum(false, \.averageProvisioned) * hours, "RCU-h", facts.readPrice),
        ("write capacity", sum(true, \.averageProvisioned) * hours, "WCU-h", facts.writePrice),
      ]
      : [
        (
          "read requests", context.perMonth(consumed(isWrite: false)), "RRU",
          facts.onDemandReadPrice
        ),
        (
          "write requests", context.perMonth(consumed(isWrite: true)), "WRU",
          facts.onDemandWritePrice
        ),
      ]
    return (capacity + [("storage", stored / 1e9, "GB", facts.storagePrice)]).compactMap {
      what, quantity, unit, price in
      price.map {
        CostItem(
          component: site.name, what: what, quantity: quantity, unit: unit, unitPrice: $0.amount,
          source: $0.provenance.source)
      }
    }
  }
}
