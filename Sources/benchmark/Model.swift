import ArgumentParser

/// A model that both the anchor and Windtunnel simulate.
enum Model: String, CaseIterable, ExpressibleByArgument {
  case mm1
  case mm16
  case webStack = "web-stack"
  case webStackDeep = "web-stack-deep"

  /// What the anchor is told to simulate the same.
  func anchorArguments(requests: Int, seed: Int) -> [String] {
    let common = [String(requests), String(seed)]
    return switch self {
    case .mm1: ["m1"] + common
    case .mm16: ["m2"] + common
    case .webStack: ["m3"] + common
    case .webStackDeep: ["m3"] + common + ["800", "12500"]
    }
  }

  /// Seconds in the unit of the anchor's response times, which is milliseconds where it has several.
  var anchorUnit: Double {
    switch self {
    case .mm1, .mm16: 1
    case .webStack, .webStackDeep: 1e-3
    }
  }

  /// Requests per second as a multiple of the anchor's: what must hold, and the goal beyond it.
  var targets: (required: Double, goal: Double) {
    switch self {
    case .mm1, .mm16: (0.60, 0.85)
    case .webStack: (0.70, 0.85)
    case .webStackDeep: (1.00, 1.50)
    }
  }
}
