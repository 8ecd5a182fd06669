import Experiments
import Testing

@testable import Components

struct PublishedMetricsTests {
  @Test(arguments: ComponentCatalog.all.map { $0.kind })
  func `a component publishes the metrics that its kind declares`(kind: String) throws {
    let type = try #require(ComponentCatalog.specification(ofKind: kind))
    let experiment = try experimentOf(
      Run.text("rate: 1/s\nrequests: 1", type.example, seed: 1))
    var assembly = Assembly(seed: 1, replication: 1)
    for entry in experiment.arms[0].components {
      let component = assembly.add(entry.name) { entry.specification.build(at: $0) }
      let declared = Swift.type(of: entry.specification).publishedMetrics
      #expect(component.metrics.map(\.declaration) == declared, "\(entry.name)")
      #expect(Set(declared.map(\.name)).count == declared.count, "\(entry.name) has one twice")
    }
  }
}
