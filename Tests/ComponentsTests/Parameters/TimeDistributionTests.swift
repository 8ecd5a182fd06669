import Components
import Kernel
import Testing

@Suite struct TimeDistributionTests {
  private func time(
    _ content: Setting.Content, files: [String: String] = [:]
  ) -> (Distribution, [String]) {
    let (value, problems) = read(written(["time": content]), files: files) { reader in
      reader.timeDistribution("time", default: nil, "T.")
    }
    return (value, problems.map(\.message))
  }

  private func map(_ name: String, _ entries: KeyValuePairs<String, Setting.Content>)
    -> Setting.Content
  {
    written([name: written(entries).content]).content
  }

  @Test func `short forms are read`() {
    #expect(time("5ms") == (.constant(0.005), []))
    #expect(time("exponential 231ms") == (.exponential(mean: 0.231), []))
    #expect(time("0.25ns") == (.constant(0.25e-9), []))
  }

  @Test func `map forms are read`() {
    #expect(
      time(map("uniform", ["from": "1ms", "to": "3ms"])).0 == .uniform(low: 0.001, high: 0.003))
    #expect(time(map("erlang", ["shape": "4", "mean": "5ms"])).0 == .erlang(shape: 4, mean: 0.005))
    #expect(time(map("gamma", ["mean": "5ms", "cv": "50%"])).0 == .gamma(shape: 4, mean: 0.005))
    #expect(
      time(map("lognormal", ["mean": "5ms", "cv": "80%"])).0
        == .lognormal(mean: 0.005, coefficientOfVariation: 0.8))
    #expect(
      time(map("lognormal", ["p50": "4ms", "p95": "10ms"])).0
        == .lognormalQuantiles(p50: 0.004, p95: 0.01))
    #expect(
      time(map("normal", ["mean": "5ms", "sd": "1ms"])).0
        == .truncatedNormal(mean: 0.005, standardDeviation: 0.001, low: 0, high: .infinity))
    #expect(
      time(map("pareto", ["shape": "2.5", "min": "1ms"])).0 == .pareto(shape: 2.5, minimum: 0.001))
    #expect(
      time(map("weibull", ["shape": "1.5", "scale": "1ms"])).0 == .weibull(shape: 1.5, scale: 0.001)
    )
  }

  @Test func `mixtures and measured values are read`() {
    let parts = Setting.Content.maps(
      written(["weight": "9", "time": "1ms"]), written(["weight": "1", "time": "exponential 9ms"]))
    #expect(
      time(written(["mixture": parts]).content).0
        == .mixture([
          Distribution.Part(weight: 9, distribution: .constant(0.001)),
          Distribution.Part(weight: 1, distribution: .exponential(mean: 0.009)),
        ]))
    let listed = map("empirical", ["values": .texts("1ms", "2ms"), "weights": .texts("3", "1")])
    #expect(time(listed).0 == .empirical(values: [0.001, 0.002], weights: [3, 1]))
    let file = "time,weight\n# measured\n1ms,3\n2ms\n"
    let named = written(["empirical": "times.csv"]).content
    #expect(
      time(named, files: ["times.csv": file])
        == (.empirical(values: [0.001, 0.002], weights: [3, 1]), []))
  }

  @Test func `what is wrong is named`() {
    #expect(
      time("lognormal 5ms").1 == [
        "'time': 'lognormal 5ms' lacks the parameters of its distribution"
      ])
    #expect(
      time("exponetial 5ms").1 == [
        "'time': 'exponetial 5ms' is neither a duration nor a distribution"
      ])
    #expect(time("-5ms").1 == ["'time': '-5ms' is negative"])
    #expect(time(.texts("5ms")).1 == ["'time' takes a time, not a list"])
    #expect(time(map("uniform", ["from": "3ms", "to": "1ms"])).1 == ["'to' is below 'from'"])
    #expect(
      time(map("erlang", ["shape": "4", "maen": "1ms"])).1 == ["unknown key 'maen' in 'erlang'"])
    #expect(time(map("gama", ["mean": "1ms"])).1 == ["'time': there is no distribution 'gama'"])
    #expect(time(map("zipf", ["count": "1"])).1 == ["'time': zipf is for keys, not for times"])
    #expect(
      time(written(["empirical": "no.csv"]).content).1
        == ["cannot read 'no.csv': there is no such file"])
    #expect(
      time(written(["exponential": "5ms", "mean": "5ms"]).content).1
        == ["'time' takes one distribution, not a map of 2 keys"])
  }

  @Test func `a distribution is written as it is read`() {
    let distributions: [Distribution] = [
      .constant(0.005), .exponential(mean: 0.231),
      .lognormal(mean: 0.005, coefficientOfVariation: 0.8), .uniform(low: 0, high: 0.001),
    ]
    #expect(
      distributions.map(Units.format(time:)) == [
        "5ms", "exponential 231ms", "{lognormal: {mean: 5ms, cv: 80%}}",
        "{uniform: {from: 0s, to: 1ms}}",
      ])
  }
}
