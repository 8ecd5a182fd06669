import Kernel

/// A relational database of RDS: statements cost what the rows that they examine cost.
///
/// Sources: RDS/CHAP_Limits (connections), RDS/CHAP_Storage (volumes), RDS/USER_ReadRepl,
/// RDS/Concepts.MultiAZSingleStandby, RDS/rds-proxy.howitworks.
struct RDSDatabase: ComponentSpecification {
  static let kind = "rds-database"
  static let summary = "A relational database: connections, rows examined, storage, replicas."
  static let operations = [DatabaseOperation.query, DatabaseOperation.write]
  static let faults: [Fault.Kind] = [.failOver]
  static let publishedMetrics = DatabaseMetric.all
  static let example = """
    app: {kind: service, endpoints: {page: [{query: {database: orders-db, index: by-user, \
    rows: 20}}]}}
    orders-db: {kind: rds-database, class: db.m5.large, tables: {orders: {rows: 100000, \
    indexes: {by-user: {}}}}}
    """

  /// Read replicas.
  struct Replicas: Sendable {
    let count: Int
    let databaseClass: DatabaseClass
    let lag: Distribution
  }

  /// RDS Proxy, which shares connections between callers.
  struct Proxy: Sendable {
    let share: Double
    let idleShare: Double
    let patience: Nanoseconds
  }

  /// What opening a connection takes, and keeping it.
  struct Connections: Sendable {
    let limit: Int?
    let held: Int
    let openTime: Distribution
    let openCPU: Distribution
    let memory: Int
  }

  let engine: DatabaseEngine
  let databaseClass: DatabaseClass
  let storage: DatabaseStorage
  let tables: [DatabaseTable]
  let connections: Connections
  let bufferShare: Double
  let bufferHit: Double?
  let workingSet: Int?
  let queryCPU: Distribution
  let rowCPU: Nanoseconds
  let networkTime: Distribution
  let isMultiAZ: Bool
  let standbyTime: Distribution
  let failoverTime: Distribution
  let queryCache: QueryCache.Settings?
  let replicas: Replicas?
  let proxy: Proxy?
  let credits: CreditSettings
  let catalogue: Catalogue

  init(from parameters: inout ParameterReader) {
    catalogue = parameters.catalogue
    engine = parameters.choice("engine", default: .mysql, "The database product.")
    let databaseClass = DatabaseClass.read(
      "class", default: nil, "The instance class: db.m5.large.", &parameters)
    self.databaseClass = databaseClass
    credits = CreditSettings(from: &parameters, for: databaseClass.type)
    storage = parameters.section("storage", "The volume.") { DatabaseStorage(from: &$0) }
    tables = parameters.namedSections(
      "tables", "The tables by name.", required: true
    ) { DatabaseTable($0, from: &$1) }.map(\.value)
    connections = Self.connections(&parameters)
    bufferShare = parameters.share(
      "buffer-pool", from: "rds.buffer-pool-share",
      "The share of the memory that keeps pages of tables and indexes.")
    bufferHit = parameters.optionalShare(
      "buffer-hit",
      "The share of pages that are in the buffer pool; it follows from the sizes if none is written."
    )
    workingSet = parameters.optionalSize(
      "working-set", in: 1...Int.max,
      "What of tables and indexes is in use; all of it if none is written.")
    queryCPU = parameters.timeDistribution(
      "query-cpu", from: "rds.query-cpu", "What a statement computes, whatever its rows.")
    rowCPU = parameters.duration(
      "row-cpu", from: "rds.row-cpu", in: 0...(.seconds(1)), "What each row examined computes.")
    networkTime = parameters.timeDistribution(
      "network", from: "network.same-zone", "The way to the database and back.")
    isMultiAZ = parameters.flag(
      "multi-az", default: false, "Whether each commit waits for a standby in another zone.")
    standbyTime = parameters.timeDistribution(
      "standby", from: "rds.standby-time", "How much longer a commit takes with a standby.")
    failoverTime = parameters.timeDistribution(
      "failover", from: "rds.failover", "How long the database is gone when it fails over.")
    queryCache = parameters.section(
      "query-cache", "Results that are kept; MySQL and MariaDB only.", required: false
    ) { QueryCache.Settings(from: &$0) }
    replicas = parameters.section("replicas", "Read replicas.", required: false) {
      Self.replicas(&$0, databaseClass)
    }
    proxy = parameters.section(
      "proxy", "RDS Proxy: callers share the connections to the database.", required: false,
      read: Self.proxy)
    if queryCache != nil, engine == .postgres {
      parameters.report(
        "postgres has no query cache", at: "query-cache",
        help: "leave it out, or let callers look in a cache such as redis first")
    }
  }

