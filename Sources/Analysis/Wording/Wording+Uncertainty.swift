extension MetricUnit {
  /// Half the width of a value's interval, as written behind it: `± 0.3` beside `24.1 ms`.
  ///
  /// It is in the unit that the value is written in, with as many places, or one significant digit
  /// where these would show nothing.
  ///
  /// - Returns: nil if there is no interval, or one without width.
  public func plusMinus(_ estimate: Estimate?) -> String? {
    guard let estimate, let half = estimate.halfWidth, half > 0, half.isFinite,
      estimate.value.isFinite
    else { return nil }
    guard let scale = scale(of: estimate.value) else { return "± " + text(half) }
    let value = estimate.value / scale
    let places = self == .dollars ? 2 : DecimalText.places(value, digits: 3)
    var digits = DecimalText.trimmed(DecimalText.fixed(half / scale, places: places))
    if digits == "0" { digits = DecimalText.significant(half / scale, digits: 1) }
    return "± " + digits
  }

  /// What a value is divided by before it is written; nil for times as on a clock.
  private func scale(of value: Double) -> Double? {
    switch self {
    case .seconds: Wording.fittingUnit(value.magnitude)?.length
    case .share: 0.01
    case .perSecond, .dollars, .count: 1
    }
  }
}

extension Wording {
  /// An interval of values in words: `33 ms to 35.6 ms`.
  public static func range(_ interval: Interval, _ unit: MetricUnit) -> String {
    let texts = (unit.text(interval.low), unit.text(interval.high))
    return texts.0 == texts.1 ? texts.0 : "\(texts.0) to \(texts.1)"
  }
}
