import Components
import Kernel
import Testing

/// What the verbs do, on a service that is never short of anything.
struct StepTests {
  @Test func `the times of steps in a row add up to the nanosecond`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{work: {time: 5ms}}, {wait: {time: 1ms}}, \
      {work: {name: more, time: 7ns}}, {call: {to: far}}]}}
      far: {kind: delay, time: 1000000003ns}
      """)
    #expect(run.response() == 5_000_000 + 1_000_000 + 7 + 1_000_000_003)
  }

  @Test(arguments: ["1%", "10%", "20%", "33%", "50%", "70%", "90%", "99.9%", "0%", "100%"])
  func `computing and waiting make up the time of a step whatever the share`(cpu: String) throws {
    for time in [1, 7, 999, 12_345_678, 4_200_000_001] as [Nanoseconds] {
      let run = try Run(
        arrivals: [("0s", "page")],
        "web: {kind: service, endpoints: {page: [{work: {time: \(time)ns, cpu: \(cpu)}}]}}")
      #expect(run.response() == time)
    }
  }

  @Test func `choose takes its branches by their shares`() throws {
    let run = try Run(
      "rate: 1000/s\nrequests: 20000",
      """
      web: {kind: service, endpoints: {page: [{choose: {branches: [\
      {share: 10%, do: [{call: {name: a, to: few}}]}, \
      {share: 30%, do: [{call: {name: b, to: some}}]}], \
      otherwise: [{call: {name: c, to: most}}]}}]}}
      few: {kind: delay, time: 0s}
      some: {kind: delay, time: 0s}
      most: {kind: delay, time: 0s}
      """)
    for (name, share) in [("few", 0.1), ("some", 0.3), ("most", 0.6)] {
      let deviation = (20_000 * share * (1 - share)).squareRoot()
      #expect(abs(run.number(name, "completions") - 20_000 * share) < 4 * deviation, "seed 1")
    }
    #expect(
      run.number("few", "completions") + run.number("some", "completions")
        + run.number("most", "completions") == 20_000)
  }

  @Test func `choose without a branch that is taken goes on`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{choose: {branches: [\
      {share: 0%, do: [{wait: {time: 1s}}]}]}}, {work: {time: 3ms}}]}}
      """)
    #expect(run.response() == ms(3))
  }

  @Test func `parallel waits for the slowest branch`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{parallel: {do: [\
      [{wait: {name: a, time: 10ms}}], \
      [{wait: {name: b, time: 7ms}}, {wait: {name: c, time: 8ms}}], []]}}, \
      {wait: {name: after, time: 1ms}}]}}
      """)
    #expect(run.response() == ms(16))
  }

  @Test func `parallel fails when a branch fails, after all have ended`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{parallel: {do: [\
      [{wait: {name: a, time: 10ms}}], [{fail: {}}]]}}, {wait: {name: after, time: 1ms}}]}}
      """)
    #expect(run.response() == ms(10))
    #expect(run.failures == ["failed: 1"])
  }

  @Test func `repeat does its steps so many times`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{repeat: {times: 7, do: [{wait: {time: 3ms}}]}}]}}
      """)
    #expect(run.response() == ms(21))
  }

  @Test(arguments: [(1, 0.75, 4.0), (3, 0.5, 4.0), (2, 0.0, 2.0)])
  func `the chance of doing it again gives a geometric number`(
    times: Int, again: Double, mean: Double
  ) throws {
    let requests = 20_000
    let run = try Run(
      "rate: 1000/s\nrequests: \(requests)",
      """
      web: {kind: service, endpoints: {page: [{repeat: {times: \(times), again: \(again), \
      do: [{call: {to: far}}]}}]}}
      far: {kind: delay, time: 0s}
      """)
    // Repetitions beyond the fixed ones are geometric: variance p / (1 − p)².
    let deviation = (again / ((1 - again) * (1 - again)) / Double(requests)).squareRoot()
    let average = run.number("far", "completions") / Double(requests)
    #expect(abs(average - mean) <= 4 * deviation, "seed 1")
  }

  @Test func `background work is done and not waited for`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{background: {do: [{wait: {time: 5s}}, \
      {call: {to: far}}]}}, {work: {time: 3ms}}]}}
      far: {kind: delay, time: 1s}
      """, workload: "observe: 10s")
    #expect(run.response() == ms(3))
    #expect(run.number("far", "completions") == 1)
  }

  @Test func `retry waits longer each time and then fails as its steps did`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{retry: {attempts: 4, backoff: 100ms, factor: 3, \
      cap: 500ms, jitter: none, do: [{wait: {time: 10ms}}, {fail: {}}]}}, \
      {wait: {name: never, time: 1s}}]}}
      """)
    #expect(run.response() == ms(4 * 10 + 100 + 300 + 500))
    #expect(run.failures == ["failed: 1"])
    #expect(run.number("web", "retries") == 3)
  }

  @Test(arguments: [("full", 0.0, 0.5), ("equal", 0.5, 0.75)])
  func `jitter spreads a delay from its beginning or its half`(
    jitter: String, least: Double, mean: Double
  ) throws {
    let run = try Run(
      "rate: 10/s\nrequests: 2000",
      """
      web: {kind: service, endpoints: {page: [{retry: {attempts: 2, backoff: 1s, \
      jitter: \(jitter), do: [{fail: {}}]}}]}}
      """)
    let times = run.endpoint().failed
    #expect(times.count == 2000)
    let deviation = (1 - least) / (12 * 2000.0).squareRoot()
    #expect(abs((times.mean ?? 0) / 1e9 - mean) < 4 * deviation, "seed 1")
    #expect(Double(times.minimum ?? -1) >= least * 1e9)
    #expect((times.maximum ?? .max) <= 1_000_000_000)
  }

  @Test func `a step that fails with a chance does so`() throws {
    let run = try Run(
      "rate: 1000/s\nrequests: 20000",
      "web: {kind: service, endpoints: {page: [{fail: {chance: 5%}}]}}")
    #expect(abs(Double(run.failed) - 1000) < 4 * (20_000 * 0.05 * 0.95).squareRoot(), "seed 1")
  }

  @Test func `a timeout abandons the call, which goes on`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{call: {to: far, timeout: 50ms}}]}}
      far: {kind: delay, time: 200ms}
      """, workload: "observe: 1s")
    #expect(run.response() == ms(50))
    #expect(run.failures == ["timeout: 1"])
    #expect(run.number("far", "completions") == 1)
  }

  @Test func `a failure that is ignored lets the endpoint go on`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [\
      {call: {to: far, timeout: 50ms, ignore-failure: true}}, {work: {time: 1ms}}]}}
      far: {kind: delay, time: 200ms}
      """)
    #expect(run.response() == ms(51))
    #expect(run.succeeded == 1)
  }

  @Test func `a lookup whose failure is ignored found nothing`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{get: {cache: redis, key: user, timeout: 5ms, \
      ignore-failure: true, miss: [{wait: {time: 100ms}}]}}]}}
      redis: {kind: redis, command: 1s, network: 0s}
      """)
    #expect(run.response() == ms(105))
  }

  @Test func `a call to several components asks each in turn`() throws {
    let run = try Run(
      arrivals: [("0s", "a"), ("1s", "b"), ("2s", "c"), ("3s", "d")],
      """
      web: {kind: service, endpoints: {a: [&call], b: [&call], c: [&call], d: [&call]}}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 2ms}
      three: {kind: delay, time: 3ms}
      """.replacing("&call", with: "{call: {to: [one, two, three]}}"))
    // Each endpoint has a turn of its own.
    #expect(["a", "b", "c", "d"].map { run.response($0) } == [ms(1), ms(1), ms(1), ms(1)])
    let same = try Run(
      "rate: 1/s\nprocess: constant\nrequests: 7",
      """
      web: {kind: service, endpoints: {page: [{call: {to: [one, two, three]}}]}}
      one: {kind: delay, time: 1ms}
      two: {kind: delay, time: 2ms}
      three: {kind: delay, time: 3ms}
      """)
    #expect(["one", "two", "three"].map { same.number($0, "completions") } == [3, 2, 2])
  }

  @Test func `services call the endpoints of services`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [{work: {time: 1ms}}, \
      {call: {to: orders, endpoint: place}}]}}
      orders: {kind: service, endpoints: {place: [{work: {time: 20ms}}, {call: {to: stock}}], \
      cancel: [{work: {time: 1s}}]}}
      stock: {kind: service, endpoints: {take: [{work: {time: 300ms}}]}}
      """)
    #expect(run.response() == ms(321))
  }

  @Test func `constructs stand within one another`() throws {
    let run = try Run(
      arrivals: [("0s", "page")],
      """
      web: {kind: service, endpoints: {page: [\
      {repeat: {times: 2, do: [{parallel: {do: [\
      [{wait: {name: long, time: 10ms}}], \
      [{repeat: {name: inner, times: 3, do: [{call: {to: far}}, \
      {background: {do: [{wait: {name: late, time: 1s}}]}}]}}], \
      [{retry: {attempts: 2, backoff: 2ms, jitter: none, do: [{choose: {branches: [\
      {share: 100%, do: [{wait: {name: x, time: 4ms}}]}]}}]}}]]}}, \
      {wait: {name: after, time: 1ms}}]}}]}}
      far: {kind: delay, time: 5ms}
      """)
    #expect(run.response() == ms(2 * (15 + 1)))
    #expect(run.number("far", "completions") == 6)
  }

  @Test func `a drawn item is the same in all steps of a request, however deep they stand`() throws
  {
    let run = try Run(
      "rate: 1000/s\nrequests: 3000",
      """
      web: {kind: service, endpoints: {page: [\
      {set: {cache: redis, key: {of: 1000000}}}, \
      {parallel: {do: [[{get: {name: here, cache: redis, key: {of: 1000000}}}], \
      [{repeat: {times: 2, do: [{retry: {do: [\
      {get: {name: there, cache: redis, key: {of: 1000000}}}]}}]}}]]}}, \
      {set: {name: own, cache: redis, key: request, namespace: other}}, \
      {retry: {name: again, do: [\
      {get: {name: deep, cache: redis, key: request, namespace: other}}]}}]}}
      redis: {kind: redis, command: 0s, network: 0s}
      """)
    #expect(run.ended == 3000)
    #expect(run.number("redis", "misses") == 0)
    #expect(run.number("redis", "hits") == 4 * 3000)
  }

  @Test func `items of one name space are apart from those of others, users from users`() throws {
    let run = try Run(
      arrivals: [("0s", "a"), ("1s", "b"), ("2s", "a"), ("3s", "b"), ("4s", "a")],
      """
      web: {kind: service, endpoints: {a: [&look], b: [&look]}}
      redis: {kind: redis, command: 0s, network: 0s}
      """.replacing(
        "&look",
        with: "{get: {cache: redis, key: user, miss: [{set: {cache: redis, key: user}}]}}"),
      users: [1, 1, 1, 1, 2])
    // a of user 1 and b of user 1 are set; then both are found; a of user 2 is not.
    #expect(run.number("redis", "misses") == 3)
    #expect(run.number("redis", "hits") == 2)
  }
}
