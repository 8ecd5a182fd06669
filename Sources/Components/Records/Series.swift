/// A metric over time, as averages over equal windows.
public struct Series: Sendable {
  /// `<component>.<metric>`.
  public var name: String
  /// The unit, as in the record's numbers.
  public var unit: String
  /// The end of each window in seconds, and the average over it; at most 600.
  public var points: [Point]

  /// One window.
  public struct Point: Sendable {
    /// The end of the window, in seconds of simulated time.
    public var time: Double
    /// The average over the window.
    public var value: Double

    /// A point.
    public init(time: Double, value: Double) {
      self.time = time
      self.value = value
    }
  }

  /// A series.
  public init(name: String, unit: String, points: [Point]) {
    self.name = name
    self.unit = unit
    self.points = points
  }
}
