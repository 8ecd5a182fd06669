import Kernel

/// A Redis node: one thread executes all commands, keys expire, and memory is limited.
///
/// Sources: EC/CacheNodes.SupportedTypes, EC/ParameterGroups.Redis (nodes, memory),
/// RD docs/reference/eviction/index.md, RD commands/expire.md (eviction, expiry),
/// EC/TroubleshootingConnections (connections).
struct Redis: ComponentSpecification {
  static let kind = "redis"
  static let summary = "A cache node: commands on one thread, limited memory, keys that expire."
  static let operations = [
    OperationDeclaration(
      "get", label: "cache", "Looks a key up.", takesKey: true, mayMiss: true
    ) { parameters in
      Command(verb: .get, commands: commands(&parameters))
    },
    OperationDeclaration("set", label: "cache", "Stores a key.", takesKey: true) { parameters in
      let timeToLive = parameters.optionalDuration(
        "ttl", in: 1...Nanoseconds.longest, "How long the key lives; for ever if none is written.")
      let bytes = parameters.optionalSize(
        "size", in: 0...512_000_000, "The value's size; the node's value size if none is written.")
      return Command(
        verb: .set(timeToLive: timeToLive, bytes: bytes), commands: commands(&parameters))
    },
    OperationDeclaration("delete", label: "cache", "Removes a key.", takesKey: true) {
      parameters in
      Command(verb: .delete, commands: commands(&parameters))
    },
    OperationDeclaration("flush", label: "cache", "Removes all keys.") { _ in
      Command(verb: .flush, commands: 1)
    },
    OperationDeclaration(
      "fail-over", label: "cache", "Fails the primary, so that a replica takes its place."
    ) { _ in Command(verb: .failOver, commands: 1) },
  ]
  static let faults: [Fault.Kind] = [.flush, .failOver]
  static let publishedMetrics = [
    MetricDeclaration("CacheHits", unit: .count, statistic: .sum),
    MetricDeclaration("CacheMisses", unit: .count, statistic: .sum),
    MetricDeclaration("Evictions", unit: .count, statistic: .sum),
    MetricDeclaration("CurrItems", unit: .count),
    MetricDeclaration("DatabaseMemoryUsagePercentage", unit: .share),
    MetricDeclaration("EngineCPUUtilization", unit: .share),
    MetricDeclaration("CurrConnections", unit: .count),
  ]
  static let example = """
    app: {kind: service, endpoints: {page: [{get: {cache: redis, key: user, miss: \
    [{set: {cache: redis, key: user, ttl: 60s}}]}}]}}
    redis: {kind: redis}
    """

  /// What the node can be asked in one round trip.
  struct Command: OperationSpecification {
    enum Verb {
      case get
      case set(timeToLive: Nanoseconds?, bytes: Int?)
      case delete
      case flush
      case failOver
    }

    var verb: Verb
    /// How many commands are sent together.
    var commands: Int
  }

  /// Which keys make room when memory is full.
  enum EvictionPolicy: String, CaseIterable {
    case volatileLRU = "volatile-lru"
    case allKeysLRU = "allkeys-lru"
    case volatileLFU = "volatile-lfu"
    case allKeysLFU = "allkeys-lfu"
    case volatileRandom = "volatile-random"
    case allKeysRandom = "allkeys-random"
    case volatileTTL = "volatile-ttl"
    case noEviction = "noeviction"
  }

  private enum Engine: String, CaseIterable { case redis, valkey }

  let commandTime: Distribution
  let furtherTime: Nanoseconds
  let largeValueTime: Nanoseconds
  let networkTime: Distribution
  let ioThreads: Int
  let node: Catalogue.CacheNode?
  let price: Double
  /// What a burstable node earns, and what it holds at the start.
  let credits: Catalogue.InstanceType.Credits?
  let creditBalance: Int?
  /// The bytes that data may take; nil without limit.
  let memory: Int?
  let eviction: KeySpace.Settings
  let valueSize: Int
  let clients: Int
  let connectionLimit: Int
  let slowConnections: Int
  let connectTime: Nanoseconds?
  let replicas: Int
  let replicationLag: Nanoseconds
  let failover: Nanoseconds

