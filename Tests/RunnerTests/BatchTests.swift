import Components
import Kernel
import Testing

/// Calls that are collected, and made as one.
struct BatchTests {
  private static func collector(
    _ batch: String, caller: String = "kind: service", timeout: String = "",
    bulk: String = "wait: {time: 20ms}"
  ) -> String {
    """
    web: {\(caller), endpoints: {page: [{call: {to: collect\(timeout)}}]}}
    collect: {kind: batch, to: bulk, \(batch)}
    bulk: {kind: service, endpoints: {save: [{\(bulk)}]}}
    """
  }

  @Test func `a full batch goes at once, and another when its first call has waited long enough`()
    throws
  {
    let run = try Run(
      arrivals: [("1000ms", "page"), ("1001ms", "page"), ("1002ms", "page"), ("1500ms", "page")],
      Self.collector("size: 3, linger: 10ms"))
    // The third call completes the batch at 1.002 s; the fourth waits 10 ms for others.
    #expect(run.endpoint().succeeded.sum == Int128(ms(22) + ms(21) + ms(20) + ms(30)))
    #expect(run.number("collect", "batches") == 2)
    #expect(run.number("collect", "full_batches") == 1)
    #expect(run.number("collect", "batch_size") == 2)
    #expect(run.durations("collect", "waiting").sum == Int128(ms(2) + ms(1) + ms(10)))
    #expect(run.number("bulk", "completions") == 2)
  }

  @Test func `calls that come while a batch is on its way make the next one`() throws {
    let run = try Run(
      arrivals: [("1000ms", "page"), ("1012ms", "page"), ("1013ms", "page")],
      Self.collector("size: 2, linger: 10ms"))
    // The first goes at 1.01 s and is back at 1.03 s; the others go at 1.013 s.
    #expect(run.endpoint().succeeded.sum == Int128(ms(30) + ms(21) + ms(20)))
    #expect(run.number("collect", "batches") == 2)
  }

  @Test func `with the shortest linger those of one instant go together`() throws {
    let run = try Run(
      arrivals: Array(repeating: (time: "1s", endpoint: "page"), count: 4) + [("2s", "page")],
      Self.collector("linger: 1ns"))
    #expect(run.number("collect", "batches") == 2)
    #expect(run.endpoint().succeeded.maximum == ms(20) + 1)
  }

  @Test func `each process collects for itself`() throws {
    let run = try Run(
      arrivals: Array(repeating: (time: "1s", endpoint: "page"), count: 6),
      Self.collector(
        "size: 3, linger: 10ms",
        caller: "kind: auto-scaling-group, min: 3, processes: 1, threads: 4"))
    // Two from each of three instances, so that none is full.
    #expect(run.number("collect", "batches") == 3)
    #expect(run.number("collect", "full_batches") == 0)
    #expect(run.endpoint().succeeded.minimum == ms(30))
  }

  @Test func `a failure is that of all in the batch`() throws {
    let run = try Run(
      arrivals: Array(repeating: (time: "1s", endpoint: "page"), count: 3),
      Self.collector("size: 3", bulk: "fail: {}"))
    #expect(run.failures == ["failed: 3"])
  }

  @Test func `a caller that gives up does not stop the batch`() throws {
    let run = try Run(
      arrivals: [("1000ms", "page"), ("1008ms", "page")],
      Self.collector("size: 9, linger: 10ms", timeout: ", timeout: 25ms"))
    // The batch goes at 1.01 s and is back at 1.03 s: 30 ms after the first call, 22 ms after the
    // second.
    #expect(run.failures == ["timeout: 1"])
    #expect(run.succeeded == 1)
    #expect(run.number("bulk", "completions") == 1)
  }
}
