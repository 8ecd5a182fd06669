import Kernel
import Testing

/// What independent replications found for one quantity.
struct Estimate {
  var values: [Double] = []

  var mean: Double { values.reduce(0, +) / Double(values.count) }

  var standardError: Double {
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
  }

  /// Expects the exact value within four standard errors, and these to be small.
  func expect(
    _ name: String, _ exact: Double, precision: Double = 0.01, seed: UInt64,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let found = "\(name): \(mean) ± \(standardError), exactly \(exact), seed \(seed)"
    #expect(abs(mean - exact) <= 4 * standardError, "\(found)", sourceLocation: sourceLocation)
    #expect(
      standardError <= precision * exact, "\(found): not precise enough",
      sourceLocation: sourceLocation)
  }
}

/// How long the services of a test take, in seconds.
enum Service: Sendable {
  case constant(Double)
  case exponential(mean: Double)
  case lognormal(mean: Double, coefficientOfVariation: Double)
  case twoPoint(small: Double, large: Double, largeShare: Double)

  func draw(_ bits: UInt64) -> Nanoseconds {
    switch self {
    case .constant(let value): return .seconds(value)
    case .exponential(let mean): return .seconds(-mean * Elementary.logOfUniform(uniform(bits)))
    case .lognormal(let mean, let variation):
      let variance = Elementary.log(1 + variation * variation)
      let normal = Elementary.normalQuantile(uniform(bits) - 0x1p-54)
      return .seconds(mean * Elementary.exp(variance.squareRoot() * normal - variance / 2))
    case .twoPoint(let small, let large, let largeShare):
      return .seconds(uniform(bits) <= largeShare ? large : small)
    }
  }
}

/// Calls a component at random times, up to a number of calls.
final class PoissonSource: Component {
  private let rate: Double
  private let target: ComponentID
  private let count: Int
  private let key: UInt64
  private var made = 0

  init(id: ComponentID, rate: Double, target: ComponentID, count: Int, seed: UInt64) {
    self.rate = rate
    self.target = target
    self.count = count
    key = mixed(seed)
    super.init(id: id)
  }

  func begin(_ kernel: inout Kernel) { scheduleNext(&kernel) }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    let drawKey = mixed(key &+ UInt64(made) &* 0xd1b5_4a32_d192_ed03)
    kernel.start(target, operation: 0, caller: .none, drawKey: drawKey, user: UInt32(made))
    made += 1
    if made < count { scheduleNext(&kernel) }
  }

  private func scheduleNext(_ kernel: inout Kernel) {
    let bits = mixed(key ^ mixed(UInt64(made)))
    let delay = -Elementary.logOfUniform(uniform(bits)) / rate
    kernel.schedule(after: max(1, .seconds(delay)), id, 0, 0)
  }
}
