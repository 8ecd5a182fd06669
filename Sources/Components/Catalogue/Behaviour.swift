public import Kernel

extension Catalogue {
  /// One fact about how a service behaves: a default, a limit or a time.
  public struct Behaviour: Hashable, Sendable {
    /// What it is about, such as "alb.idle-timeout".
    public var key: String
    /// The value as written, with its unit.
    public var value: String
    /// Where it comes from.
    public var provenance: Provenance

    /// A fact.
    public init(key: String, value: String, provenance: Provenance) {
      self.key = key
      self.value = value
      self.provenance = provenance
    }

    /// The value as a duration, nil if it is none.
    public var duration: Nanoseconds? { try? Units.duration(value) }
    /// The value as a number, nil if it is none.
    public var number: Double? { try? Units.number(value) }
    /// The value as a share, nil if it is none.
    public var share: Double? { try? Units.share(value) }
    /// The value as a rate per second, nil if it is none.
    public var rate: Double? { try? Units.rate(value) }
    /// The value as a number of bytes, nil if it is none.
    public var size: Int? { try? Units.size(value) }
  }
}
