import Kernel

/// The network's times between Regions and within one.
struct RoundTrips: Sendable {
  private let pairs: [Catalogue.RoundTrip]
  private let withinRegion: Nanoseconds

  init(_ catalogue: Catalogue) {
    pairs = catalogue.roundTrips
    withinRegion = catalogue.behaviour("network.cross-zone")?.duration ?? 0
  }

  /// The time from one Region to another and back, in either direction; nil if it is not known.
  func between(_ one: String, _ other: String) -> Nanoseconds? {
    if one == other { return withinRegion }
    return pairs.first { $0.from == one && $0.to == other || $0.from == other && $0.to == one }?
      .time
  }

  /// The Regions from which the time to another is known.
  func known(from region: String) -> [String] {
    pairs.compactMap { pair in
      if pair.from == region { return pair.to }
      return pair.to == region ? pair.from : nil
    }
  }
}
