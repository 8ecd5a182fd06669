import Components
import Kernel
import Testing

struct RDSTests {
  /// A run of one request to each endpoint, with a database `db` in front of which nothing else
  /// takes time: statements compute nothing and every page is in memory unless `settings` say so.
  static func run(
    _ arrivals: [(time: String, endpoint: String)], _ endpoints: String, _ settings: String = "",
    users: [Int]? = nil
  ) throws -> Run {
    try Run(
      arrivals: arrivals,
      """
      web: {kind: service, endpoints: {\(endpoints)}}
      db: {kind: rds-database, \(merged(settings))}
      """, users: users)
  }

  /// The settings, and for what they do not say those that take no time.
  static func merged(_ settings: String) -> String {
    let defaults = [
      ("class", "db.m5.large"), ("query-cpu", "0s"), ("row-cpu", "0s"), ("network", "0s"),
      ("buffer-hit", "100%"), ("tables", "{orders: {rows: 1000}}"),
    ]
    let missing = defaults.filter { !settings.contains("\($0.0):") }.map { "\($0.0): \($0.1)" }
    return ([settings].filter { !$0.isEmpty } + missing).joined(separator: ", ")
  }

  static func mean(_ durations: Histogram) -> Double { durations.mean ?? .nan }

  // MARK: Connections

  struct Limit: Sendable, CustomTestStringConvertible {
    let engine: String
    let name: String
    let connections: Double
    var testDescription: String { "\(engine) on \(name)" }
  }

  static let limits = [
    // 95% of 8 GiB are 8,160,437,862 bytes: 648.5 times 12,582,880, 856.2 times 9,531,392.
    Limit(engine: "mysql", name: "db.m5.large", connections: 648),
    Limit(engine: "mariadb", name: "db.m5.large", connections: 648),
    Limit(engine: "postgres", name: "db.m5.large", connections: 856),
    // 95% of 1 GiB are 1,020,054,733 bytes: 81.1 and 107.0.
    Limit(engine: "mysql", name: "db.t3.micro", connections: 81),
    Limit(engine: "postgres", name: "db.t3.micro", connections: 107),
    // 16 GiB "about 1,300": 95% are 16,320,875,725 bytes, 1,297.1 times 12,582,880.
    Limit(engine: "mysql", name: "db.t3.xlarge", connections: 1297),
  ]

  @Test(arguments: limits)
  func `max_connections follows from the memory of the class by the documented formula`(
    limit: Limit
  ) throws {
    let run = try Self.run(
      [("1s", "page")], "page: [{query: {database: db, index: primary}}]",
      "engine: \(limit.engine), class: \(limit.name)")
    #expect(run.number("db", "max_connections") == limit.connections)
  }

  @Test func `a call beyond max_connections is refused, and sessions held by others count`() throws
  {
    let page = "page: [{query: {database: db, index: primary}}]"
    let settings = "query-cpu: 10ms, max-connections: 3"
    let arrivals = (0..<4).map { _ in ("1s", "page") }
    let run = try Self.run(arrivals, page, settings)
    #expect(run.failures == ["connection_refused: 1"])
    #expect(run.succeeded == 3)
    #expect(run.number("db", "connections_refused") == 1)
    #expect(run.number("db", "database_connections_maximum") == 3)
    let crowded = try Self.run(arrivals, page, settings + ", held-connections: 2")
    #expect(crowded.failures == ["connection_refused: 3"])
  }

  @Test func `a new connection takes its time and its CPU, a kept one neither`() throws {
    let run = try Self.run(
      [("1s", "kept"), ("2s", "new")],
      """
      kept: [{query: {database: db, index: primary}}], \
      new: [{query: {database: db, index: primary, connection: new}}]
      """, "connect: 3ms, connect-cpu: 1ms")
    #expect(run.response("kept") == 0)
    #expect(run.response("new") == ms(4))
    #expect(run.number("db", "connections_opened") == 1)
  }

