import Analysis
import Components
import Foundation
import Reporting
import Testing

@Suite struct `JSON` {
  @Test func `sorts keys by their bytes and keeps the last of a kind`() {
    let value = JSONValue.object([
      ("b", .integer(1)), ("a", .integer(2)), ("é", .integer(3)), ("Z", .integer(4)),
      ("a", .integer(5)),
    ])
    #expect(value.compact == #"{"Z":4,"a":5,"b":1,"é":3}"#)
  }

  @Test(
    arguments: [
      (0.0, "0"), (-0.0, "0"), (1, "1"), (-2500, "-2500"), (0.1, "0.1"), (1e-7, "1e-07"),
      (0.0236, "0.0236"), (1e300, "1e+300"), (9_007_199_254_740_992, "9007199254740992.0"),
      (.nan, "null"), (.infinity, "null"), (-.infinity, "null"),
    ] as [(Double, String)])
  func `writes numbers as short as they read back`(number: Double, text: String) throws {
    #expect(JSONValue.number(number).compact == text)
    if number.isFinite { #expect(Double(text) == number) }
  }

  @Test func `escapes what a string must not hold and reads back`() throws {
    let text = "quote \" backslash \\ line\n tab\t bell\u{7} del\u{7f} \u{2028} emoji 👩‍💻 é"
    let document = JSONValue.array([.string(text)]).document
    #expect(!document.dropLast().contains("\n"))
    #expect(document.contains(#"\u0007"#))
    let parsed = try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String]
    #expect(parsed == [text])
  }

