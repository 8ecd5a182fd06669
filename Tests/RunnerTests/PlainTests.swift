import Components
import Kernel
import Testing

/// The plain blocks against queueing theory.
struct PlainTests {
  @Test func `a station waits as M over M over 1 does`() throws {
    let run = try Run(
      "rate: 0.5/s\nrequests: 40000", "queue: {kind: station, service: exponential 1s}")
    // ρ = 0.5: utilization 0.5, in system 1, mean wait 1 s.
    #expect(abs(run.number("queue", "utilization") - 0.5) < 0.02, "seed 1")
    #expect(abs(run.number("queue", "in_system") - 1) < 0.08, "seed 1")
    #expect(abs((run.durations("queue", "waiting").mean ?? 0) / 1e9 - 1) < 0.1, "seed 1")
    #expect(run.number("queue", "arrivals") == 40_000)
    #expect(run.number("queue", "completions") == 40_000)
  }

  @Test func `processor sharing has the mean response of M over M over 1, whatever the service`()
    throws
  {
    let run = try Run(
      "rate: 0.5/s\nrequests: 40000",
      """
      queue: {kind: station, discipline: processor-sharing, \
      service: {hyperexponential: [{weight: 90%, mean: 0.5s}, {weight: 10%, mean: 5.5s}]}}
      """)
    // 1 s / (1 − ρ), insensitive to the distribution of the service time.
    #expect(abs((run.durations("queue", "sojourn").mean ?? 0) / 1e9 - 2) < 0.25, "seed 1")
  }

  @Test func `a station without room blocks as Erlang's loss formula says`() throws {
    let run = try Run(
      "rate: 2/s\nrequests: 40000",
      "queue: {kind: station, servers: 2, service: exponential 1s, queue: 0}")
    // B(2, 2) = (4 / 2) / (1 + 2 + 2) = 0.4
    #expect(abs(run.number("queue", "blocked") / 40_000 - 0.4) < 0.015, "seed 1")
    #expect(run.failures == ["blocked: \(Int(run.number("queue", "blocked")))"])
  }

  @Test func `with patience as long as service, those who leave are as theory says`() throws {
    let run = try Run(
      "rate: 2/s\nrequests: 40000",
      "queue: {kind: station, service: exponential 1s, patience: exponential 1s}")
    // The number in the station is Poisson with mean 2; the server is busy with 1 − e⁻².
    let busy = 1 - 0.135_335_283_236_612_7
    #expect(abs(run.number("queue", "utilization") - busy) < 0.015, "seed 1")
    #expect(abs(run.number("queue", "reneged") / 40_000 - (1 - busy / 2)) < 0.015, "seed 1")
    #expect(abs(run.number("queue", "in_system") - 2) < 0.08, "seed 1")
  }

  @Test func `the first class goes first, and others last`() throws {
    let run = try Run(
      arrivals: [("1s", "busy"), ("1100ms", "last"), ("1200ms", "second"), ("1300ms", "first")],
      """
      queue: {kind: station, service: 1s, discipline: priority, \
      priorities: {first: {class: 0}, second: {class: 1}}}
      """)
    #expect(run.response("first") == ms(1_700))
    #expect(run.response("second") == ms(2_800))
    #expect(run.response("last") == ms(3_900))
  }

  @Test func `last in is first out`() throws {
    let run = try Run(
      arrivals: [("1s", "busy"), ("1100ms", "early"), ("1200ms", "late")],
      "queue: {kind: station, service: 1s, discipline: lifo}")
    #expect(run.response("late") == ms(1_800))
    #expect(run.response("early") == ms(2_900))
  }

  @Test func `a delay delays everyone alike`() throws {
    let run = try Run("rate: 100/s\nrequests: 1000", "far: {kind: delay, time: 3s}")
    #expect(run.durations("far", "sojourn").minimum == ms(3_000))
    #expect(run.durations("far", "sojourn").maximum == ms(3_000))
    #expect(run.number("far", "completions") == 1000)
  }
}
