import Experiments
import Kernel
import Testing

@testable import Components

/// What a distribution tells CloudWatch, and what faults can do to it.
struct CloudFrontMetricsTests {
  /// An arm with a distribution that comes first, put together but not run.
  private struct Arm: ~Copyable {
    var assembly: Assembly
    let distribution: RunningCloudFront

    init(_ workload: String, _ components: String) throws {
      let experiment = try experimentOf(Run.text(workload, components, seed: 1))
      let arm = try #require(experiment.arms.first)
      var assembly = Assembly(seed: experiment.seed, replication: 1)
      let client = assembly.addClient(experiment.workload, entry: arm.entry).client
      let running = arm.components.map { component in
        assembly.add(component.name) { component.specification.build(at: $0) }
      }
      distribution = try #require(running.first as? RunningCloudFront)
      let metrics = assembly.addMetrics()
      assembly.link()
      for component in [client] + running + [metrics] { component.begin(&assembly.kernel) }
      self.assembly = assembly
    }
  }

  @Test func `a flush removes everything from all caches`() throws {
    // A request each second to an object that is fresh for a day: one miss, and one after 10 s.
    var arm = try Arm(
      "interarrival: 1s\nrequests: 20\nmix: {page: 1}",
      CloudFrontCachingTests.distribution("page: {key: shared}", origin: "0s"))
    arm.assembly.kernel.run(until: .seconds(10.5))
    #expect(arm.distribution.counts.value.originRequests == 1)
    arm.distribution.flush(&arm.assembly.kernel)
    arm.assembly.kernel.run(until: .longest)
    #expect(arm.distribution.counts.value.originRequests == 2)
    #expect(arm.distribution.counts.value.pointHits == 18)
  }

  @Test func `CloudWatch is told requests, bytes, the hit rate, latency and error rates`() throws {
    // 20 requests for 1 kB, of which an origin with 100 ms gives a copy that is fresh for 10 s.
    var arm = try Arm(
      "interarrival: 1s\nrequests: 20\nmix: {page: 1}",
      CloudFrontCachingTests.distribution(
        "page: {key: shared, size: 1KB, max-age: 10s}", origin: "100ms"))
    arm.assembly.kernel.run(until: .longest)
    let now = arm.assembly.kernel.now
    var told: [String: Double] = [:]
    for metric in arm.distribution.metrics {
      switch metric.reading {
      case .occurrences(let total), .sum(let total): told[metric.declaration.name] = total(now)
      case .average(let totals), .quotient(let totals):
        told[metric.declaration.name] = totals(now).0 / totals(now).1
      case .level: break
      }
    }
    // Misses at 1 s and at 12 s: the first answer came at 1.1 s.
    #expect(told["Requests"] == 20)
    #expect(told["BytesDownloaded"] == 20_000)
    #expect(told["BytesUploaded"] == 0)
    #expect(told["CacheHitRate"] == 18.0 / 20)
    #expect(told["OriginLatency"] == 0.1)
    #expect(told["4xxErrorRate"] == 0)
    #expect(told["5xxErrorRate"] == 0)
    #expect(arm.distribution.metrics.map(\.declaration) == CloudFront.publishedMetrics)
  }
}
