/// How a policy changes a capacity: `+2`, `-10%`, or `=4`.
///
/// Source: ASG/as-scaling-simple-step.
struct CapacityAdjustment: Sendable, Equatable {
  enum Form: Sendable, Equatable {
    case change(Int)
    case percent(Double)
    case exact(Int)
  }

  let form: Form
  /// The least change that a percentage makes.
  let minimumMagnitude: Int

  init(_ form: Form, minimumMagnitude: Int = 0) {
    self.form = form
    self.minimumMagnitude = minimumMagnitude
  }

  /// Reads `+2`, `-10%` or `=4`; nil if it is neither.
  init?(_ text: String, minimumMagnitude: Int = 0) {
    self.minimumMagnitude = minimumMagnitude
    if text.hasPrefix("="), let capacity = Int(text.dropFirst()), (0...5000).contains(capacity) {
      form = .exact(capacity)
    } else if text.hasSuffix("%"), let percent = Double(text.dropLast()),
      (-100...10_000).contains(percent)
    {
      form = .percent(percent)
    } else if let change = Int(text), (-5000...5000).contains(change) {
      form = .change(change)
    } else {
      return nil
    }
  }

  /// Reads the adjustment of a policy or a step, and reports what is none.
  init(
    _ name: String, default fallback: String?, from parameters: inout ParameterReader,
    minimumMagnitude: Int, _ summary: String
  ) {
    let text = parameters.text(name, default: fallback, summary)
    if let read = CapacityAdjustment(text, minimumMagnitude: minimumMagnitude) {
      self = read
      return
    }
    self.init(.change(1))
    if parameters.has(name) {
      parameters.report(
        "'\(text)' is not an adjustment", at: name, help: "write +1, -1, +10%, -10% or =4")
    }
  }

  /// The capacity after the adjustment of `current`.
  func capacity(from current: Int) -> Int {
    switch form {
    case .exact(let capacity): return capacity
    case .change(let change): return current + change
    case .percent(let percent):
      let exact = Double(current) * percent / 100
      guard exact != 0 else { return current }
      // Above 1 the part is dropped, below it is made whole; the same below zero.
      let whole = max(1, Int(exact.magnitude))
      let magnitude = max(whole, minimumMagnitude)
      return exact > 0 ? current + magnitude : current - magnitude
    }
  }
}
