import Foundation

/// One run of one program.
struct Measurement {
  /// Requests simulated per second of wall time, without start-up.
  let requestsPerSecond: Double
  /// Bytes in memory at most; the anchor does not tell.
  let peakMemory: Int?
  /// What the simulated requests saw.
  let response: Response
}

/// Response times in seconds; a model may leave some unmeasured.
struct Response: Decodable {
  let mean: Double
  let p50: Double?
  let p95: Double?
  let p99: Double?
}

/// The hand-written C++ that the same models are measured against.
struct Anchor {
  let program: Program

  private struct Line: Decodable {
    let n: Int
    let wall: Double
  }

  func measure(_ model: Model, requests: Int, seed: Int) throws -> Measurement {
    let output = try program.run(model.anchorArguments(requests: requests, seed: seed))
    let line = try JSONDecoder().decode(Line.self, from: output)
    let raw = try JSONDecoder().decode(Response.self, from: output)
    let unit = model.anchorUnit
    return Measurement(
      requestsPerSecond: Double(line.n) / line.wall, peakMemory: nil,
      response: Response(
        mean: raw.mean * unit, p50: raw.p50.map { $0 * unit }, p95: raw.p95.map { $0 * unit },
        p99: raw.p99.map { $0 * unit }))
  }
}

/// Windtunnel as a user runs it, everything observed.
struct Windtunnel {
  let program: Program
  /// The folder of the benchmark experiments.
  let experiments: String

  private struct Timing: Decodable {
    let requests_per_second: Double
    let peak_memory_bytes: Int
  }

  private struct Report: Decodable {
    struct Experiment: Decodable { let arms: [String: Arm] }
    struct Arm: Decodable { let response: Response }
    let experiments: [Experiment]
  }

  func measure(_ model: Model, requests: Int, seed: Int) throws -> Measurement {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("windtunnel-benchmark-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let timingFile = folder.appendingPathComponent("timing.json")
    let resultFile = folder.appendingPathComponent("result.json")
    _ = try program.run([
      "run", "\(experiments)/\(model.rawValue).yaml", "--quiet",
      "--replications", "1", "--threads", "1", "--seed", String(seed),
      "--set", "workload.requests=\(requests)",
      "--timing", timingFile.path, "--json", resultFile.path,
    ])
    let timings = try JSONDecoder().decode(
      [String: Timing].self, from: Data(contentsOf: timingFile))
    let result = try JSONDecoder().decode(Report.self, from: Data(contentsOf: resultFile))
    guard timings.count == 1, let timing = timings.first?.value,
      let arm = result.experiments.first?.arms.first?.value
    else { throw Failure("\(model.rawValue) must have exactly one arm to be compared") }
    return Measurement(
      requestsPerSecond: timing.requests_per_second, peakMemory: timing.peak_memory_bytes,
      response: arm.response)
  }
}
