import ArgumentParser
import Foundation

/// Measures Windtunnel against the C++ anchor, on this machine and now.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Measures Windtunnel's speed against the hand-written C++ anchor.",
    discussion: """
      Each round runs the anchor and Windtunnel one right after the other on one core, so that \
      the ratio of the two holds although the speed of the machine drifts. Build everything in \
      release first: swift build -c release && .build/release/benchmark
      """)

  @Option(help: "How many requests each run simulates.")
  var requests = 10_000_000

  @Option(help: "How often each pair is run.")
  var rounds = 5

  @Option(parsing: .upToNextOption, help: "Which models: \(Model.names).")
  var models = Model.allCases

  @Option(help: "The seed of the first round; each further round takes the next one.")
  var seed = 1

  @Option(help: "The core to run on. (default: the last)")
  var core: Int?

  @Option(help: "The folder of the benchmark experiments.")
  var experiments = "Experiments/benchmarks"

  @Flag(help: "Compare the peak memory of 10 and 100 million requests instead.")
  var memory = false

  func validate() throws {
    guard requests > 0 else { throw ValidationError("--requests must be at least 1") }
    guard rounds > 0 else { throw ValidationError("--rounds must be at least 1") }
  }

  func run() throws {
    let pinning = Pinning(core: core)
    let windtunnel = Windtunnel(
      program: try Program(named: "windtunnel", pinning: pinning), experiments: experiments)
    if memory {
      try compareMemory(windtunnel)
    } else {
      let anchor = Anchor(program: try Program(named: "anchor", pinning: pinning))
      try compareSpeed(anchor, windtunnel, on: pinning.core)
    }
  }

  private func compareSpeed(_ anchor: Anchor, _ windtunnel: Windtunnel, on core: Int?) throws {
    var comparisons = models.map { Comparison($0) }
    for round in 0..<rounds {
      for index in comparisons.indices {
        let model = models[index]
        note("round \(round + 1) of \(rounds): \(model.rawValue)")
        comparisons[index].add(
          anchor: try anchor.measure(model, requests: requests, seed: seed + round),
          ours: try windtunnel.measure(model, requests: requests, seed: seed + round))
      }
    }
    let place = core.map { "core \($0)" } ?? "whichever core (nothing here pins)"
    print(
      """
      \(requests) requests a run, \(rounds) rounds, on \(place); medians, and the range of the \
      ratios of neighbours.

      \(table(Comparison.header, comparisons.map(\.row)))

      \(table(Comparison.agreementHeader, comparisons.flatMap(\.agreement)))
      """)
  }

  private func compareMemory(_ windtunnel: Windtunnel) throws {
    let rows = try models.map { model in
      let sizes = try [10_000_000, 100_000_000].map { requests in
        note("\(model.rawValue): \(requests) requests")
        return try windtunnel.measure(model, requests: requests, seed: seed).peakMemory ?? 0
      }
      let growth = Double(sizes[1]) / Double(sizes[0]) - 1
      let good = sizes[0] < 60_000_000 && growth <= 0.10
      return [
        model.rawValue, megabytes(sizes[0]), megabytes(sizes[1]),
        decimals(100 * growth, 1) + "%", good ? "yes" : "**no**",
      ]
    }
    print(
      table(
        ["Model", "10 million requests", "100 million", "Growth", "Below 60 MB, within 10%"],
        rows))
  }

  /// Progress, apart from the data.
  private func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }
}

extension Model {
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
