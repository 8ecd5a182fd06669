import Components
import Kernel

/// The metrics of one component, gathered over the replications.
struct ComponentPool {
  var name: String
  var kind: String
  private var metrics: [(name: String, value: Value)] = []

  private enum Value {
    case numbers([Double])
    case durations([Histogram])
  }

  /// Gathers each component over the replications, in the order of the first.
  static func pooled(_ records: [RunRecord]) -> [ComponentPool] {
    var pools: [ComponentPool] = []
    for record in records {
      for component in record.components {
        let index = pools.firstIndex { $0.name == component.name } ?? pools.count
        if index == pools.count {
          pools.append(ComponentPool(name: component.name, kind: component.kind))
        }
        for metric in component.metrics { pools[index].add(metric) }
      }
    }
    return pools
  }

  private init(name: String, kind: String) {
    self.name = name
    self.kind = kind
  }

  private mutating func add(_ metric: ComponentRecord.Metric) {
    let index = metrics.firstIndex { $0.name == metric.name } ?? metrics.count
    switch metric.value {
    case .number(let number):
      if index == metrics.count { metrics.append((metric.name, .numbers([]))) }
      if case .numbers(let numbers) = metrics[index].value, number.isFinite {
        metrics[index].value = .numbers(numbers + [number])
      }
    case .durations(let histogram):
      if index == metrics.count { metrics.append((metric.name, .durations([]))) }
      if case .durations(let histograms) = metrics[index].value {
        metrics[index].value = .durations(histograms + [histogram])
      }
    }
  }

  /// Means of the numbers, and summaries of the pooled durations.
  var result: ComponentResult {
    ComponentResult(
      name: name, kind: kind,
      metrics: metrics.map { metric in
        switch metric.value {
        case .numbers(let numbers):
          .init(name: metric.name, value: .number(Estimate(meanOf: numbers)))
        case .durations(let histograms):
          .init(name: metric.name, value: .durations(ResponseSummary(histograms)))
        }
      })
  }
}
