import Components
import Experiments
import Kernel
import Testing

struct WorkloadTests {
  static let instant = "far: {kind: delay, time: 0s}"

  /// How many requests came in each window of a run.
  static func arrivals(_ run: Run) -> [(end: Double, count: Double)] {
    let points = run.series("client.offered")
    let width = points.count > 1 ? points[1].time - points[0].time : .nan
    return points.map { ($0.time, $0.value * width) }
  }

  /// How many requests came up to the end of each window.
  static func totals(_ run: Run) -> [(end: Double, count: Double)] {
    var total = 0.0
    return arrivals(run).map {
      total += $0.count
      return ($0.end, total)
    }
  }

  @Test func `poisson arrivals come at their rate, as irregularly as chance`() throws {
    let run = try Run("rate: 200/s\nduration: 100s", Self.instant)
    #expect(abs(Double(run.offered) - 20_000) < 4 * 20_000.0.squareRoot(), "seed 1")
    let counts = Self.arrivals(run).map(\.count)
    let mean = counts.reduce(0, +) / Double(counts.count)
    let variance =
      counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(counts.count - 1)
    // The variance of a Poisson number is its mean; of n windows known to ± √(2 / n).
    #expect(abs(variance / mean - 1) < 4 * (2 / Double(counts.count)).squareRoot(), "seed 1")
  }

  @Test func `constant arrivals are even and as many as rate times duration`() throws {
    let run = try Run("rate: 10/s\nprocess: constant\nduration: 100s", Self.instant)
    #expect(run.offered == 1000)
    for (end, count) in Self.totals(run) {
      #expect(abs(count - end * 10) < 1.001, "at \(end) s")
    }
    #expect(run.record.loadDuration == .seconds(100))
  }

  @Test(arguments: [
    ("constant: 10ms", 0.0), ("uniform: {from: 5ms, to: 15ms}", 1.0 / 12),
    ("erlang: {shape: 4, mean: 10ms}", 0.25), ("lognormal: {mean: 10ms, cv: 2}", 4.0),
  ])
  func `renewal arrivals have the times between them that are written`(
    interarrival: String, squaredVariation: Double
  ) throws {
    let run = try Run("interarrival: {\(interarrival)}\nduration: 200s", Self.instant)
    // The variance of a renewal count is about n times the squared coefficient of variation.
    let deviation = (20_000 * squaredVariation).squareRoot()
    #expect(abs(Double(run.offered) - 20_000) <= 4 * deviation, "seed 1")
  }

  @Test func `ramps bring as many requests as the area under the line`() throws {
    let stages =
      "start-rate: 0/s\nstages: [{duration: 10s, target: 20/s}, "
      + "{duration: 10s, target: 20/s}, {duration: 20s, target: 0/s}]"
    let run = try Run("process: constant\n" + stages, Self.instant)
    #expect(run.offered == 100 + 200 + 200)
    for (end, count) in Self.totals(run) {
      let area =
        end <= 10
        ? end * end
        : end <= 20
          ? 100 + (end - 10) * 20
          : 500 - (40 - end) * (40 - end) / 2
      #expect(abs(count - area) < 1.001, "at \(end) s")
    }
    #expect(run.record.loadDuration == .seconds(40))
    let poisson = try Run(stages.replacing("20/s", with: "1000/s"), Self.instant)
    #expect(abs(Double(poisson.offered) - 25_000) < 4 * 25_000.0.squareRoot(), "seed 1")
  }

  @Test func `closed users obey the interactive response time law`() throws {
    let run = try Run(
      "users: {count: 50, think: exponential 1s}\nduration: 500s",
      "far: {kind: delay, time: exponential 250ms}")
    // N = X (R + Z): X = 50 / 1.25 s. A user's cycles vary by (1 + 0.0625) / 1.5625 in square.
    let expected = 20_000.0
    #expect(abs(Double(run.ended) - expected) < 4 * (expected * 0.68).squareRoot() + 50, "seed 1")
  }

  @Test func `users who start together ask in step, and no more once the load has ended`() throws {
    let run = try Run(
      "users: {count: 10, think: 900ms}\nduration: 100s", "far: {kind: delay, time: 100ms}")
    #expect(run.offered == 10 * 100)
    #expect(run.record.unfinished == 0)
  }

  @Test func `users start at the rate at which they are spawned`() throws {
    let run = try Run(
      "users: {count: 10, think: 1000s, spawn: 2/s}\nduration: 20s", Self.instant)
    for (end, count) in Self.totals(run) {
      #expect(abs(count - min(10, (end * 2 - 1e-6).rounded(.up))) < 1.001, "at \(end) s")
    }
    #expect(run.offered == 10)
  }

