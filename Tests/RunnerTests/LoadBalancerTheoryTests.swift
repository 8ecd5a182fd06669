import Components
import Foundation
import Kernel
import Testing

/// How the algorithms share the load of 250 servers, against queueing theory.
///
/// Poisson arrivals at 1,000/s, exponential service of 200 ms: each server is used to 80%. The
/// first minute is left out: a queue forgets its empty start within some 18 s, which is
/// 1 / (μ (1 - √ρ)²).
struct LoadBalancerTheoryTests {
  private static let servers = 250
  private static let seed = 1

  /// The mean response time in seconds, minute by minute: by Little's law the requests in
  /// the load balancer on average over their rate.
  private static func response(_ algorithm: String, minutes: Int) throws -> Estimate {
    let names = (0..<servers).map { "s\($0)" }
    let stations = names.map { "\($0): {kind: station, service: exponential 200ms}" }
    let balancer =
      "alb: {kind: application-load-balancer, routing: 0s, algorithm: \(algorithm), "
      + "targets: [\(names.joined(separator: ", "))]}"
    let run = try Run(
      "rate: 1000/s\nduration: \(60 * (minutes + 1))s",
      ([balancer] + stations).joined(separator: "\n"), seed: seed)
    let average = { (name: String, minute: Double) in
      let points = run.series(name).filter {
        $0.time > 60 * minute && $0.time < 60 * (minute + 1) + 0.001
      }
      return points.reduce(0) { $0 + $1.value } / Double(points.count)
    }
    return Estimate(
      (1...minutes).map {
        average("alb.in_flight", Double($0)) / average("alb.requests", Double($0))
      })
  }

  /// The mean of batches, each much longer than a queue's memory, and its standard error.
  private struct Estimate {
    let mean: Double
    let error: Double

    init(_ values: [Double]) {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      error = (squares / Double(values.count * (values.count - 1))).squareRoot()
      self.mean = mean
    }
  }

  /// The mean sojourn time of GI/M/1 with Erlang interarrival times: 1 / (μ (1 - σ)), where σ is
  /// the root below 1 of σ = A*(μ (1 - σ)) with A*(s) = (phases·λ / (phases·λ + s)) ^ phases.
  private static func erlangArrivals(phases: Double, rate: Double, service: Double) -> Double {
    var (low, high) = (0.0, 1 - 1e-9)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      let stage = phases * rate
      let transform = pow(stage / (stage + service * (1 - middle)), phases)
      // Left of the root the transform lies above the diagonal.
      if transform > middle { low = middle } else { high = middle }
    }
    return 1 / (service * (1 - low))
  }

  @Test func `the closed form gives M/M/1 for one phase and D/M/1 for very many`() {
    #expect(abs(Self.erlangArrivals(phases: 1, rate: 4, service: 5) - 1) < 1e-6)
    // D/M/1 at ρ = 0.8: σ = exp(-(1 - σ) / 0.8) = 0.62863.
    let many = Self.erlangArrivals(phases: 1e6, rate: 4, service: 5)
    #expect(abs(many - 0.2 / (1 - 0.62863)) < 1e-4)
  }

  @Test func `least outstanding beats round robin, round robin beats random, as theory says`()
    throws
  {
    let random = try Self.response("random", minutes: 10)
    let turns = try Self.response("round-robin", minutes: 10)
    let least = try Self.response("least-outstanding", minutes: 3)
    // Random splitting of a Poisson process gives each server one of 4/s: M/M/1, 1 / (5 - 4) s.
    #expect(abs(random.mean - 1) < 4 * random.error, "\(random), seed 1")
    // In turn each server gets every 250th arrival: Erlang interarrival times of 250 phases.
    let expected = Self.erlangArrivals(phases: 250, rate: 4, service: 5)
    #expect(abs(turns.mean - expected) < 4 * turns.error, "\(turns) \(expected), seed 1")
    // So that four errors are a test: each is within 3% of what it is about.
    #expect(random.error < 0.03 && turns.error < 0.03 * expected, "\(random) \(turns)")
    #expect(least.mean + 4 * least.error < turns.mean - 4 * turns.error, "\(least) \(turns)")
    // No request can be served faster than a server serves.
    #expect(least.mean > 0.2 - 4 * least.error, "\(least)")
    #expect(turns.mean + 4 * turns.error < random.mean - 4 * random.error, "\(turns) \(random)")
  }
}
