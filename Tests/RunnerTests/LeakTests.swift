import Components
import Experiments
import Kernel
import Testing

/// When all requests have ended, nothing of them is left in the kernel.
struct LeakTests {
  /// Runs an experiment and counts the calls that are still there long after the last request.
  private func callsLeft(
    _ workload: String, region: String? = nil, _ components: String
  ) throws -> Int {
    let text = Run.text(workload + "\nobserve: 1h", components, seed: 7)
    let experiment = try experimentOf(Run.placed(text, in: region))
    let arm = try #require(experiment.arms.first)
    var assembly = Assembly(seed: experiment.seed, replication: 1)
    let (client, network) = assembly.addClient(
      experiment.workload, entry: arm.entry, region: arm.region)
    var components = network.map { [$0] } ?? []
    components += arm.components.map { component in
      assembly.add(component.name) { component.specification.build(at: $0) }
    }
    assembly.link()
    for component in [client] + components { component.begin(&assembly.kernel) }
    assembly.kernel.run(until: .longest)
    #expect(client.endedCount > 0)
    return assembly.kernel.calls.count
  }

  private static let table = """
    redis: {kind: redis, command: exponential 1ms, network: 1ms}
    table: {kind: dynamodb-table, items: 100, read-capacity: 50, write-capacity: 50, \
    burst-at-start: empty}
    far: {kind: station, servers: 2, service: exponential 20ms, queue: 3, \
    patience: exponential 30ms}
    """

  private static let steps = """
    [{get: {cache: redis, key: {of: 20}, ttl-free: x, coalesce: true, timeout: 4ms, miss: [\
    {get: {name: read, table: table, key: user, retries: none}}, \
    {set: {cache: redis, key: {of: 20}, ttl: 1s}}]}}, \
    {parallel: {do: [[{call: {name: one, to: far, timeout: 10ms}}], \
    [{retry: {attempts: 3, backoff: 5ms, do: [{call: {name: two, to: far}}]}}]]}}, \
    {background: {do: [{repeat: {times: 2, again: 50%, do: [{call: {name: three, to: far}}]}}]}}, \
    {fail: {chance: 10%}}]
    """.replacing("ttl-free: x, ", with: "")

  @Test func `on a service`() throws {
    let left = try callsLeft(
      "rate: 100/s\nduration: 20s\ntimeout: 50ms\nretry: {attempts: 2}",
      "web: {kind: service, endpoints: {page: \(Self.steps)}}\n\(Self.table)")
    #expect(left == 0, "seed 7")
  }

  @Test(arguments: ["http/1.1", "http/2"])
  func `on a distribution whose origin fails, times out and is slow`(version: String) throws {
    let left = try callsLeft(
      """
      rate: 100/s
      duration: 20s
      timeout: 150ms
      identities: 20
      mix: {page: 8, upload: 1, purge: 1}
      regions: {us-east-1: 1, eu-west-1: 1}
      network: {protocol: \(version), keep-alive: 1s}
      """, region: "us-east-1",
      """
      cdn: {kind: cloudfront, origin: web, origin-shield: us-east-1, response-timeout: 1s, \
      error-ttl: 1s, capacity: 20KB, behaviors: {\
      page: {key: {of: 50}, max-age: 2s, size: 1KB}, upload: {method: PUT}}}
      web: {kind: service, endpoints: {page: [{wait: {time: exponential 300ms}}, \
      {fail: {chance: 20%}}], upload: [{wait: {time: 10ms}}], \
      purge: [{invalidate: {distribution: cdn, key: {of: 50}, namespace: page}}]}}
      """)
    #expect(left == 0, "seed 7")
  }

  @Test(arguments: ["threads", "event-loop"])
  func `on a group with pools and a backlog`(concurrency: String) throws {
    let left = try callsLeft(
      "users: {count: 40, think: exponential 100ms}\nduration: 20s\ntimeout: 100ms",
      """
      app: {kind: auto-scaling-group, concurrency: \(concurrency), processes: 2, threads: 4, \
      backlog: 20, connections: {redis: {size: 1, overflow: 1, wait: 5ms}, \
      far: {size: 2, wait: 20ms}}, endpoints: {page: \(Self.steps)}}
      \(Self.table)
      """)
    #expect(left == 0, "seed 7")
  }

  @Test func `behind a load balancer that times out`() throws {
    let left = try callsLeft(
      "rate: 20/s\nduration: 20s",
      """
      alb: {kind: application-load-balancer, targets: web, idle-timeout: 1s}
      web: {kind: service, endpoints: {page: [{wait: {time: exponential 1s}}]}}
      """)
    #expect(left == 0, "seed 7")
  }
}