  @Test func `a session takes memory from what the buffer pool leaves`() throws {
    let run = try Self.run(
      [("1s", "page"), ("1s", "page")], "page: [{query: {database: db, index: primary}}]",
      "query-cpu: 1ms, session-memory: 10MiB")
    // A quarter of 8,160,437,862.4 bytes, less two sessions of 10,485,760.
    #expect(abs(run.number("db", "freeable_memory_minimum") - 2_019_137_945.6) < 1)
  }

  @Test func `the pools of callers bound the sessions`() throws {
    let database = "db: {kind: rds-database, \(Self.merged("query-cpu: 50ms, max-connections: 8"))}"
    let group = """
      app: {kind: auto-scaling-group, instance: m5.large, min: 1, max: 1, processes: 2, \
      threads: 20, &connections endpoints: {page: [{query: {database: db, index: primary}}]}}
      """
    let load = "rate: 35/s\nduration: 30s"
    let unpooled = try Run(
      load, group.replacing("&connections", with: "") + "\n" + database)
    #expect(unpooled.number("db", "connections_refused") > 0)
    #expect(unpooled.number("db", "database_connections_maximum") == 8)
    let pooled = try Run(
      load,
      group.replacing("&connections", with: "connections: {db: {size: 3, connect: 0s}},") + "\n"
        + database)
    // Two processes of three connections each.
    #expect(pooled.failures.isEmpty)
    #expect(pooled.number("db", "database_connections_maximum") == 6)
  }

  @Test func `a call that its caller has given up keeps its session until it ends`() throws {
    let run = try Self.run(
      [("1s", "slow"), ("1.5s", "page"), ("2.5s", "late")],
      """
      slow: [{query: {database: db, rows-examined: 1000, timeout: 100ms}}], \
      page: [{query: {database: db, index: primary}}], \
      late: [{query: {database: db, index: primary}}]
      """, "row-cpu: 1ms, max-connections: 1")
    #expect(run.endpoint("slow").failures.map(\.cause) == ["timeout"])
    #expect(run.endpoint("page").failures.map(\.cause) == ["connection_refused"])
    #expect(run.endpoint("late").succeeded.count == 1)
  }

  // MARK: Rows examined

  @Test func `a query for each row takes the way to the database for each row`() throws {
    let run = try Self.run(
      [("1s", "each"), ("2s", "joined")],
      """
      each: [{query: {database: db, index: primary, rows: 20}}, {repeat: {times: 20, do: \
      [{query: {name: item, database: db, index: primary}}]}}], \
      joined: [{query: {database: db, index: primary, rows: 20, rows-examined: 40}}]
      """, "network: 1ms, query-cpu: 100us, row-cpu: 1us")
    // 21 ways and queries, and 40 rows; one way, one query, 40 rows.
    #expect(run.response("each") == 21 * 1_100_000 + 40_000)
    #expect(run.response("joined") == 1_140_000)
  }

  struct Cost: Sendable, CustomTestStringConvertible {
    let step: String
    var engine = "mysql"
    let rows: Double
    let pages: Double
    let warm: Nanoseconds
    let cold: Nanoseconds
    var testDescription: String { "\(step) on \(engine)" }
  }

  static let costs = [
    // 50,000,000 bytes in pages of 16,384 are 3,052 pages, 191 reads of 256 KiB. Such a read takes
    // 1 ms, but 2 ms at 125 MiB/s: 382 ms. 100,000 rows compute 100 ms, the query 0.1 ms.
    Cost(
      step: "query: {database: db, rows: 20}", rows: 100_000, pages: 3052, warm: 100_100_000,
      cold: 482_100_000),
    // Pages of 8,192 bytes: 6,104 of them, 191 reads.
    Cost(
      step: "query: {database: db, rows: 20}", engine: "postgres", rows: 100_000, pages: 6104,
      warm: 100_100_000, cold: 482_100_000),
    // Entries of 32 bytes fill 196 leaves under a root: two pages down, and 20 for the rows.
    Cost(
      step: "query: {database: db, rows: 20, index: by-user}", rows: 20, pages: 22,
      warm: 120_000, cold: 22_120_000),
    // The primary tree has 3,052 leaves, three pages and a root above: 3 levels.
    Cost(
      step: "query: {database: db, rows: 20, index: primary}", rows: 20, pages: 3,
      warm: 120_000, cold: 3_120_000),
    // 10,000 rows of an index of which 20 match are looked at all the same: 10,000 pages, 20
    // leaves, a root; 10,021 reads of 1 ms.
    Cost(
      step: "query: {database: db, rows: 20, rows-examined: 10000, index: by-user}", rows: 10_000,
      pages: 10_021, warm: 10_100_000, cold: 10_031_100_000),
  ]