  init(from parameters: inout ParameterReader) {
    commandTime = parameters.timeDistribution(
      "command", from: "redis.command-time", "How long the thread is busy with a command.")
    furtherTime = parameters.duration(
      "further-command", from: "redis.further-command-time",
      "How long it is with each further command of the same round trip.")
    largeValueTime = parameters.duration(
      "large-value", from: "redis.large-value-time",
      "How much longer for each 1,000 B of a value beyond the first.")
    networkTime = parameters.timeDistribution(
      "network", from: "redis.network-time", "The way to the node and back.")
    node = Self.readNode(&parameters)
    credits = node.flatMap { parameters.catalogue.instanceType($0.name)?.credits }
    creditBalance = parameters.optionalCount(
      "credit-balance", in: 0...100_000,
      "CPU credits that a cache.t3 or cache.t4g node has at the start; else as many as it keeps.",
      source: "assumed")
    let isValkey =
      parameters.choice(
        "engine", default: Engine.redis, "The engine, which decides the price.") == .valkey
    let share = parameters.catalogue.behaviour("redis.valkey-price-share")?.share ?? 1
    price = (node?.pricePerHour ?? 0) * (isValkey ? share : 1)
    ioThreads =
      parameters.optionalCount(
        "io-threads", in: 0...64,
        "Threads for input and output; else one less than vCPUs of a node with four or more.",
        source: "EC/CacheNodes.SupportedTypes") ?? node.map { $0.vCPUs >= 4 ? $0.vCPUs - 1 : 0 }
      ?? 0
    let reserved = parameters.share(
      "reserved-memory", from: "redis.reserved-memory",
      "The share of the memory that data may not take.")
    let most = parameters.optionalSize(
      "memory", in: 1...1_000_000_000_000_000,
      "The node's memory; else that of its type, and without a type no limit.")
    memory = (most ?? node?.maximumMemory).map { Int(Double($0) * (1 - reserved)) }
    eviction = Self.readEviction(&parameters)
    valueSize = parameters.size(
      "value-size", default: 1000, in: 0...512_000_000, "The size of a value.")
    clients = parameters.count(
      "clients", default: 50, in: 0...1_000_000,
      "Connections that callers hold to the node.", source: "assumed")
    connectionLimit = parameters.count(
      "connection-limit", from: "redis.connections", in: 1...1_000_000,
      "How many connections the node takes.")
    slowConnections = Int(
      parameters.catalogue.behaviour("redis.slow-connections")?.number ?? 30_000)
    connectTime = Self.readConnecting(&parameters)
    replicas = parameters.count(
      "replicas", default: 0, in: 0...5, "Replicas, one of which takes over when the node fails.")
    replicationLag = parameters.duration(
      "replication-lag", from: "redis.replication-lag",
      "How long until a write is at the replicas.")
    failover = parameters.duration(
      "failover", from: "redis.failover", "How long until a replica has taken over.")
    if clients > connectionLimit {
      parameters.report(
        "\(clients) clients are more than the \(connectionLimit) connections of the node",
        at: "clients")
    }
  }

  private static func commands(_ parameters: inout ParameterReader) -> Int {
    parameters.count(
      "commands", default: 1, in: 1...10_000,
      "How many commands go in one round trip, the first of which has the key.")
  }

  private static func readNode(_ parameters: inout ParameterReader) -> Catalogue.CacheNode? {
    let name = parameters.optionalText(
      "node", "The type of node, which has its memory and price: cache.t3.micro.")
    let node = name.flatMap { parameters.catalogue.cacheNode($0) }
    if let name, node == nil {
      let known = parameters.catalogue.cacheNodes.map { "cache.\($0.name)" }
      parameters.report(
        "there is no cache node '\(name)' in the catalogue", at: "node",
        help: Spelling.help(for: name, among: known))
    }
    return node
  }

  private static func readEviction(_ parameters: inout ParameterReader) -> KeySpace.Settings {
    let known = parameters.catalogue
    return KeySpace.Settings(
      policy: parameters.choice(
        "eviction", default: EvictionPolicy.volatileLRU,
        "Which keys make room for a write when memory is full.",
        source: "EC/ParameterGroups.Redis"),
      samples: parameters.count(
        "eviction-samples", from: "redis.eviction-samples", in: 1...64,
        "How many keys are looked at to evict one."),
      candidates: Int(known.behaviour("redis.candidates")?.number ?? 16),
      expirySamples: Int(known.behaviour("redis.expiry-samples")?.number ?? 20),
      overhead: parameters.size(
        "key-overhead", default: known.behaviour("redis.key-overhead")?.size ?? 100,
        in: 0...10_000, "What a key takes beside its value.", source: "assumed"))
  }

  private static func readConnecting(_ parameters: inout ParameterReader) -> Nanoseconds? {
    let isReused = parameters.flag(
      "reuse-connections", default: true,
      "Whether callers keep their connections; else each call opens one.")
    let time = parameters.duration(
      "connect", from: "redis.connect-time",
      "How long the thread is busy with opening a connection.")
    return isReused ? nil : time
  }

  func build(at site: Site) -> RunningComponent { RunningRedis(self, at: site) }
}