  @Test func `stages of users bring as many as the area under the line`() throws {
    // User k comes at k s and goes at 19 − k s; each asks every second: 19 − 2k times.
    let run = try Run(
      "users: {think: 1s, stages: [{duration: 10s, target: 10}, {duration: 10s, target: 0}]}",
      Self.instant)
    #expect(run.offered == (0..<10).map { 19 - 2 * $0 }.reduce(0, +))
    #expect(run.record.loadDuration == .seconds(20))
  }

  @Test func `a trace is followed`() throws {
    let times = ["0.5", "1500ms", "1500ms", "1.75s", "4"]
    let run = try Run(arrivals: times.map { ($0, "page") }, Self.instant)
    #expect(run.offered == 5)
    let expected = [0.5, 1.5, 1.5, 1.75, 4]
    for (end, count) in Self.totals(run) {
      #expect(abs(count - Double(expected.count { $0 <= end })) < 1e-6, "at \(end) s")
    }
  }

  @Test func `a trace that asks for an endpoint outside of the mix is refused`() {
    #expect(throws: Unreadable.self) {
      try Run(
        arrivals: [("1s", "page")],
        "web: {kind: service, endpoints: {pages: [{work: {time: 1ms}}]}}")
    }
  }

  @Test func `the mix is drawn by its weights`() throws {
    let run = try Run(
      "rate: 1000/s\nrequests: 20000\nmix: {courses: 60, enrollments: 30, profile: 10}",
      Self.instant)
    for (name, share) in [("courses", 0.6), ("enrollments", 0.3), ("profile", 0.1)] {
      let deviation = (20_000 * share * (1 - share)).squareRoot()
      #expect(
        abs(Double(run.endpoint(name).offered) - 20_000 * share) < 4 * deviation, "seed 1")
    }
  }

  @Test(arguments: ["rate: 100/s", "users: {count: 7, think: 10ms}", "interarrival: 0s"])
  func `a load ends after its number of requests`(load: String) throws {
    let run = try Run("\(load)\nrequests: 1234", "far: {kind: delay, time: exponential 100ms}")
    #expect(run.offered == 1234)
    #expect(run.ended == 1234)
    #expect(run.record.unfinished == 0)
  }

  @Test func `arrivals without time between them need a number of requests`() {
    let text = Run.text("interarrival: 0s\nduration: 10s", Self.instant, seed: 1)
    #expect(problems(text).contains { $0.contains("never end") })
  }

  @Test(arguments: [("5s", 10), ("15s", 5), ("1d", 0)])
  func `requests may finish within the grace, then they are unfinished`(
    grace: String, unfinished: Int
  ) throws {
    let run = try Run(
      "rate: 1/s\nprocess: constant\nduration: 10s\ngrace: \(grace)",
      "far: {kind: delay, time: 19.5s}")
    #expect(run.offered == 10)
    #expect(run.record.unfinished == unfinished)
    #expect(run.ended == 10 - unfinished)
  }

  @Test func `a client gives up, waits longer each time and tries again`() throws {
    let run = try Run(
      arrivals: [("0s", "page")], "far: {kind: delay, time: 100ms}",
      workload: "timeout: 50ms\n"
        + "retry: {attempts: 4, backoff: 100ms, factor: 3, cap: 500ms, jitter: none}\nobserve: 9s")
    #expect(run.response() == ms(4 * 50 + 100 + 300 + 500))
    #expect(run.failures == ["timeout: 1"])
    // Attempts that were given up go on.
    #expect(run.number("far", "completions") == 4)
  }

  @Test func `a client's retries succeed when the architecture does`() throws {
    let run = try Run(
      "rate: 100/s\nrequests: 10000\nretry: {attempts: 3, backoff: 1ms, jitter: none}",
      "web: {kind: service, endpoints: {page: [{fail: {chance: 20%}}]}}")
    // Draws of attempts are independent: 0.2³ of the requests fail.
    #expect(abs(Double(run.failed) - 80) < 4 * (10_000 * 0.008 * 0.992).squareRoot(), "seed 1")
  }

  @Test func `a client's budget for retries is earned back by successes`() throws {
    let run = try Run(
      "rate: 100/s\nrequests: 10000\n"
        + "retry: {attempts: 2, backoff: 1ms, jitter: none, budget: {capacity: 10}}",
      "web: {kind: service, endpoints: {page: [{fail: {chance: 10%}}]}}")
    // One in ten costs 5 tokens, and nine in ten earn one: the budget suffices nearly always, so
    // that about 0.1² fail. Without earning only two retries could ever be paid.
    #expect(run.failed < 300, "seed 1")
  }

  @Test func `identities are as many as written, and each request is its own without`() throws {
    func keys(_ identities: String) throws -> Double {
      let run = try Run(
        "rate: 100/s\nrequests: 500\n\(identities)",
        """
        web: {kind: service, endpoints: {page: [{set: {cache: redis, key: user}}]}}
        redis: {kind: redis}
        """)
      return run.number("redis", "keys_maximum")
    }
    #expect(try keys("identities: 5") == 5)
    #expect(try keys("") == 500)
  }
}

