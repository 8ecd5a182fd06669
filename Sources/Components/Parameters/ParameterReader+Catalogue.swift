public import Kernel

extension ParameterReader {
  /// Reads a duration whose default is a behaviour of the catalogue; the source is the same.
  public mutating func duration(
    _ name: String, from key: String, in range: ClosedRange<Nanoseconds> = 0...Nanoseconds.longest,
    _ summary: String
  ) -> Nanoseconds {
    let behaviour = behaviour(key)
    return duration(
      name, default: behaviour.duration ?? range.lowerBound, in: range, summary,
      source: behaviour.provenance.source)
  }

  /// Reads a time whose default is a behaviour of the catalogue; the source is the same.
  public mutating func timeDistribution(
    _ name: String, from key: String, _ summary: String
  ) -> Distribution {
    let behaviour = behaviour(key)
    return timeDistribution(
      name, default: .constant((behaviour.duration ?? 0).inSeconds), summary,
      source: behaviour.provenance.source)
  }

  /// Reads a whole number whose default is a behaviour of the catalogue; the source is the same.
  public mutating func count(
    _ name: String, from key: String, in range: ClosedRange<Int>, _ summary: String
  ) -> Int {
    let behaviour = behaviour(key)
    return count(
      name, default: Int(behaviour.number ?? Double(range.lowerBound)), in: range, summary,
      source: behaviour.provenance.source)
  }

  /// Reads a size whose default is a behaviour of the catalogue; the source is the same.
  public mutating func size(
    _ name: String, from key: String, in range: ClosedRange<Int>, _ summary: String
  ) -> Int {
    let behaviour = behaviour(key)
    return size(
      name, default: behaviour.size ?? range.lowerBound, in: range, summary,
      source: behaviour.provenance.source)
  }

  /// Reads a share whose default is a behaviour of the catalogue; the source is the same.
  public mutating func share(_ name: String, from key: String, _ summary: String) -> Double {
    let behaviour = behaviour(key)
    return share(
      name, default: behaviour.share ?? 0, summary, source: behaviour.provenance.source)
  }

  /// A behaviour that the catalogue holds; one that it lacks is a defect, found by a test.
  private func behaviour(_ key: String) -> Catalogue.Behaviour {
    catalogue.behaviour(key)
      ?? Catalogue.Behaviour(
        key: key, value: "", provenance: Provenance(assumedBecause: "not in the catalogue"))
  }
}