  @Test(arguments: costs)
  func `a query costs what the rows cost that it examines`(cost: Cost) throws {
    let settings = """
      engine: \(cost.engine), query-cpu: 100us, row-cpu: 1us, storage: {read: 1ms}, \
      tables: {orders: {rows: 100000, row-size: 500B, indexes: {by-user: {entry-size: 32B}}}}
      """
    let warm = try Self.run([("1s", "page")], "page: [{\(cost.step)}]", settings)
    #expect(warm.number("db", "rows_examined") == cost.rows)
    #expect(warm.number("db", "pages_read") == cost.pages)
    #expect(warm.response() == cost.warm)
    let cold = try Self.run(
      [("1s", "page")], "page: [{\(cost.step)}]", settings + ", buffer-hit: 0%")
    #expect(cold.response() == cost.cold)
  }

  @Test func `the buffer pool holds the share of the working set that fits`() throws {
    // 75% of 8,160,437,862 bytes are 6,120,328,397, half of 12,240,656,794.
    let run = try Run(
      "rate: 100/s\nrequests: 1000",
      """
      web: {kind: service, endpoints: {page: [{query: {database: db, index: by-user, rows: 98}}]}}
      db: {kind: rds-database, class: db.m5.large, working-set: 12240656794B, \
      tables: {orders: {rows: 100000, indexes: {by-user: {}}}}}
      """)
    // 100 pages a query: each of the 1,000 reads 50.
    #expect(abs(run.number("db", "buffer_hit_rate") - 0.5) < 1e-3)
  }

  // MARK: CPU

  @Test func `statements share the processors: M/M/2 with processor sharing`() throws {
    let run = try Run(
      "rate: 100/s\nrequests: 200000",
      """
      web: {kind: service, endpoints: {page: [{query: {database: db, index: primary}}]}}
      db: {kind: rds-database, \(Self.merged("query-cpu: exponential 10ms"))}
      """)
    // rho = 100/s * 10 ms / 2 = 0.5; the mean sojourn time is 10 ms / (1 - rho^2) = 13.33 ms.
    let mean = Self.mean(run.durations("db", "sojourn")) / 1e6
    #expect(abs(mean - 40.0 / 3) < 0.2, "\(mean) ms, seed 1")
    #expect(abs(run.number("db", "cpu") - 0.5) < 0.01)
  }

