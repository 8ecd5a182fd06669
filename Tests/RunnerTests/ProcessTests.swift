import Components
import Kernel
import Testing

/// Processes of an instance that end at their limits.
struct ProcessTests {
  @Test func `a worker that takes longer than its timeout is killed, and restarted`() throws {
    // The first request is killed after 30 s. Its process is back at 35 s. The second one holds the
    // other process, so that the third waits from 31 s until then.
    let run = try Run(
      arrivals: [("0s", "slow"), ("10s", "other"), ("31s", "page")],
      """
      app: {kind: auto-scaling-group, processes: 2, worker-timeout: 30s, restart: 5s, \
      endpoints: {slow: [{work: {time: 40s, cpu: 0%}}], other: [{work: {time: 29s}}], \
      page: [{work: {time: 100ms}}]}}
      """)
    #expect(run.failures == ["instance_terminated: 1"])
    #expect(run.response("slow") == .seconds(30) + 1)
    #expect(run.response("other") == .seconds(29))
    // Killed one nanosecond after its time, and back 5 s later.
    #expect(run.response("page") == .seconds(4) + ms(100) + 1)
    #expect(run.number("app", "processes_killed") == 1)
  }

  @Test func `a killed process takes the requests of all its threads along`() throws {
    let run = try Run(
      arrivals: [("0s", "slow"), ("25s", "page"), ("29s", "page"), ("29.95s", "quick")],
      """
      app: {kind: auto-scaling-group, processes: 1, threads: 4, worker-timeout: 30s, restart: 5s, \
      endpoints: {slow: [{work: {time: 40s}}], page: [{work: {time: 10s}}], \
      quick: [{work: {time: 1ms, cpu: 0%}}]}}
      """)
    #expect(run.failures == ["instance_terminated: 1", "instance_terminated: 2"])
    #expect(run.endpoint("quick").succeeded.count == 1)
  }

  @Test func `beyond its memory the process with most requests is killed`() throws {
    // A t3.micro has 1 GiB. Shared are 512 MiB, two processes need 128 MiB each, so 256 MiB are left
    // for requests of 64 MiB: the fifth is one too many. The first process has three of them.
    let arrivals = (0..<5).map { (time: "\($0 * 100)ms", endpoint: "page") }
    let run = try Run(
      arrivals: arrivals,
      """
      app: {kind: auto-scaling-group, processes: 2, threads: 8, restart: 5s, \
      memory: {base: 512MiB, process: 128MiB, request: 64MiB}, \
      endpoints: {page: [{work: {time: 10s, cpu: 0%}}]}}
      """)
    #expect(run.failures == ["instance_terminated: 3"])
    #expect(run.number("app", "processes_killed") == 1)
    let most: Double = (512 + 256 + 5 * 64) / 1024
    #expect(run.number("app", "memory_maximum") == most)
    // One request fewer fits.
    let fits = try Run(
      arrivals: Array(arrivals.dropLast()),
      """
      app: {kind: auto-scaling-group, processes: 2, threads: 8, \
      memory: {base: 512MiB, process: 128MiB, request: 64MiB}, \
      endpoints: {page: [{work: {time: 10s, cpu: 0%}}]}}
      """)
    #expect(fits.failures.isEmpty)
    #expect(fits.number("app", "memory_maximum") == 1)
  }

  @Test func `an event loop answers 503 above its limit of requests`() throws {
    let arrivals = Array(repeating: (time: "0s", endpoint: "page"), count: 5)
    let run = try Run(
      arrivals: arrivals,
      """
      app: {kind: auto-scaling-group, concurrency: event-loop, processes: 1, limit-concurrency: 3, \
      endpoints: {page: [{wait: {time: 1s}}]}}
      """)
    #expect(run.succeeded == 3)
    #expect(run.failures == ["service_unavailable_503: 2"])
    #expect(run.endpoint().failed.maximum == 0)
  }

  @Test func `an application that does not fit its instance is a problem`() {
    let found = problems(
      Run.text(
        "rate: 1/s\nrequests: 1",
        """
        app: {kind: auto-scaling-group, processes: 8, memory: {process: 200MiB}, \
        endpoints: {page: [{work: {time: 1ms}}]}}
        """, seed: 1))
    #expect(found == ["11: t3.micro has 1GiB, too little for its processes and a request"])
  }
}
