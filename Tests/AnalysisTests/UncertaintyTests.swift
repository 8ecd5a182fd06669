import Analysis
import Components
import Kernel
import Testing

@Suite struct `Uncertainty` {
  func isClose(_ interval: Interval?, _ low: Double, _ high: Double) -> Bool {
    guard let interval else { return false }
    return (interval.low - low).magnitude < 1e-9 && (interval.high - high).magnitude < 1e-9
  }

  /// Arms of a request each, so long in each replication.
  func arm(_ name: String, _ responses: [Double]) -> ArmResult {
    ArmResult(name: name, records: responses.map { SampleRecords.record(succeeded: [$0]) })
  }

  func experiment(_ arms: [ArmResult]) -> ExperimentResult {
    ExperimentResult(
      title: "t", file: "f", seed: 1, replications: 3, analysis: .terminating, arms: arms)
  }

  /// The 97.5th percentile of Student's t with two degrees of freedom: t/√(2 + t²) = 0.95.
  let t2 = 0.95 * (2 / (1 - 0.95 * 0.95)).squareRoot()

  @Test func `of one replication is unknown`() {
    let arm = arm("a", [3])
    #expect(arm.total.response.ci == nil)
    #expect(arm.total.response.prediction == nil)
    #expect(arm.throughputEstimate?.interval == nil)
    #expect(experiment([arm, arm]).comparison("response.mean", of: "a")?.ci == nil)
  }

  @Test func `of a mean is Student's t over the replications`() {
    // Mean 5, deviations −1, 0, 1: standard error √(2 / (3 × 2)) = 1/√3.
    let response = arm("a", [4, 5, 6]).total.response
    let half = t2 / 3.0.squareRoot()
    #expect(isClose(response.ci?.mean, 5 - half, 5 + half))
    // A further run has the standard deviation 1 and the error of the mean: √(1 + 1/3).
    let predicted = t2 * (1 + 1.0 / 3).squareRoot()
    #expect(isClose(response.prediction?.mean, max(0, 5 - predicted), 5 + predicted))
  }

  @Test func `of a mean over unlike replications weighs them by their requests`() {
    // 3 requests of 1 s and 1 of 5 s: the mean is 8/4 = 2. With the weights 3/2 and 1/2 the
    // deviations are 1.5 (1 − 2) = −1.5 and 0.5 (5 − 2) = 1.5: standard error √(4.5 / 2) = 1.5.
    let arm = ArmResult(
      name: "a",
      records: [
        SampleRecords.record(succeeded: [1, 1, 1]), SampleRecords.record(succeeded: [5]),
      ])
    let error = arm.total.response.meanEstimate?.standardError ?? 0
    #expect((error - 1.5).magnitude < 1e-12)
  }

