import Components
import Experiments
import Kernel
import Testing

/// When all requests have ended, nothing of them is left in the kernel.
struct LeakTests {
  /// Runs an experiment and counts the calls that are still there long after the last request.
  private func callsLeft(
    _ workload: String, region: String? = nil, _ components: String, faults: [String] = []
  ) throws -> Int {
    let text = FaultTests.text(workload + "\nobserve: 1h", components, faults, seed: 7)
    let experiment = try experimentOf(Run.placed(text, in: region))
    let arm = try #require(experiment.arms.first)
    var assembly = Assembly(
      seed: experiment.seed, replication: 1, faults: arm.faults)
    let (client, network) = assembly.addClient(
      experiment.workload, entry: arm.entry, region: arm.region)
    var components = network.map { [$0] } ?? []
    components += arm.components.map { component in
      assembly.add(component.name) { component.specification.build(at: $0) }
    }
    let injector = assembly.addInjector()
    assembly.link()
    for component in [client] + components { component.begin(&assembly.kernel) }
    injector?.begin(&assembly.kernel)
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

  @Test func `on calls that are collected in batches, some of which nobody waits for`() throws {
    let left = try callsLeft(
      "rate: 100/s\nduration: 20s\ntimeout: 30ms",
      """
      app: {kind: auto-scaling-group, min: 2, threads: 20, worker-timeout: 25ms, restart: 100ms, \
      endpoints: {page: [{call: {to: collect, timeout: 20ms}}]}}
      collect: {kind: batch, to: far, size: 3, linger: 15ms}
      \(Self.table)
      """)
    #expect(left == 0, "seed 7")
  }

  @Test func `on tasks whose memory is used up under full load`() throws {
    let left = try callsLeft(
      "rate: 100/s\nduration: 20s\ntimeout: 500ms",
      """
      alb: {kind: application-load-balancer, targets: app, idle-timeout: 1s, deregistration-delay: 1s}
      app: {kind: ecs-service, min: 3, threads: 20, memory: 512MiB, memory-base: 100MiB, \
      memory-per-request: 60MiB, task-start: 2s, \
      endpoints: {page: [{work: {time: exponential 20ms}}, {wait: {time: exponential 60ms}}]}}
      """)
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

  @Test func `on calls that are protected in every way, of processes that are killed`() throws {
    let left = try callsLeft(
      "users: {count: 40, think: exponential 100ms}\nduration: 20s\ntimeout: 100ms",
      """
      app: {kind: auto-scaling-group, processes: 2, threads: 8, worker-timeout: 200ms, \
      restart: 30ms, endpoints: {page: [{call: {to: far, timeout: 40ms, retry: {attempts: 3, \
      backoff: 5ms}, circuit-breaker: {window: 20, open: 500ms, probes: 2}, bulkhead: {size: 2, \
      queue: 3, wait: 20ms}, limit: {rate: 200/s, burst: 3, wait: 10ms}, hedge: 10ms}}]}}
      \(Self.table)
      """)
    #expect(left == 0, "seed 7")
  }

  @Test(arguments: ["threads", "event-loop"])
  func `on processes that are killed under full load`(concurrency: String) throws {
    let left = try callsLeft(
      "users: {count: 40, think: exponential 100ms}\nduration: 20s\ntimeout: 100ms",
      """
      app: {kind: auto-scaling-group, concurrency: \(concurrency), processes: 2, threads: 4, \
      backlog: 20, connections: {redis: {size: 1, overflow: 1, wait: 5ms}, \
      far: {size: 2, wait: 20ms}}, endpoints: {page: \(Self.steps)}, worker-timeout: 60ms, \
      restart: 30ms, memory: {request: 200MiB}, limit-concurrency: 6}
      \(Self.table)
      """)
    #expect(left == 0, "seed 7")
  }

  @Test(arguments: ["threads", "event-loop"], ["abrupt", "graceful, grace: 30ms"])
  func `on instances that stop under full load`(concurrency: String, how: String) throws {
    let stops =
      (1...20).map { "at: \($0 * 987)ms, stop: app, instances: 2, how: \(how)" }
      + ["at: 5s, for: 10s, slow: app, by: exponential 20ms"]
    let left = try callsLeft(
      "users: {count: 40, think: exponential 100ms}\nduration: 20s\ntimeout: 100ms",
      """
      app: {kind: auto-scaling-group, concurrency: \(concurrency), processes: 2, threads: 4, \
      backlog: 20, connections: {redis: {size: 1, overflow: 1, wait: 5ms}, \
      far: {size: 2, wait: 20ms}}, endpoints: {page: \(Self.steps)}, min: 4, launch: 300ms, \
      boot: 0s, application-start: 0s, status-check-interval: 1s}
      \(Self.table)
      """, faults: stops)
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
