import Components
import Kernel
import Testing

private enum Policy: String, CaseIterable { case roundRobin = "round-robin", random }

@Suite struct ParameterReaderTests {
  @Test func `written values win over defaults`() {
    let settings = written([
      "timeout": "5s", "share": "20%", "max": "5", "size": "1KiB", "rate": "10/s", "on": "true",
      "policy": "random", "title": "no",
    ])
    let (_, problems) = read(settings) { reader in
      check(reader.duration("timeout", default: 1, "T."), 5_000_000_000)
      check(reader.share("share", default: 1, "S."), 0.2)
      check(reader.count("max", default: 1, in: 1...10, "M."), 5)
      check(reader.size("size", default: 1, "S."), 1_024)
      check(reader.rate("rate", default: 1, "R."), 10)
      check(reader.flag("on", default: false, "O."), true)
      check(reader.choice("policy", default: Policy.roundRobin, "P."), .random)
      check(reader.text("title", default: "", "T."), "no")
      check(reader.duration("idle", default: .seconds(60), "I."), 60_000_000_000)
      check(reader.optionalCount("workers", "W."), nil)
    }
    #expect(problems.isEmpty)
  }

  @Test func `every problem is found in one pass, each with place and help`() {
    let settings = written([
      "timeout": "5", "share": "20", "max": "0", "policy": "randon", "on": "yes",
      "instnces": "3", "rate": "-1/s",
    ])
    let (_, problems) = read(settings) { reader in
      _ = reader.duration("timeout", default: nil, "T.")
      _ = reader.share("share", default: nil, "S.")
      check(reader.count("max", default: nil, in: 1...10, "M."), 1)
      _ = reader.choice("policy", default: Policy.roundRobin, "P.")
      _ = reader.flag("on", default: false, "O.")
      _ = reader.count("instances", default: nil, in: 1...10, "How many.")
      _ = reader.rate("rate", default: nil, "R.")
      _ = reader.text("table", default: nil, "The table.")
    }
    let shown = problems.map { "\($0.location.line):\($0.location.column) \($0.message)" }
    #expect(
      shown == [
        "1:1 component 'app' lacks 'table'",
        "1:10 'timeout': the duration '5' has no unit",
        "2:8 'share': '20' is too much",
        "3:6 'max': '0' is too little",
        "4:9 'policy': there is no choice 'randon'",
        "5:5 'on': 'yes' is not a flag",
        "6:1 unknown key 'instnces' in component 'app'",
        "7:7 'rate': '-1/s' is negative",
      ])
    let help = problems.compactMap(\.help)
    #expect(help.count == problems.count)
    #expect(help.contains("did you mean 'instances'?"))
    #expect(help.contains("did you mean 'random'?"))
    #expect(help.contains("a share is at most 1; write '20%' for percent"))
    #expect(help.contains("it may be 1 to 10"))
  }

  @Test func `a list or map in place of a text is told apart`() {
    let (_, problems) = read(written(["max": .texts("1"), "min": .null])) { reader in
      _ = reader.count("max", default: nil, in: 1...10, "M.")
      _ = reader.count("min", default: 1, in: 1...10, "M.")
    }
    #expect(
      problems.map(\.message) == ["'max' takes a whole number, not a list", "'min' has no value"])
  }

  @Test func `references are checked for existence and for what they answer`() {
    let components = [("redis", "redis"), ("users", "dynamodb-table")]
    let settings = written([
      "cache": "redis", "other": "redsi", "scanned": "redis", "several": .texts("redis", "users"),
    ])
    let (_, problems) = read(settings, components: components) { reader in
      check(reader.component("cache", answering: "get", "C.").kind, "redis")
      check(reader.optionalComponent("other", answering: "get", "O."), nil)
      _ = reader.component("scanned", answering: "scan", "S.")
      #expect(
        reader.components("several", answering: "get", "S.").map(\.name) == ["redis", "users"])
    }
    #expect(
      problems.map(\.message) == [
        "there is no component 'redsi'",
        "'redis' is a redis, which does not answer 'scan'",
      ])
    #expect(
      problems.map(\.help) == [
        "did you mean 'redis'?", "it answers get, set; 'scan' is answered by users",
      ])
  }

  @Test func `sections are read, checked and finished`() {
    let stage = written(["duration": "1min", "target": "5"])
    let wrong = written(["duration": "1min", "targte": "5"])
    let settings = written(["retries": stage.content, "stages": .maps(stage, wrong)])
    let (_, problems) = read(settings) { reader in
      let retries = reader.section("retries", "R.", required: true) { reader in
        _ = reader.duration("duration", default: nil, "D.")
        return reader.count("target", default: nil, "T.")
      }
      #expect(retries == 5)
      let stages = reader.sections("stages", "S.") { reader in
        _ = reader.duration("duration", default: nil, "D.")
        return reader.optionalCount("target", "T.")
      }
      #expect(stages == [5, nil])
      let missing = reader.section("pool", "P.", required: false) { _ in 1 }
      #expect(missing == nil)
    }
    #expect(problems.map(\.message) == ["unknown key 'targte' in element 2 of 'stages'"])
  }

  @Test func `a description lists every parameter with unit, default and range`() {
    let context = ReadingContext(diagnostics: DiagnosticCollector())
    var reader = ParameterReader(describing: context)
    _ = reader.duration(
      "timeout", default: .seconds(60), in: 0 ... .seconds(4_000), "T.", source: "P")
    _ = reader.choice("policy", default: Policy.roundRobin, "P.")
    _ = reader.timeDistribution("time", default: .exponential(mean: 0.231), "T.")
    _ = reader.section("pool", "P.", required: false) { reader in
      reader.count("size", default: nil, in: 1...100, "S.")
    }
    _ = reader.component("target", answering: "get", "T.")
    reader.report("never shown", at: "timeout")
    reader.finish()
    let first = reader.descriptions[0]
    #expect(first.defaultValue == "1min")
    #expect(first.range == "0s to 4000s")
    #expect(first.unit == "s")
    #expect(first.source == "P")
    #expect(reader.descriptions[1].choices == ["round-robin", "random"])
    #expect(reader.descriptions[2].defaultValue == "exponential 231ms")
    #expect(reader.descriptions[3].nested.map(\.name) == ["size"])
    #expect(reader.descriptions[4].isRequired)
    #expect(context.diagnostics.all.isEmpty)
  }

  @Test func `an issue at a parameter points at its value`() {
    let (_, problems) = read(written(["min": "5", "max": "4"])) { reader in
      let least = reader.count("min", default: nil, "M.")
      let most = reader.count("max", default: nil, "M.")
      if least > most { reader.report("min is above max", at: "min", help: "swap them") }
    }
    #expect(problems == [Diagnostic(at: place(1, 6), "min is above max", help: "swap them")])
  }

  @Test func `problems are sorted, unique and capped`() {
    let diagnostics = DiagnosticCollector()
    for line in (1...150).reversed() {
      diagnostics.append(Diagnostic(at: place(line, 1), "wrong"))
      diagnostics.append(Diagnostic(at: place(line, 1), "wrong"))
    }
    let (shown, omitted) = diagnostics.listing()
    #expect(shown.map(\.location.line) == Array(1...100))
    #expect(omitted == 50)
  }
}
