public import Kernel

extension ParameterReader {
  /// Reads a duration.
  ///
  /// - Parameters:
  ///   - name: The parameter's name.
  ///   - defaultValue: The value if none is written; nil if one must be.
  ///   - range: The allowed values.
  ///   - summary: What it means, in a line.
  ///   - source: The documentation page of the default, or "assumed" or "definition".
  /// - Returns: The value, always in the range or the default.
  public mutating func duration(
    _ name: String, default defaultValue: Nanoseconds?,
    in range: ClosedRange<Nanoseconds> = 0...Nanoseconds.longest,
    _ summary: String, source: String = "definition"
  ) -> Nanoseconds {
    let quantity = Quantity(.duration, unit: "s", range, Units.format(duration:), Units.duration)
    return read(name, defaultValue, quantity, summary, source)
  }

  /// Reads a duration that may be left out; see `duration`.
  public mutating func optionalDuration(
    _ name: String, in range: ClosedRange<Nanoseconds> = 0...Nanoseconds.longest,
    _ summary: String, source: String = "definition"
  ) -> Nanoseconds? {
    let quantity = Quantity(.duration, unit: "s", range, Units.format(duration:), Units.duration)
    return readOptional(name, quantity, summary, source)
  }

  /// Reads a share, from 0 to 1: `20%` or `0.2`; parameters as for `duration`.
  public mutating func share(
    _ name: String, default defaultValue: Double?, in range: ClosedRange<Double> = 0...1,
    _ summary: String, source: String = "definition"
  ) -> Double {
    read(name, defaultValue, .share(range), summary, source)
  }

  /// Reads a share that may be left out; parameters as for `duration`.
  public mutating func optionalShare(
    _ name: String, in range: ClosedRange<Double> = 0...1,
    _ summary: String, source: String = "definition"
  ) -> Double? {
    readOptional(name, .share(range), summary, source)
  }

  /// Reads a whole number; parameters as for `duration`.
  public mutating func count(
    _ name: String, default defaultValue: Int?, in range: ClosedRange<Int> = 0...Int.max,
    _ summary: String, source: String = "definition"
  ) -> Int {
    let quantity = Quantity(.count, unit: nil, range, { "\($0)" }, Units.count)
    return read(name, defaultValue, quantity, summary, source)
  }

  /// Reads a whole number that may be left out; parameters as for `duration`.
  public mutating func optionalCount(
    _ name: String, in range: ClosedRange<Int> = 0...Int.max,
    _ summary: String, source: String = "definition"
  ) -> Int? {
    let quantity = Quantity(.count, unit: nil, range, { "\($0)" }, Units.count)
    return readOptional(name, quantity, summary, source)
  }

  /// Reads a number; `unit` says what it counts ("1" if nothing); parameters as for `duration`.
  public mutating func number(
    _ name: String, default defaultValue: Double?, in range: ClosedRange<Double>, unit: String,
    _ summary: String, source: String = "definition"
  ) -> Double {
    let quantity = Quantity(.number, unit: unit, range, Units.format(number:), Units.number)
    return read(name, defaultValue, quantity, summary, source)
  }

  /// Reads a rate per second: `200/s`, `10/min`; parameters as for `duration`.
  public mutating func rate(
    _ name: String, default defaultValue: Double?, in range: ClosedRange<Double> = 0...(.infinity),
    _ summary: String, source: String = "definition"
  ) -> Double {
    let quantity = Quantity(.rate, unit: "1/s", range, Units.format(rate:), Units.rate)
    return read(name, defaultValue, quantity, summary, source)
  }

  /// Reads a rate per second that may be left out; parameters as for `duration`.
  public mutating func optionalRate(
    _ name: String, in range: ClosedRange<Double> = 0...(.infinity),
    _ summary: String, source: String = "definition"
  ) -> Double? {
    let quantity = Quantity(.rate, unit: "1/s", range, Units.format(rate:), Units.rate)
    return readOptional(name, quantity, summary, source)
  }

  /// Reads a size in bytes: `512B`, `10KB`, `1KiB`; parameters as for `duration`.
  public mutating func size(
    _ name: String, default defaultValue: Int?, in range: ClosedRange<Int> = 0...Int.max,
    _ summary: String, source: String = "definition"
  ) -> Int {
    let quantity = Quantity(.size, unit: "B", range, Units.format(size:), Units.size)
    return read(name, defaultValue, quantity, summary, source)
  }

  /// Reads a size in bytes that may be left out; parameters as for `duration`.
  public mutating func optionalSize(
    _ name: String, in range: ClosedRange<Int> = 0...Int.max,
    _ summary: String, source: String = "definition"
  ) -> Int? {
    let quantity = Quantity(.size, unit: "B", range, Units.format(size:), Units.size)
    return readOptional(name, quantity, summary, source)
  }
}

extension ParameterReader {
  /// Reads an amount of US dollars, which must be written: `10USD`, `$10`.
  public mutating func money(
    _ name: String, _ summary: String, source: String = "definition"
  ) -> Double {
    read(name, nil, .money, summary, source)
  }
}

extension ParameterReader {
  mutating func read<Value>(
    _ name: String, _ defaultValue: Value?, _ quantity: Quantity<Value>, _ summary: String,
    _ source: String
  ) -> Value {
    let harmless = defaultValue ?? quantity.range.lowerBound
    let description = quantity.description(
      name, defaultValue.map(quantity.format), isRequired: defaultValue == nil, summary, source)
    return scalar(description, fallback: harmless, parse: quantity.read) ?? harmless
  }

  private mutating func readOptional<Value>(
    _ name: String, _ quantity: Quantity<Value>, _ summary: String, _ source: String
  ) -> Value? {
    let description = quantity.description(name, nil, isRequired: false, summary, source)
    return scalar(description, fallback: quantity.range.lowerBound, parse: quantity.read)
  }
}
