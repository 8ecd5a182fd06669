public import Kernel

/// What is known about the cloud: instance types, cache nodes, prices, times between Regions.
///
/// The values are data of the files in `Models/`; each has its ``Provenance``. Tables keep the
/// order of their file.
public struct Catalogue: Sendable {
  /// The types of virtual machine.
  public var instanceTypes: [InstanceType] = []
  /// The types of cache node.
  public var cacheNodes: [CacheNode] = []
  /// What things cost, in US dollars.
  public var prices: [Price] = []
  /// The network's times between Regions.
  public var roundTrips: [RoundTrip] = []
  /// Where CloudFront meets the users of each Region.
  public var edgeLocations: [EdgeLocation] = []
  /// How services behave: defaults, limits and times.
  public var behaviours: [Behaviour] = []
  /// Where the columns of the tables come from, such as "instance-types.speed".
  public var columns: [(name: String, provenance: Provenance)] = []
  /// The digest of everything the catalogue says; a part of a result's fingerprint.
  public var digest: UInt64 = 0

  /// An empty catalogue.
  public init() {}

  /// The instance type of that name, such as "t3.micro".
  public func instanceType(_ name: String) -> InstanceType? {
    instanceTypes.first { $0.name == name }
  }

  /// The cache node of that name, such as "cache.t3.micro" or "t3.micro".
  public func cacheNode(_ name: String) -> CacheNode? {
    let short = name.hasPrefix("cache.") ? String(name.dropFirst(6)) : name
    return cacheNodes.first { $0.name == short }
  }

  /// The price of that key, such as "alb.hour".
  public func price(_ key: String) -> Price? { prices.first { $0.key == key } }

  /// The behaviour of that key, such as "alb.idle-timeout".
  public func behaviour(_ key: String) -> Behaviour? { behaviours.first { $0.key == key } }

  /// The median time from one Region to another and back, in either direction.
  public func roundTrip(_ one: String, _ other: String) -> RoundTrip? {
    roundTrips.first { $0.from == one && $0.to == other || $0.from == other && $0.to == one }
  }

  /// Where CloudFront meets the users of a Region.
  public func edgeLocation(of region: String) -> EdgeLocation? {
    edgeLocations.first { $0.region == region }
  }

  /// Every Region that the tables name, in their order.
  public var regions: [String] {
    var names = edgeLocations.map(\.region)
    for name in roundTrips.flatMap({ [$0.from, $0.to] }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  /// Where a column of a table comes from, such as "instance-types.speed".
  public func provenance(ofColumn name: String) -> Provenance? {
    columns.first { $0.name == name }?.provenance
  }
}

extension Catalogue {
  /// A type of cache node.
  public struct CacheNode: Hashable, Sendable {
    /// Its name without "cache.", such as "t3.micro".
    public var name: String
    /// The bytes that the server may use, before the reserved share.
    public var maximumMemory: Int
    /// US dollars per hour.
    public var pricePerHour: Double
    /// How many vCPUs it has.
    public var vCPUs: Int

    /// A cache node.
    public init(name: String, maximumMemory: Int, pricePerHour: Double, vCPUs: Int) {
      self.name = name
      self.maximumMemory = maximumMemory
      self.pricePerHour = pricePerHour
      self.vCPUs = vCPUs
    }
  }

  /// What one unit of something costs.
  public struct Price: Hashable, Sendable {
    /// What is paid for and the unit, such as "alb.hour" or "dynamodb.rcu-hour".
    public var key: String
    /// US dollars for one unit.
    public var amount: Double
    /// Where it comes from.
    public var provenance: Provenance

    /// A price.
    public init(key: String, amount: Double, provenance: Provenance) {
      self.key = key
      self.amount = amount
      self.provenance = provenance
    }
  }

  /// The time from one Region to another and back.
  public struct RoundTrip: Hashable, Sendable {
    /// One of the Regions.
    public var from: String
    /// The other.
    public var to: String
    /// The median time.
    public var time: Nanoseconds
    /// Where it comes from.
    public var provenance: Provenance

    /// A time between two Regions.
    public init(from: String, to: String, time: Nanoseconds, provenance: Provenance) {
      self.from = from
      self.to = to
      self.time = time
      self.provenance = provenance
    }
  }
}