  @Test func `of a rate, of failures and of utilization is told too`() {
    func record(_ succeeded: Int, _ failed: Int, _ utilization: Double) -> RunRecord {
      var record = SampleRecords.record(
        succeeded: Array(repeating: 0.1, count: succeeded),
        failed: Array(repeating: 0.1, count: failed))
      record.components = [SampleRecords.station("s", [("utilization", utilization)])]
      return record
    }
    let arm = ArmResult(name: "a", records: [record(9, 1, 0.2), record(7, 3, 0.4)])
    // Equal weights: failure rates 0.1 and 0.3 deviate from 0.2 by 0.1 each.
    let t1 = 12.706_204_736_174_7
    #expect((arm.total.failureRateEstimate?.standardError ?? 0) - 0.1 < 1e-12)
    #expect(((arm.total.failureRateEstimate?.halfWidth ?? 0) - 0.1 * t1).magnitude < 1e-9)
    #expect(
      ((arm.component("s")?.estimate("utilization")?.halfWidth ?? 0) - 0.1 * t1).magnitude < 1e-9)
    // Both replications end 10 requests in as long a time.
    #expect(arm.throughputEstimate?.halfWidth == 0)
  }

  @Test func `of a percentile is centred on the pooled one`() throws {
    let response = arm("a", [4, 5, 6]).total.response
    let p99 = try #require(response.p99)
    #expect(p99 == 6)
    // Deviations from 6 s: about −2, −1, 0 s. Standard error √(5 / 6).
    let error = try #require(response.estimate(ofQuantile: 0.99)?.standardError)
    #expect((error - (5.0 / 6).squareRoot()).magnitude < 0.01)
    #expect(((response.ci?.p99?.low ?? 0) + (response.ci?.p99?.high ?? 0)) / 2 >= 6 - 1e-9)
  }

  @Test func `of the difference of two identical arms is exactly zero`() throws {
    let result = experiment([arm("a", [4.1, 5.3, 6.7]), arm("b", [4.1, 5.3, 6.7])])
    #expect(result.comparisons.count == 8)
    for comparison in result.comparisons where comparison.value != nil {
      #expect(comparison.difference == 0)
      #expect(comparison.ci == Interval(low: 0, high: 0))
      #expect(comparison.verdict == .same)
    }
    #expect(result.comparison("response.mean", of: "b")?.varianceReduction == 1)
  }

  @Test func `of a difference is paired over the replications`() throws {
    // The arms vary alike: the difference is 1, 1.1 and 0.9, so 1 with the standard error
    // √(0.02 / 6); unpaired it would be 0.82.
    let result = experiment([arm("a", [4, 5, 6]), arm("b", [5, 6.1, 6.9])])
    let mean = try #require(result.comparison("response.mean", of: "b"))
    let half = t2 * (0.02 / 6).squareRoot()
    #expect(isClose(mean.ci, 1 - half, 1 + half))
    #expect(mean.verdict == .higher)
    // Var a = 2/6, var b = (1 + 0.01 + 0.81)/6 about the mean 6: 1.82/6. 1 − 0.02/3.82.
    #expect(((mean.varianceReduction ?? 0) - (1 - 0.02 / 3.82)).magnitude < 1e-9)
  }

  @Test func `of a difference that straddles zero leaves it undecided`() throws {
    let result = experiment([arm("a", [4, 5, 6]), arm("b", [5, 5, 5.2])])
    let mean = try #require(result.comparison("response.mean", of: "b"))
    #expect(mean.verdict == .undecided)
  }

  @Test func `may grow by common random numbers, and then that is told`() throws {
    // The arms vary against each other: common draws double the variance.
    let result = experiment([arm("a", [4, 5, 6]), arm("b", [6, 5, 4])])
    let mean = try #require(result.comparison("response.mean", of: "b"))
    #expect(((mean.varianceReduction ?? 0) + 1).magnitude < 1e-9)
  }

  @Test func `is written behind the value, in its unit and with its places`() {
    func text(_ unit: MetricUnit, _ value: Double, _ halfWidth: Double) -> String? {
      // Two replications that deviate by d have the half-width 12.706 d.
      let deviation = halfWidth / 12.706_204_736_174_7
      return unit.plusMinus(Estimate(value: value, deviations: [deviation, -deviation]))
    }
    #expect(text(.seconds, 0.0241, 0.000_31) == "± 0.3")
    #expect(text(.seconds, 0.0241, 0.000_004) == "± 0.004")
    #expect(text(.seconds, 4.8, 0.123) == "± 0.12")
    #expect(text(.share, 0.126, 0.0042) == "± 0.4")
    #expect(text(.perSecond, 798, 3.2) == "± 3")
    #expect(text(.dollars, 47.82, 0.5) == "± 0.50" || text(.dollars, 47.82, 0.5) == "± 0.5")
    #expect(text(.seconds, 150, 4) == "± 4 s")
    #expect(text(.seconds, 1, 0) == nil)
    #expect(MetricUnit.seconds.plusMinus(Estimate(value: 1, deviations: [])) == nil)
  }
}
