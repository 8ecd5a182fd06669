import Kernel

/// Results of queries that are kept until their table changes or their time is over.
final class QueryCache {
  /// What makes a result invalid.
  enum Invalidation: String, CaseIterable, Sendable {
    /// Any write to the table, as in MySQL.
    case writes
    /// Only time.
    case none
  }

  /// The section `query-cache`.
  struct Settings: Sendable {
    let invalidation: Invalidation
    let timeToLive: Nanoseconds?
    let hitTime: Distribution

    init(from parameters: inout ParameterReader) {
      invalidation = parameters.choice(
        "invalidated-by", default: .writes,
        "writes: any write to the table makes its results invalid, as in MySQL; none: only time.")
      timeToLive = parameters.optionalDuration(
        "ttl", in: 1...Nanoseconds.longest,
        "How long a result is kept; for ever if none is written.")
      hitTime = parameters.timeDistribution(
        "hit", default: .constant(50e-6), "What answering from the cache computes.",
        source: "assumed")
    }
  }

  private struct Entry: BitwiseCopyable {
    var kept: Nanoseconds
    var version: UInt32
  }

  let hitTime: Sampler
  private let settings: Settings
  private var entries: [UInt64: Entry] = [:]
  /// How often each table was written to.
  private var versions: [UInt32]
  private(set) var hits = 0
  private(set) var misses = 0

  init(_ settings: Settings, tables: Int) {
    self.settings = settings
    hitTime = Sampler(settings.hitTime)
    versions = Array(repeating: 0, count: tables)
  }

  func version(of table: Int) -> UInt32 { versions[table] }

  /// Whether the result of a query is there and valid.
  func holds(_ key: UInt64, of table: Int, at now: Nanoseconds) -> Bool {
    guard let entry = entries[key], entry.version == versions[table],
      settings.timeToLive.map({ now - entry.kept < $0 }) ?? true
    else {
      misses += 1
      return false
    }
    hits += 1
    return true
  }

  /// Keeps a result that was computed while the table had a version; a later one makes it invalid.
  func keep(_ key: UInt64, version: UInt32, at now: Nanoseconds) {
    entries[key] = Entry(kept: now, version: version)
  }

  func written(_ table: Int) {
    if settings.invalidation == .writes { versions[table] &+= 1 }
  }

  /// Forgets everything, as a server does that takes over.
  func clear() { entries = [:] }
}