/// Arms see the same users, arrivals, choices and service times.
struct CommonRandomNumbersTests {
  private static let workload = """
    windtunnel: 1
    title: test
    seed: 5
    workload:
      rate: 50/s
      duration: 60s
      identities: 30
      mix: {a: 2, b: 1}
    arms:

    """

  private static func arm(
    _ name: String, entry: String = "web", before: String = "", after: String = "",
    more: String = ""
  ) -> String {
    """
      \(name):
        entry: \(entry)
        components:
          web: {kind: service, endpoints: {a: [\(before){call: {to: far}}, {choose: {branches: [\
    {share: 30%, do: [{call: {name: rare, to: seldom}}]}]}}\(after)], \
    b: [{get: {cache: redis, key: user}}, {set: {cache: redis, key: user}}]}}
          far: {kind: delay, time: exponential 50ms}
          seldom: {kind: delay, time: exponential 50ms}
          redis: {kind: redis}
          \(more)

    """
  }

  @Test func `equal arms give equal records`() throws {
    let experiment = try experimentOf(Self.workload + Self.arm("one") + Self.arm("two"))
    let one = try Run(experiment: experiment, arm: "one")
    let two = try Run(experiment: experiment, arm: "two")
    #expect(one.record.digest == two.record.digest)
    #expect(one.endpoint("a").succeeded == two.endpoint("a").succeeded)
    #expect(one.endpoint("b").succeeded == two.endpoint("b").succeeded)
  }

  @Test func `a step or component more shifts no other draw`() throws {
    let experiment = try experimentOf(
      Self.workload + Self.arm("one")
        + Self.arm(
          "two", entry: "alb", before: "{work: {time: exponential 5ms}}, ",
          after: ", {call: {name: extra, to: new}}, {fail: {chance: 1%}}",
          more: "alb: {kind: application-load-balancer, targets: web}\n"
            + "      new: {kind: station, service: exponential 1ms}"))
    let one = try Run(experiment: experiment, arm: "one")
    let two = try Run(experiment: experiment, arm: "two")
    #expect(one.series("client.offered").map(\.value) == two.series("client.offered").map(\.value))
    for endpoint in ["a", "b"] {
      #expect(one.endpoint(endpoint).offered == two.endpoint(endpoint).offered)
    }
    #expect(one.durations("far", "sojourn") == two.durations("far", "sojourn"))
    #expect(one.durations("seldom", "sojourn") == two.durations("seldom", "sojourn"))
    #expect(one.number("seldom", "completions") == two.number("seldom", "completions"))
    #expect(one.number("redis", "misses") == two.number("redis", "misses"))
    #expect(two.failed > 0)
  }

  @Test func `closed users choose and think alike in all arms`() throws {
    let closed = Self.workload.replacing(
      "rate: 50/s", with: "users: {count: 20, think: exponential 1s}"
    ).replacing("\n  identities: 30", with: "").replacing("duration: 60s", with: "requests: 400")
    let experiment = try experimentOf(
      closed + Self.arm("one") + Self.arm("two", more: "idle: {kind: delay, time: 1s}"))
    let one = try Run(experiment: experiment, arm: "one")
    let two = try Run(experiment: experiment, arm: "two")
    #expect(one.durations("far", "sojourn") == two.durations("far", "sojourn"))
    #expect(one.endpoint("a").offered == two.endpoint("a").offered)
    #expect(one.record.loadDuration == two.record.loadDuration)
  }

  @Test func `replications and seeds differ`() throws {
    let experiment = try experimentOf(Self.workload + Self.arm("one"))
    let first = try Run(experiment: experiment)
    let second = try Run(experiment: experiment, replication: 2)
    #expect(first.record.digest != second.record.digest)
    var other = experiment
    other.seed = 6
    #expect(try Run(experiment: other).record.digest != first.record.digest)
  }
}
