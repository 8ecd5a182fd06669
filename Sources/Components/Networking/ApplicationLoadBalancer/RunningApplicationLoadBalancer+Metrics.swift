import Kernel

// What CloudWatch shows of a load balancer: a datapoint a minute, and none while nothing happens.
extension ApplicationLoadBalancer {
  static let publishedMetrics = [
    MetricDeclaration("RequestCount", unit: .count, statistic: .sum),
    MetricDeclaration("RequestCountPerTarget", unit: .count, statistic: .sum),
    MetricDeclaration("TargetResponseTime", unit: .seconds),
    MetricDeclaration("HTTPCode_ELB_4XX_Count", unit: .count, statistic: .sum),
    MetricDeclaration("HTTPCode_ELB_5XX_Count", unit: .count, statistic: .sum),
    MetricDeclaration("HTTPCode_ELB_502_Count", unit: .count, statistic: .sum),
    MetricDeclaration("HTTPCode_ELB_503_Count", unit: .count, statistic: .sum),
    MetricDeclaration("HTTPCode_ELB_504_Count", unit: .count, statistic: .sum),
    MetricDeclaration("HTTPCode_Target_5XX_Count", unit: .count, statistic: .sum),
    MetricDeclaration("TargetConnectionErrorCount", unit: .count, statistic: .sum),
    MetricDeclaration("RejectedConnectionCount", unit: .count, statistic: .sum),
    MetricDeclaration("HealthyHostCount", unit: .count),
    MetricDeclaration("UnHealthyHostCount", unit: .count),
    MetricDeclaration("NewConnectionCount", unit: .count, statistic: .sum),
    MetricDeclaration("ActiveConnectionCount", unit: .count, statistic: .sum),
    MetricDeclaration("ConsumedLCUs", unit: .count),
  ]
}

extension RunningApplicationLoadBalancer {
  private static let minute = 60.0

  /// How each metric is read, in the order of their declaration.
  var published: [PublishedMetric] {
    zip(ApplicationLoadBalancer.publishedMetrics, readings).map { PublishedMetric($0, $1) }
  }

  private var readings: [PublishedMetric.Reading] {
    [
      count { Double($0.requests) },
      .quotient { now in (Double(self.state.value.requests), self.healthyMinutes(at: now)) },
      .average { _ in
        let times = self.targetResponse.snapshot()
        return (Double(times.sum) / 1e9, Double(times.count))
      },
      count { Double($0.clientClosed) },
      count { Double($0.badGateway + $0.unavailable + $0.gatewayTimeout) },
      count { Double($0.badGateway) },
      count { Double($0.unavailable) },
      count { Double($0.gatewayTimeout) },
      count { Double($0.targetFailures) },
      count { Double($0.connectionErrors) },
      count { Double($0.rejected) },
      hosts(table.healthy),
      hosts(table.unhealthy),
      usage { $0.newConnections($1) },
      // A minute's requests at an even rate.
      usage { $0.activeConnections(rate: $1 / Self.minute) },
      usage { $0.units(rate: $1 / Self.minute) },
    ]
  }

  private func count(_ total: @escaping (State) -> Double) -> PublishedMetric.Reading {
    .occurrences { _ in total(self.state.value) }
  }

  private func hosts(_ level: LevelRecorder) -> PublishedMetric.Reading {
    .average { now in (Double(level.area(at: now)), Double(now) * self.nodesOfTarget) }
  }

  /// Grows in proportion to the requests.
  private func usage(
    _ total: @escaping (CapacityUsage, Double) -> Double
  ) -> PublishedMetric.Reading {
    .occurrences { _ in total(self.specification.usage, Double(self.received)) }
  }

  /// Healthy targets, times minutes: in a minute it grows by their average number.
  private func healthyMinutes(at now: Nanoseconds) -> Double {
    Double(table.healthy.area(at: now)) / nodesOfTarget / 1e9 / Self.minute
  }
}
