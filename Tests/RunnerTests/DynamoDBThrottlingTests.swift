import Components
import Kernel
import Testing

/// What a table refuses, and why.
struct DynamoDBThrottlingTests {
  /// A service with one endpoint of one step, and a table.
  private static func table(_ step: String, _ table: String) -> String {
    """
    web: {kind: service, endpoints: {page: [{\(step)}]}}
    table: {kind: dynamodb-table, \(table)}
    """
  }

  private static func units(_ run: Run, _ metric: String) -> Double {
    run.number("table", metric) * run.record.loadDuration.inSeconds
  }

  // MARK: Partitions

  @Test func `a partition reads at most 3,000 units a second, however much burst there is`() throws
  {
    // 100 units a get: 40 a second ask for 4,000, of which 30 a second are served.
    let run = try Run(
      "rate: 40/s\nprocess: constant\nduration: 10s",
      Self.table(
        "get: {table: table, key: shared, consistent: true, retries: none}",
        "item-size: 400KiB, read-capacity: 2900, burst-at-start: full"))
    #expect(run.offered == 400)
    #expect(run.number("table", "partitions") == 1)
    #expect(abs(run.succeeded - 300) <= 2)
    #expect(
      run.number("table", "table_read_key_range_throughput_exceeded") == Double(run.failed))
    #expect(run.number("table", "table_read_provisioned_throughput_exceeded") == 0)
    #expect(run.number("table", "read_throttle_events") == Double(run.failed))
  }

  @Test func `a partition writes at most 1,000 units a second`() throws {
    // 400 units a put: 4 a second ask for 1,600. Admitted while less than 1,000 are used in the
    // second, so 3 a second, less what these took beyond it: 2.5 on average.
    let run = try Run(
      "rate: 4/s\nprocess: constant\nduration: 20s",
      Self.table(
        "put: {table: table, key: shared, size: 400KiB, retries: none}",
        "read-capacity: 1, write-capacity: 1000"))
    #expect(run.offered == 80)
    #expect(abs(run.succeeded - 50) <= 1)
    #expect(
      run.number("table", "table_write_key_range_throughput_exceeded") == Double(run.failed))
  }

  @Test func `there are as many partitions as 10 GB each, or either capacity, need`() throws {
    let cases: [(String, Double)] = [
      ("read-capacity: 3000, write-capacity: 1000", 1),
      ("read-capacity: 3001", 2),
      ("read-capacity: 1, write-capacity: 2500", 3),
      // 25 GB.
      ("read-capacity: 1, items: 25000000, item-size: 1000B", 3),
      ("capacity-mode: on-demand", 4),
      ("read-capacity: 1, partitions: 7", 7),
    ]
    for (table, partitions) in cases {
      let run = try Run(
        arrivals: [("1s", "page")], Self.table("get: {table: table, key: shared}", table))
      #expect(run.number("table", "partitions") == partitions, "\(table)")
    }
  }

  /// Four services that write to different partitions of a table of 400 units: one at a rate, the
  /// others at 50 a second each.
  private static func four(hot: Int) throws -> Run {
    // Keys of name spaces a to d, of which a test below shows that they are in four partitions.
    let steps = (0..<4).map { number in
      "s\(number): [{put: {table: table, key: shared, namespace: \(spaces[number]), "
        + "retries: none}}]"
    }
    return try Run(
      """
      rate: \(hot + 150)/s
      process: constant
      duration: 100s
      mix: {s0: \(hot), s1: 50, s2: 50, s3: 50}
      """,
      """
      web: {kind: service, endpoints: {\(steps.joined(separator: ", "))}}
      table: {kind: dynamodb-table, read-capacity: 1, write-capacity: 400, partitions: 4, \
      burst-at-start: empty, write: 1ms}
      """)
  }

  /// Name spaces whose only key is in another quarter of the hashes each.
  private static let spaces: [String] = {
    var found: [UInt64: String] = [:]
    let place = RandomKey("table", "place").bits
    for number in 0..<1000 {
      let key = RandomKey("key", "n\(number)").bits
      let quarter = mixed(key &+ place) / (UInt64.max / 4)
      if found[quarter] == nil, quarter < 4 { found[quarter] = "n\(number)" }
    }
    return (0..<4).compactMap { found[$0] }
  }()

  @Test func `adaptive capacity lets one of four partitions take 150 of 400 units`() throws {
    // DDB/bp-partition-key-design: a quarter would be 100 a second; the others leave 50 each.
    let run = try Self.four(hot: 150)
    #expect(Self.spaces.count == 4)
    #expect(run.offered == 30_000)
    #expect(run.number("table", "throttled") < 30, "seed 1")
  }

  @Test func `a hot partition takes what the others leave, and takes nothing from them`() throws {
    // 1,000 a second ask, 400 − 3 × 50 = 250 are left.
    let run = try Self.four(hot: 1000)
    let hot = Double(run.endpoint("s0").succeeded.count) / 100
    #expect(abs(hot - 250) < 10, "seed 1")
    for name in ["s1", "s2", "s3"] {
      let endpoint = run.endpoint(name)
      // Poisson noise of the mix apart, each has its 50 a second.
      #expect(endpoint.failed.count <= endpoint.offered / 100, "\(name), seed 1")
    }
  }

  @Test func `hot items are isolated, and each then has a partition's 1,000 writes`() throws {
    // Two items at 700 units a second each in one of two partitions: 1,000 together at first.
    let place = RandomKey("table", "place").bits
    let low = (0..<100).map { "n\($0)" }.filter {
      mixed(RandomKey("key", $0).bits &+ place) < UInt64.max / 2
    }
    let steps = (0..<2).map {
      "s\($0): [{put: {table: table, key: shared, namespace: \(low[$0]), size: 35KiB, "
        + "retries: none}}]"
    }
    func run(_ extra: String) throws -> Run {
      try Run(
        "rate: 40/s\nprocess: constant\nduration: 40min\nmix: {s0: 1, s1: 1}",
        """
        web: {kind: service, endpoints: {\(steps.joined(separator: ", "))}}
        table: {kind: dynamodb-table, read-capacity: 1, write-capacity: 2000, partitions: 2\(extra)}
        """)
    }
    let isolated = try run("")
    #expect(isolated.number("table", "partition_splits") >= 1)
    let late = isolated.series("table.throttled").filter { $0.time > 1800 }
    #expect(late.map(\.value).reduce(0, +) / Double(late.count) < 0.05, "seed 1")
    let never = try run(", isolates-hot-items: false")
    #expect(never.number("table", "partition_splits") == 0)
    // 1,400 are asked for and 1,000 served: 400 / 35 = 11.43 puts a second are refused.
    let refused = never.series("table.throttled").map(\.value)
    let perSecond = refused.reduce(0, +) / Double(refused.count)
    #expect(abs(perSecond - 11.43) < 0.5, "seed 1")
  }

  // MARK: On-demand

  /// Puts of 400 units, as many a second as give a rate of units, with a key of their own each.
  ///
  /// There are so many partitions that none is a limit.
  private static func onDemand(_ unitsPerSecond: Int, _ duration: String, _ extra: String = "")
    throws -> Run
  {
    try Run(
      "rate: \(unitsPerSecond / 400)/s\nprocess: constant\nduration: \(duration)",
      table(
        "put: {table: table, key: request, size: 400KiB, retries: none}",
        "capacity-mode: on-demand, partitions: 2000\(extra)"))
  }

  @Test func `a new on-demand table writes 4,000 units a second`() throws {
    let within = try Self.onDemand(4000, "60s")
    #expect(within.failed == 0)
    let beyond = try Self.onDemand(6000, "60s")
    #expect(abs(Self.units(beyond, "consumed_write_units") / 60 - 4000) < 50)
  }

  @Test func `a new on-demand table reads 12,000 units a second`() throws {
    let run = try Run(
      "rate: 150/s\nprocess: constant\nduration: 60s",
      Self.table(
        "get: {table: table, key: request, consistent: true, retries: none}",
        "capacity-mode: on-demand, partitions: 40, item-size: 400KiB"))
    // 15,000 are asked for.
    #expect(abs(Self.units(run, "consumed_read_units") / 60 - 12_000) < 100)
  }

  @Test func `an on-demand table serves twice its peak of 30 minutes ago`() throws {
    // 6,000 are asked for: 4,000 served. From 31 minutes on, twice 4,000 would be, so all is.
    let run = try Self.onDemand(6000, "40min")
    let served = run.series("table.consumed_write_units")
    let early = served.filter { $0.time > 60 && $0.time < 1800 }.map(\.value)
    let late = served.filter { $0.time > 1900 }.map(\.value)
    #expect(abs(early.reduce(0, +) / Double(early.count) - 4000) < 20)
    #expect(abs(late.reduce(0, +) / Double(late.count) - 6000) < 20)
    let change = served.first { $0.time > 60 && $0.value > 5000 }
    // The first minute's average counts once 30 minutes have passed since its end.
    let time = try #require(change).time
    #expect(time >= 1860 && time <= 1870)
  }

  @Test func `an on-demand table is limited to 40,000 units by the account`() throws {
    let run = try Self.onDemand(48_000, "30s", ", on-demand: {previous-write-peak: 30000}")
    #expect(abs(Self.units(run, "consumed_write_units") / 30 - 40_000) < 450)
    #expect(run.number("table", "table_write_account_limit_exceeded") == Double(run.failed))
  }

  @Test func `an on-demand table is limited to its maximum throughput`() throws {
    let run = try Self.onDemand(2000, "30s", ", on-demand: {maximum-write: 800}")
    #expect(abs(Self.units(run, "consumed_write_units") / 30 - 800) < 30)
    #expect(
      run.number("table", "table_write_max_on_demand_throughput_exceeded") == Double(run.failed))
  }

  @Test func `on-demand requests cost by the unit`() throws {
    let run = try Self.onDemand(4000, "60s")
    let item = try #require(run.record.cost.first { $0.what == "write requests" })
    // 4,000 units a second for the 730 hours of a month, at $0.625 a million.
    #expect(abs(item.amount - 4000 * 3600 * 730 * 0.625e-6) < 1)
  }

  @Test func `a provisioned table has no on-demand section`() throws {
    let text = Run.text(
      "rate: 1/s\nduration: 1s",
      Self.table(
        "get: {table: table, key: user}", "read-capacity: 1, on-demand: {maximum-write: 800}"),
      seed: 1)
    #expect(problems(text).contains { $0.hasSuffix("the table's capacity is provisioned") })
  }

  // MARK: Indexes

  @Test func `back-pressure of an index is told as the index's`() throws {
    let run = try Run(
      "rate: 10/s\nprocess: constant\nduration: 100s",
      Self.table(
        "put: {table: table, key: user, retries: none}",
        "read-capacity: 1, write-capacity: 1000, "
          + "indexes: {slow: {read-capacity: 1, write-capacity: 2}}, burst: 10s"))
    #expect(
      run.number("table", "index_write_provisioned_throughput_exceeded") == Double(run.failed))
    #expect(run.number("table", "table_write_provisioned_throughput_exceeded") == 0)
    // What was refused took nothing from the table.
    #expect(abs(Self.units(run, "consumed_write_units") - 2 * Double(run.succeeded)) < 1e-6)
  }

  @Test func `an index whose key has one value writes 1,000 units a second`() throws {
    // 16 puts a second of 100 units in the index: 1,600 are asked for.
    func refused(_ keys: String) throws -> Double {
      let run = try Run(
        "rate: 16/s\nprocess: constant\nduration: 20s",
        Self.table(
          "put: {table: table, key: request, size: 1KiB, retries: none}",
          "read-capacity: 1, write-capacity: 100, isolates-hot-items: false, "
            + "indexes: {status: {read-capacity: 1, write-capacity: 8000, "
            + "item-size: 100KiB\(keys)}}"))
      return run.number("table", "index_write_key_range_throughput_exceeded")
    }
    // 6 of 16 a second.
    #expect(abs(try refused(", keys: 1") - 120) <= 2)
    #expect(try refused("") == 0)
  }

  // MARK: Batches and transactions

  @Test func `a batch of which nothing is processed is throttled`() throws {
    let run = try Run(
      arrivals: [("1s", "drain"), ("2s", "page")],
      """
      web: {kind: service, endpoints: {\
      drain: [{scan: {table: table, consistent: true, retries: none}}], \
      page: [{batch-get: {table: table, key: user, items: 3, retries: none}}]}}
      table: {kind: dynamodb-table, items: 1024, item-size: 1KiB, read-capacity: 1, burst: 1s, \
      throttle: 1ms}
      """)
    #expect(run.endpoint("page").failures.map(\.cause) == ["throttled"])
    #expect(run.response("page") == ms(1))
    #expect(run.number("table", "unprocessed_items") == 0)
  }

  @Test func `what a batch leaves unprocessed is asked for again after the caller's delay`() throws
  {
    // One unit is there at first and one a second flows in. Each item is one unit. At 1 s the first
    // is read; 2 are left. At 1 s + 1 ms + 2 s another, and the third with it, on what flowed in.
    let run = try Run(
      arrivals: [("1s", "page")],
      Self.table(
        "batch-get: {table: table, key: user, items: 3, consistent: true, retries: none, "
          + "unprocessed: {attempts: 5, backoff: 2s, factor: 1, jitter: none}}",
        "item-size: 4KiB, read-capacity: 1, burst: 1s, read: 1ms"))
    #expect(run.succeeded == 1)
    #expect(run.response() == ms(1 + 2000 + 1 + 2000 + 1))
    #expect(run.number("table", "unprocessed_items") == 2 + 1)
    #expect(run.number("table", "reads") == 3)
  }

  @Test func `a batch reads at most 16 MB, and 1 MB of a partition, in a call`() throws {
    // 100 items of 40,960 B in one partition: 26 reach 1,048,576 B (25.6), so four calls.
    let run = try Run(
      arrivals: [("1s", "page")],
      Self.table(
        "batch-get: {table: table, key: user, items: 100, time: 1ms, "
          + "unprocessed: {attempts: 5, backoff: 1ms, factor: 1, jitter: none}}",
        "item-size: 40960B, read-capacity: 2900"))
    #expect(run.succeeded == 1)
    // 26, 26, 26 and 22 of 100: 74, 48 and 22 are left.
    #expect(run.number("table", "unprocessed_items") == 74 + 48 + 22)
    #expect(run.response() == ms(4 * 1 + 3 * 1))
  }

  @Test func `a transaction writes all or nothing`() throws {
    let run = try Run(
      arrivals: [("1s", "drain"), ("2s", "page")],
      """
      web: {kind: service, endpoints: {\
      drain: [{put: {table: table, key: user, size: 20KiB, retries: none}}], \
      page: [{transact-write: {table: table, key: user, items: 3, retries: none}}]}}
      table: {kind: dynamodb-table, read-capacity: 1, write-capacity: 10, burst: 1s, throttle: 1ms}
      """)
    // 10 − 20 + 10 = 0 units at 2 s.
    #expect(run.endpoint("page").failed.count == 1)
    #expect(abs(Self.units(run, "consumed_write_units") - 20) < 1e-6)
  }

  @Test func `a transaction is at most 100 items and 4 MB`() throws {
    let text = Run.text(
      "rate: 1/s\nduration: 1s",
      Self.table(
        "transact-write: {table: table, key: user, items: 11, size: 400KiB}", "read-capacity: 1"),
      seed: 1)
    #expect(problems(text).contains { $0.contains("a transaction is at most 4 MB") })
    let many = Run.text(
      "rate: 1/s\nduration: 1s",
      Self.table("transact-get: {table: table, key: user, items: 101}", "read-capacity: 1"),
      seed: 1)
    #expect(!problems(many).isEmpty)
  }

  // MARK: Conditions and missing items

  @Test func `a failed condition consumes write units, changes no index, and does as missed`()
    throws
  {
    let run = try Run(
      arrivals: [("1s", "page")],
      Self.table(
        "put: {table: table, key: user, size: 3KiB, condition-fails: 100%, "
          + "miss: [{wait: {time: 1s}}]}",
        "read-capacity: 1, write-capacity: 100, write: 5ms, "
          + "indexes: {a: {read-capacity: 1, write-capacity: 10}}"))
    #expect(run.succeeded == 1)
    #expect(run.response() == ms(1005))
    #expect(abs(Self.units(run, "consumed_write_units") - 3) < 1e-6)
  }
}