  private static func connections(_ parameters: inout ParameterReader) -> Connections {
    Connections(
      limit: parameters.optionalCount(
        "max-connections", in: 1...65_000,
        "The most sessions at a time; it follows from the memory if none is written.",
        source: "RDS/CHAP_Limits"),
      held: parameters.count(
        "held-connections", default: 0, in: 0...65_000,
        "Sessions that are open besides those of calls, such as idle ones of callers' pools."),
      openTime: parameters.timeDistribution(
        "connect", from: "rds.connect-time", "How long opening a connection takes its caller."),
      openCPU: parameters.timeDistribution(
        "connect-cpu", from: "rds.connect-cpu", "What opening a connection computes."),
      memory: parameters.size(
        "session-memory", from: "rds.session-memory", in: 0...(1 << 40),
        "The memory of a session."))
  }

  private static func replicas(
    _ parameters: inout ParameterReader, _ primary: DatabaseClass
  ) -> Replicas {
    Replicas(
      count: parameters.count("count", default: 1, in: 1...15, "How many there are."),
      databaseClass: DatabaseClass.read(
        "class", default: primary, "Their class; that of the primary if none is written.",
        &parameters),
      lag: parameters.timeDistribution(
        "lag", from: "rds.replica-lag",
        "How long a change is on its way; then it waits for those before it."))
  }

  private static func proxy(_ parameters: inout ParameterReader) -> Proxy {
    Proxy(
      share: parameters.share(
        "connections", default: 1, in: 0.001...1,
        "The share of max-connections that it uses at most.",
        source: "BC:rds.ConnectionPoolConfiguration"),
      idleShare: parameters.share(
        "idle", from: "rds.proxy-idle-share",
        "The share of max-connections that it keeps open when they are idle."),
      patience: parameters.duration(
        "borrow-timeout", from: "rds.proxy-borrow-timeout", in: 1...Nanoseconds.longest,
        "How long a call waits for a connection before it fails."))
  }

  func problem(
    with operation: any OperationSpecification
  ) -> (message: String, help: String?)? {
    (operation as? DatabaseOperation)?.problem(with: tables, hasReplicas: replicas != nil)
  }

  func build(at site: Site) -> RunningComponent { RunningRDSDatabase(self, at: site) }
}

extension RDSDatabase {
  /// The most sessions of a server of a class.
  func mostConnections(of databaseClass: DatabaseClass) -> Int {
    min(connections.limit ?? databaseClass.connections(engine, catalogue), 65_000)
  }

  /// The bytes of the buffer pool of a server of a class.
  func bufferPool(of databaseClass: DatabaseClass) -> Double {
    databaseClass.memory(catalogue) * bufferShare
  }

  /// The share of pages that a server must read from its volume.
  ///
  /// Any page of the working set is as likely to be asked for as any other.
  func missShare(of databaseClass: DatabaseClass) -> Double {
    if let bufferHit { return 1 - bufferHit }
    let bytes = workingSet ?? tables.reduce(0) { $0 + $1.bytes }
    guard bytes > 0 else { return 0 }
    return max(0, 1 - bufferPool(of: databaseClass) / Double(bytes))
  }
}