  @Test func `a burstable class borrows credits, and what it borrows is billed`() throws {
    let run = try Self.run(
      [("1s", "page")], "page: [{query: {database: db, index: primary}}]",
      "class: db.t3.micro, query-cpu: 1h")
    // An hour of one processor is 60 credits. 12 an hour are earned meanwhile, and in the second
    // before.
    #expect(run.response().inSeconds == 3600)
    let owed = run.number("db", "surplus_credits")
    #expect(abs(owed - (60 - 12 * 3601.0 / 3600)) < 0.01, "\(owed)")
    let line = run.record.cost.first { $0.what == "surplus CPU credits" }
    #expect(line?.unitPrice == 0.075)
    #expect(
      try Self.run(
        [("1s", "page")], "page: [{query: {database: db, index: primary}}]", "query-cpu: 1h"
      ).number("db", "surplus_credits").isNaN)
  }

  @Test func `a class without credits in standard mode is held to what it earns`() throws {
    let run = try Self.run(
      [("0s", "page")], "page: [{query: {database: db, index: primary}}]",
      "class: db.t3.micro, query-cpu: 460s, credits: {mode: standard, balance: 6}")
    // 460 s of a processor are 7.667 credits: the 6 that are there, and 0.2 a minute for 500 s.
    #expect(abs(run.response().inSeconds - 500) < 2, "\(run.response().inSeconds) s")
  }

  @Test func `a statement runs on one processor, however many there are`() throws {
    let run = try Self.run(
      [("1s", "page"), ("1s", "page")], "page: [{query: {database: db, index: primary}}]",
      "query-cpu: 10ms")
    #expect(run.endpoint().succeeded.minimum == 10_000_000)
    #expect(run.endpoint().succeeded.maximum == 10_000_000)
  }

  // MARK: Storage

  struct Volume: Sendable, CustomTestStringConvertible {
    let storage: String
    let reads: Int
    let seconds: Double
    var testDescription: String { "\(reads) reads of {\(storage)}" }
  }

  static let volumes = [
    // 300 a second are earned and 3,000 spent: 5,400,000 credits last 2,000 s, in which
    // 6,000,000 reads are done; 30,000 more take 100 s.
    Volume(storage: "type: gp2, size: 100GiB", reads: 6_000_000, seconds: 2000),
    Volume(storage: "type: gp2, size: 100GiB", reads: 6_030_000, seconds: 2100),
    // At least 100 a second: 5,400,000 / 2,900 = 1,862.07 s and 5,586,207 reads; 1,000 more: 10 s.
    Volume(storage: "type: gp2, size: 20GiB", reads: 5_587_207, seconds: 1872.07),
    // From 1,000 GiB on the baseline is 3 per GiB, and there is no burst.
    Volume(storage: "type: gp2, size: 2000GiB", reads: 30_000, seconds: 5),
    // gp3: 3,000, and 12,000 from 400 GiB on.
    Volume(storage: "type: gp3, size: 399GiB", reads: 30_000, seconds: 10),
    Volume(storage: "type: gp3, size: 400GiB", reads: 30_000, seconds: 2.5),
    Volume(storage: "type: io1, iops: 1000, size: 100GiB", reads: 10_000, seconds: 10),
  ]

  @Test(arguments: volumes)
  func `a volume reads at its rate, and gp2 bursts to 3,000 for as long as credits last`(
    volume: Volume
  ) throws {
    // Rows that fill a page each, found by the primary tree: a read for each, and the way down.
    let run = try Self.run(
      [("1s", "page")],
      "page: [{query: {database: db, index: primary, rows: \(volume.reads)}}]",
      """
      storage: {read: 0s, \(volume.storage)}, buffer-hit: 0%, \
      tables: {orders: {rows: 2, row-size: 16384B}}
      """)
    #expect(run.failures.isEmpty)
    #expect(abs(run.response().inSeconds - volume.seconds) < 0.05, "\(run.response().inSeconds) s")
  }

  @Test(arguments: [("gp3, size: 100GiB", 10.0), ("gp3, size: 400GiB", 2.5)])
  func `gp3 gives 125 MiB/s, and 500 from 400 GiB on`(storage: String, seconds: Double) throws {
    // 80,000 pages of 16 KiB are 1,250 MiB, 5,000 reads of 256 KiB.
    let run = try Self.run(
      [("1s", "page")], "page: [{query: {database: db}}]",
      """
      storage: {read: 0s, type: \(storage)}, buffer-hit: 0%, \
      tables: {orders: {rows: 80000, row-size: 16384B}}
      """)
    #expect(abs(run.response().inSeconds - seconds) < 1e-6)
  }

  @Test func `credits are earned at the baseline while the volume is idle`() throws {
    // 3,000,000 reads take 1,000 s and 2,700,000 credits; 1,000 s later 300,000 are back.
    let run = try Self.run(
      [("1s", "burst"), ("2001s", "last")],
      """
      burst: [{query: {database: db, index: primary, rows: 3000000}}], \
      last: [{query: {database: db, index: primary, rows: 1}}]
      """,
      """
      storage: {read: 0s, type: gp2, size: 100GiB}, buffer-hit: 0%, \
      tables: {orders: {rows: 1, row-size: 16384B}}
      """)
    #expect(abs(run.number("db", "burst_balance_minimum") - 0.5) < 1e-4)
    #expect(abs(run.number("db", "burst_balance") - 3.0 / 5.4) < 1e-4)
  }

  // MARK: Writes

  @Test func `a commit waits for its log, and with a standby for the other zone`() throws {
    let page = "page: [{write: {database: db}}]"
    let single = try Self.run([("1s", "page")], page, "storage: {write: 1ms}")
    #expect(single.response() == ms(1))
    let double = try Self.run(
      [("1s", "page")], page, "storage: {write: 1ms}, multi-az: true, standby: 2ms")
    #expect(double.response() == ms(3))
  }

  @Test func `a write changes the row and every index, and pages follow the log`() throws {
    let run = try Self.run(
      [("1s", "page")], "page: [{write: {database: db, rows: 2}}]",
      """
      row-cpu: 1ms, storage: {write: 0s}, \
      tables: {orders: {rows: 1000, indexes: {by-user: {}, by-date: {}}}}
      """)
    // Two rows are found, and changed in the table and two indexes: 2 + 2 * 3 times 1 ms.
    #expect(run.response() / 1_000_000 == 8)
    // The log and six pages.
    #expect(run.number("db", "write_iops") * run.record.loadDuration.inSeconds == 7)
  }

  @Test func `writes of one row wait for one another, writes of others do not`() throws {
    let page = "page: [{write: {database: db, key: user}}]"
    let settings = "query-cpu: 10ms, storage: {write: 1ms}"
    let arrivals = [("1s", "page"), ("1s", "page")]
    let hot = try Self.run(arrivals, page, settings, users: [7, 7])
    // The first computes 10 ms and commits in 1; then the second does.
    #expect(hot.endpoint().succeeded.maximum == 22_000_000)
    #expect(hot.number("db", "lock_waits") == 1)
    let cold = try Self.run(arrivals, page, settings, users: [7, 8])
    #expect(cold.number("db", "lock_waits") == 0)
    #expect(cold.endpoint().succeeded.maximum ?? .max < 12_000_000)
  }

  // MARK: Query cache

  static let cached = """
    row-cpu: 100us, query-cache: {hit: 1ms, &more}, storage: {write: 0s}, \
    tables: {orders: {rows: 1000}, users: {rows: 10}}
    """

  @Test func `a repeated query is answered from the cache until its table is written to`() throws {
    let read = "[{query: {database: db, from: orders, key: shared, namespace: all}}]"
    let run = try Run(
      arrivals: [
        ("1s", "page"), ("2s", "page"), ("3s", "other"), ("4s", "page"), ("5s", "change"),
        ("6s", "page"),
      ],
      """
      web: {kind: service, endpoints: {page: \(read), \
      other: [{write: {database: db, into: users}}], \
      change: [{write: {database: db, into: orders}}]}}
      db: {kind: rds-database, \(Self.merged(Self.cached.replacing("&more", with: "")))}
      """)
    // 1,000 rows compute 100 ms, a hit 1 ms: at 2 s and at 4 s, not at 1 s nor after the change.
    #expect(run.number("db", "hits") == 2)
    #expect(run.number("db", "misses") == 2)
    #expect(run.endpoint("page").succeeded.sum == 202_000_000)
  }

  @Test func `a result is kept for its time to live, whatever is written`() throws {
    let more = "invalidated-by: none, ttl: 10s"
    let run = try Run(
      arrivals: [("1s", "page"), ("5s", "change"), ("11s", "page"), ("12s", "page")],
      """
      web: {kind: service, endpoints: {page: [{query: {database: db, from: orders}}], \
      change: [{write: {database: db, into: orders}}]}}
      db: {kind: rds-database, \(Self.merged(Self.cached.replacing("&more", with: more)))}
      """)
    // Kept from 1.1 s to 11.1 s: the request at 11 s finds it, that at 12 s does not.
    #expect(run.number("db", "hits") == 1)
    #expect(run.number("db", "misses") == 2)
  }

  @Test func `results of different keys are different results`() throws {
    let run = try Self.run(
      [("1s", "page"), ("2s", "page"), ("3s", "page")],
      "page: [{query: {database: db, key: user, index: primary}}]", "query-cache: {hit: 0s}",
      users: [1, 2, 1])
    #expect(run.number("db", "hits") == 1)
  }

  // MARK: Replicas

  @Test func `a replica shows a change only after its lag`() throws {
    let run = try Run(
      arrivals: [("1s", "change"), ("1.9s", "look"), ("2.1s", "look")],
      """
      web: {kind: service, endpoints: {change: [{write: {database: db, key: shared, \
      namespace: row}}], look: [{query: {database: db, key: shared, namespace: row, \
      index: primary, read-from: replica}}]}}
      db: {kind: rds-database, replicas: {count: 1, lag: 1s}, storage: {write: 0s}, \
      \(Self.merged("row-cpu: 5ms"))}
      """)
    // Committed at 1.01 s, on the replica at 2.01 s and applied in 5 ms: 1.005 s.
    #expect(run.number("db", "stale_reads") == 1)
    #expect(run.durations("db", "replica_lag").count == 1)
    #expect(abs(Self.mean(run.durations("db", "replica_lag")) - 1_005_000_000) < 1e6)
  }

  @Test func `a replica applies one change at a time, so its lag grows under writes`() throws {
    // A row and nine indexes: 10 ms to apply, and 11 ms to write, on two processors. 150 writes a
    // second are 82% of the primary's and 150% of what one thread of the replica applies.
    let indexes = (1...9).map { "i\($0): {}" }.joined(separator: ", ")
    let run = try Run(
      "rate: 150/s\nprocess: constant\nduration: 10s\nobserve: 10s",
      """
      web: {kind: service, endpoints: {change: [{write: {database: db, key: request}}]}}
      db: {kind: rds-database, replicas: {count: 1, lag: 0s}, \
      \(Self.merged("row-cpu: 1ms, tables: {orders: {rows: 1000, indexes: {\(indexes)}}}"))}
      """)
    // After 10 s there are 500 left to apply, which takes 5 s.
    let longest = Double(run.durations("db", "replica_lag").maximum ?? 0) / 1e9
    #expect(abs(longest - 5) < 0.1, "\(longest) s")
  }

  @Test func `replicas answer in turn, and the primary computes nothing for them`() throws {
    let run = try Self.run(
      [("1s", "page"), ("1s", "page"), ("1s", "page"), ("1s", "page")],
      "page: [{query: {database: db, index: primary, read-from: replica}}]",
      "replicas: {count: 2}, query-cpu: 10ms")
    // Two on each of two replicas of two processors: nobody waits.
    #expect(run.endpoint().succeeded.maximum == 10_000_000)
    #expect(run.number("db", "cpu") == 0)
    #expect(run.number("db", "replica_cpu") > 0)
  }

  // MARK: Proxy

  @Test func `with a proxy calls wait for a connection where they would be refused`() throws {
    let run = try Self.run(
      [("1s", "page"), ("1s", "page"), ("1s", "page")],
      "page: [{query: {database: db, index: primary}}]",
      """
      query-cpu: 10ms, max-connections: 2, connect: 0s, connect-cpu: 0s, proxy: {}
      """)
    #expect(run.failures.isEmpty)
    #expect(run.endpoint().succeeded.maximum == 20_000_000)
    #expect(run.number("db", "database_connections_maximum") == 2)
  }

  @Test func `a call that waits for a connection longer than the borrow timeout fails`() throws {
    let run = try Self.run(
      [("1s", "page"), ("1s", "page"), ("1s", "page")],
      "page: [{query: {database: db, index: primary}}]",
      """
      query-cpu: 1s, max-connections: 4, connect: 0s, connect-cpu: 0s, \
      proxy: {connections: 50%, borrow-timeout: 100ms}
      """)
    #expect(run.failures == ["pool_timeout: 1"])
    #expect(run.endpoint().failed.maximum == 100_000_000)
    #expect(run.number("db", "borrow_timeouts") == 1)
  }

  @Test func `the proxy keeps half of its connections open when they are idle`() throws {
    let run = try Self.run(
      (0..<4).map { _ in ("1s", "page") } + (0..<4).map { _ in ("2s", "page") },
      "page: [{query: {database: db, index: primary}}]",
      "query-cpu: 10ms, max-connections: 4, proxy: {}")
    // Four are opened, two kept, and two opened again.
    #expect(run.number("db", "connections_opened") == 6)
  }

  // MARK: The bill

  struct Bill: Sendable, CustomTestStringConvertible {
    let settings: String
    let amount: Double
    var testDescription: String { settings }
  }

  static let bills = [
    // 730 h at $0.171, 100 GB at $0.115.
    Bill(settings: "storage: {type: gp2, size: 100GiB}", amount: 124.83 + 11.5),
    Bill(settings: "storage: {type: gp2, size: 100GiB}, multi-az: true", amount: 2 * 136.33),
    // 100 GB at $0.125, 1,000 operations a second at $0.10.
    Bill(
      settings: "storage: {type: io1, size: 100GiB, iops: 1000}", amount: 124.83 + 12.5 + 100),
    // Two replicas of db.t3.small: 730 h at $0.034, each with its volume.
    Bill(
      settings: """
        class: db.m5.large, storage: {type: gp2, size: 100GiB}, \
        replicas: {count: 2, class: db.t3.small}
        """,
      amount: 124.83 + 2 * 24.82 + 3 * 11.5),
  ]

  @Test(arguments: bills)
  func `the bill is hours, storage and operations, twice with a standby`(bill: Bill) throws {
    let run = try Self.run(
      [("1s", "page")], "page: [{query: {database: db, index: primary}}]", bill.settings)
    let amount = run.record.cost.filter { $0.component == "db" }.reduce(0) { $0 + $1.amount }
    #expect(abs(amount - bill.amount) < 1e-6, "\(amount)")
  }

  // MARK: Problems

  struct Mistake: Sendable, CustomTestStringConvertible {
    let step: String
    let settings: String
    let message: String
    var testDescription: String { message }
  }

  static let mistakes = [
    Mistake(
      step: "query: {database: db, index: by-usr}",
      settings: "tables: {orders: {rows: 1, indexes: {by-user: {}}}}",
      message: "there is no index 'by-usr' of 'orders' in 'db'"),
    Mistake(
      step: "query: {database: db, from: order}", settings: "",
      message: "there is no table 'order' in 'db'"),
    Mistake(
      step: "query: {database: db}", settings: "tables: {a: {rows: 1}, b: {rows: 1}}",
      message: "there are several tables and none is named in 'db'"),
    Mistake(
      step: "query: {database: db, read-from: replica}", settings: "",
      message: "there are no replicas in 'db'"),
    Mistake(
      step: "query: {database: db}", settings: "class: db.m5.lrge",
      message: "there is no database class 'db.m5.lrge' in the catalogue"),
    Mistake(
      step: "query: {database: db}", settings: "storage: {type: io1}", message: "io1 lacks 'iops'"),
    Mistake(
      step: "query: {database: db}", settings: "storage: {type: gp2, iops: 3000}",
      message: "'iops' is for io1, not for gp2"),
    Mistake(
      step: "query: {database: db}", settings: "engine: postgres, query-cache: {ttl: 1s}",
      message: "postgres has no query cache"),
    Mistake(
      step: "query: {database: db}",
      settings: "tables: {orders: {rows: 1, indexes: {primary: {}}}}",
      message: "the index 'primary' is there without being declared"),
  ]

  @Test(arguments: mistakes)
  func `a mistake is told once, in words`(mistake: Mistake) {
    let text = Run.text(
      "rate: 1/s\nrequests: 1",
      """
      web: {kind: service, endpoints: {page: [{\(mistake.step)}]}}
      db: {kind: rds-database, \(Self.merged(mistake.settings))}
      """, seed: 1)
    let found = problems(text)
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.hasSuffix(": \(mistake.message)") == true, "\(found)")
  }
}