  @Test func `is indented, with plain arrays on one line`() {
    let value = JSONValue.object([
      ("points", .array([.array([.integer(1), .number(0.5)]), .array([])])),
      ("none", .null), ("empty", .object([])), ("yes", .bool(true)),
    ])
    #expect(
      value.document == """
        {
          "empty": {},
          "none": null,
          "points": [
            [1, 0.5],
            []
          ],
          "yes": true
        }

        """)
  }

  // MARK: - The documents

  func parsed(_ value: JSONValue) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(value.document.utf8))
    return try #require(object as? [String: Any])
  }

  func member(_ object: Any?, _ path: String...) throws -> [String: Any] {
    var current = object
    for key in path {
      let members = try #require(current as? [String: Any])
      current = members[key]
    }
    return try #require(current as? [String: Any])
  }

  @Test func `of a run has the keys that scripts rely on`() throws {
    let document = try parsed(ResultDocument.json([SampleExperiment.twoArms]))
    #expect(document["windtunnel"] as? Int == 1)
    let experiments = try #require(document["experiments"] as? [[String: Any]])
    let experiment = try #require(experiments.first)
    let keys = [
      "title", "file", "seed", "replications", "analysis", "fingerprint", "arms", "comparisons",
    ]
    #expect(Set(keys).isSubset(of: Set(experiment.keys)))
    #expect(experiment["seed"] as? Int == 1)
    #expect((experiment["fingerprint"] as? String)?.count == 16)

    let before = try member(experiment, "arms", "before")
    let armKeys = [
      "requests", "offered", "throughput", "goodput", "failure_rate", "failures", "response",
      "response_ok", "endpoints", "components", "scaling", "cost", "series",
    ]
    #expect(Set(armKeys).isSubset(of: Set(before.keys)))
    #expect(before["requests"] as? Double == 2000)
    let failures = try member(before, "failures")
    #expect(failures["timeout"] as? Double == 222)
    let responseKeys: Set = ["mean", "min", "p50", "p95", "p99", "max", "ci", "prediction"]
    #expect(Set(try member(before, "response").keys) == responseKeys)
    let ci = try #require(try member(before, "response", "ci")["mean"] as? [Double])
    let mean = try #require(try member(before, "response")["mean"] as? Double)
    #expect(ci.count == 2 && ci[0] < mean && mean < ci[1])
    let prediction = try #require(try member(before, "response", "prediction")["p99"] as? [Double])
    #expect(prediction.count == 2 && prediction[0] < prediction[1])

    let courses = try member(before, "endpoints", "courses")
    #expect(
      Set(["requests", "failure_rate", "response", "response_ok"]).isSubset(of: courses.keys))
    let table = try member(before, "components", "enrollments")
    #expect(table["kind"] as? String == "dynamodb-table")
    #expect(try member(table, "metrics")["throttled"] as? Double == 640)
    #expect(Set(try member(table, "metrics", "sojourn").keys) == responseKeys)
    #expect(try member(before, "cost", "items")["app"] as? Double == 2190 * 0.0104)
    #expect(Set(try member(before, "cost").keys) == ["monthly", "items"])
    let series = try #require(try member(before, "series")["app.cpu"] as? [[Double]])
    #expect(series == [[60, 0.75], [120, 1]])
  }

  @Test func `of a run tells scaling and comparisons as scripts expect them`() throws {
    let document = try parsed(ResultDocument.json([SampleExperiment.twoArms]))
    let experiment = try #require((document["experiments"] as? [[String: Any]])?.first)
    let before = try member(experiment, "arms", "before")
    let action = try #require((before["scaling"] as? [[String: Any]])?.first)
    #expect(Set(action.keys) == ["at", "component", "from", "to", "cause", "delays"])
    #expect(action["at"] as? Double == 90)
    #expect(try member(action, "delays")["health_check"] as? Double == 20)

    let comparisons = try #require(experiment["comparisons"] as? [[String: Any]])
    let comparison = try #require(comparisons.first { $0["metric"] as? String == "response.p99" })
    let comparisonKeys: Set = [
      "metric", "baseline", "arm", "baseline_value", "value", "difference", "ratio", "ci",
      "verdict", "variance_reduction",
    ]
    #expect(Set(comparison.keys) == comparisonKeys)
    #expect(comparison["baseline"] as? String == "before")
    let ci = try #require(comparison["ci"] as? [Double])
    let difference = try #require(comparison["difference"] as? Double)
    #expect(ci.count == 2 && ci[0] < difference && difference < ci[1])
    #expect(comparison["verdict"] as? String == "lower")
  }

  @Test func `of a single replication has no intervals`() throws {
    var single = RunRecord()
    single.endpoints = [
      SampleExperiment.endpoint("a", succeeded: SampleExperiment.histogram(9, from: 1, to: 2))
    ]
    let arms = ["one", "two"].map { ArmResult(name: $0, records: [single]) }
    let result = ExperimentResult(
      title: "", file: "", seed: 1, replications: 1, analysis: .terminating, arms: arms)
    let document = try parsed(ResultDocument.json([result]))
    let experiment = try #require((document["experiments"] as? [[String: Any]])?.first)
    let response = try member(experiment, "arms", "one", "response")
    #expect(response["ci"] is NSNull && response["prediction"] is NSNull)
    let comparisons = try #require(experiment["comparisons"] as? [[String: Any]])
    #expect(comparisons.allSatisfy { $0["ci"] is NSNull && $0["verdict"] is NSNull })
  }

  @Test func `of the same result has the same bytes`() {
    let first = ResultDocument.json([SampleExperiment.twoArms]).document
    #expect(first == ResultDocument.json([SampleExperiment.twoArms]).document)
    #expect(first.contains("\"seed\": 1,"))
  }

  @Test func `of undefined values says null`() throws {
    let empty = ExperimentResult(
      title: "", file: "", seed: .max, replications: 1, analysis: .terminating,
      arms: [ArmResult(name: "idle", records: [])])
    let document = try parsed(ResultDocument.json([empty]))
    let experiment = try #require((document["experiments"] as? [[String: Any]])?.first)
    let idle = try member(experiment, "arms", "idle")
    for key in ["offered", "throughput", "goodput", "failure_rate"] {
      #expect(idle[key] is NSNull)
    }
    #expect(try member(idle, "response")["p50"] is NSNull)
    #expect(experiment["seed"] as? String == "18446744073709551615")
  }

  @Test func `of the timing has the rates`() throws {
    let timing = ArmTiming(
      arm: "before", events: 6_000_000, requests: 1_000_000, wallSeconds: 0.5,
      peakMemoryBytes: nil)
    let before = try member(try parsed(TimingDocument.json([timing])), "before")
    #expect(
      Set(before.keys) == [
        "events", "requests", "wall_seconds", "events_per_second", "requests_per_second",
        "peak_memory_bytes",
      ])
    #expect(before["events_per_second"] as? Double == 12_000_000)
    #expect(before["peak_memory_bytes"] is NSNull)
  }
}
