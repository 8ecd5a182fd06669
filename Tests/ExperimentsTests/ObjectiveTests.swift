import Components
import Experiments
import Testing

@Suite struct ObjectiveTests {
  private func objective(_ text: String) -> (objective: Objective?, problems: [Diagnostic]) {
    let diagnostics = DiagnosticCollector()
    let setting = Setting(.text(text, quoted: false), at: place(1, 1))
    return (Objective.read(setting, diagnostics: diagnostics), diagnostics.all)
  }

  @Test(
    arguments: [
      ("p(99) < 500ms", .percentile(0.99), .below, 0.5),
      ("p99.9<=1s", .percentile(0.999), .atMost, 1),
      ("avg < 100ms", .average, .below, 0.1),
      ("min > 1ms", .minimum, .above, 0.001),
      ("max < 2s", .maximum, .below, 2),
      ("failure_rate < 1%", .failureRate, .below, 0.01),
      ("goodput > 500/s", .goodput, .above, 500),
      ("throughput >= 500/s", .throughput, .atLeast, 500),
      ("monthly_cost < 100USD", .monthlyCost, .below, 100),
    ] as [(String, Objective.Metric, Objective.Comparison, Double)])
  func `objectives are read`(
    text: String, metric: Objective.Metric, comparison: Objective.Comparison, limit: Double
  ) throws {
    let (read, problems) = objective(text)
    let objective = try #require(read)
    #expect(problems.isEmpty)
    #expect(objective.metric == metric)
    #expect(objective.comparison == comparison)
    #expect(objective.limit == limit)
    #expect(objective.text == text)
  }

  @Test func `names are read with their places`() throws {
    let endpoint = try #require(objective("p(99, courses) < 300ms").objective?.endpoint)
    #expect(endpoint == Objective.Name("courses", at: place(1, 7)))
    let delta = try #require(objective("delta(p95, before) < -20%").objective)
    #expect(delta.metric == .percentile(0.95))
    #expect(delta.baseline?.text == "before")
    #expect(delta.limit == -0.2)
    #expect(delta.unit == .share)
    #expect(
      objective("instances(app) <= 2").objective?.metric
        == .instances(component: Objective.Name("app", at: place(1, 11))))
    #expect(objective("delta(p(95, courses), before) < 0").objective?.endpoint?.text == "courses")
  }

  @Test(
    arguments: [
      ("p(99) < 500", "1:9 the duration '500' has no unit"),
      ("p(199) < 500ms", "1:3 a percentile is a number between 0 and 100"),
      ("failure_rat < 1%", "1:1 there is no metric 'failure_rat'"),
      ("p(99) = 5ms", "1:7 '=' is no comparison here"),
      ("p(99 < 5ms", "1:6 ')' is expected here"),
      ("p(99)", "1:6 a comparison is expected here"),
      ("p(99) <", "1:8 a limit is expected here"),
      ("hit_rate > 90%", "1:10 '(' is expected here"),
      ("delta(p95) < 1%", "1:10 ',' is expected here"),
      ("monthly_cost < 100", "1:16 the amount '100' has no unit"),
      ("goodput > 5ms", "1:11 'ms' is not a unit of rates"),
      ("", "1:1 a metric is expected here"),
    ])
  func `what is no objective is refused at its place`(text: String, expected: String) {
    #expect(lines(objective(text).problems) == [expected])
  }
}
