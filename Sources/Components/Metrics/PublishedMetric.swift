import Kernel

/// A metric as a running component publishes it, read from totals that it keeps anyway.
///
/// Nothing happens for a metric that no alarm watches.
struct PublishedMetric {
  /// How the datapoint of a period is found; totals count from the start of the run.
  enum Reading {
    /// The growth of one total over that of another, which weighs the datapoint: used processor
    /// time over available, the sum of response times over their number. Missing where the second
    /// did not grow.
    case average((_ now: Nanoseconds) -> (Double, Double))
    /// The growth of a total.
    case sum((_ now: Nanoseconds) -> Double)
    /// The growth of a total, missing where there is none: such metrics are published only while
    /// something happens.
    case occurrences((_ now: Nanoseconds) -> Double)
    /// The growth of one total over that of another, as one sample: requests per target. Missing
    /// where the first did not grow.
    case quotient((_ now: Nanoseconds) -> (Double, Double))
    /// The value at the end of the period; nil is missing.
    case level((_ now: Nanoseconds) -> Double?)
  }

  let declaration: MetricDeclaration
  /// From one datapoint to the next.
  let resolution: Nanoseconds
  /// How missing datapoints are treated whatever an alarm says, as with DynamoDB's metrics.
  let missingData: Alarm.MissingData?
  let reading: Reading

  init(
    _ declaration: MetricDeclaration, every resolution: Nanoseconds = .seconds(60),
    missingData: Alarm.MissingData? = nil, _ reading: Reading
  ) {
    self.declaration = declaration
    self.resolution = resolution
    self.missingData = missingData
    self.reading = reading
  }
}
