import Foundation
import Testing

struct UncertaintyTests {
  private static func station(_ workload: String, analysis: String = "terminating") -> String {
    """
    windtunnel: 1
    title: One station
    analysis: \(analysis)
    replications: 3
    workload: {\(workload)}
    arms:
      one: {entry: queue, components: {queue: {kind: station, service: exponential 10ms}}}
      same: {extends: one}

    """
  }

  private func results(_ text: String, _ arguments: String...) throws -> [String: Any] {
    let scratch = Scratch()
    _ = scratch.file("test.yaml", text)
    let command = try Command(
      "run", "test.yaml", "--json", "-", arguments: arguments, in: scratch.folder)
    #expect(command.status == 0, "\(command.messages)")
    let root = try JSONSerialization.jsonObject(with: Data(command.output.utf8))
    let experiments = (root as? [String: Any])?["experiments"] as? [[String: Any]]
    return try #require(experiments?.first)
  }

  @Test func `two identical arms differ by exactly nothing`() throws {
    let result = try results(Self.station("rate: 70/s, duration: 20s"))
    let comparisons = try #require(result["comparisons"] as? [[String: Any]])
    for comparison in comparisons {
      #expect(comparison["difference"] as? Double == 0)
      #expect(comparison["ci"] as? [Double] == [0, 0])
      #expect(comparison["verdict"] as? String == "same")
    }
  }

  @Test func `an overloaded station is called so and has no steady state`() throws {
    let result = try results(
      Self.station("rate: 120/s, duration: 50s", analysis: "steady"), "--arm", "one")
    let arms = try #require(result["arms"] as? [String: [String: Any]])
    let steady = try #require(arms["one"]?["steady"] as? [String: Any])
    #expect(steady["overloaded"] as? Bool == true)
    let response = try #require(arms["one"]?["response"] as? [String: Any])
    #expect(response["mean"] is NSNull)
  }

  @Test func `replications are added until the interval is narrow, whatever the threads`() throws {
    let text = Self.station("rate: 50/s, duration: 20s")
    let result = try results(text, "--until", "ci=4%", "--threads", "2")
    let replications = try #require(result["replications"] as? Int)
    #expect(replications > 3 && replications < 1000)
    let arms = try #require(result["arms"] as? [String: [String: Any]])
    let response = try #require(arms["one"]?["response"] as? [String: Any])
    let mean = try #require(response["mean"] as? Double)
    let ci = try #require((response["ci"] as? [String: Any])?["mean"] as? [Double])
    #expect((ci[1] - ci[0]) / 2 <= 0.04 * mean)
    let again = try results(text, "--until", "ci=4%", "--threads", "1")
    #expect(again["fingerprint"] as? String == result["fingerprint"] as? String)
    let all = try results(text, "--replications", "\(replications)")
    #expect(all["fingerprint"] as? String == result["fingerprint"] as? String)
  }

  @Test func `a precision that is none is wrong usage`() throws {
    for text in ["2%", "ci=", "ci=0%", "ci=x%", "ci=0.02", "ci=nan%"] {
      #expect(try Command("run", "x.yaml", "--until", text).status == 64)
    }
  }
}
