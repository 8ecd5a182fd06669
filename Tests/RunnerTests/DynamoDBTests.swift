import Components
import Kernel
import Testing

struct DynamoDBTests {
  /// Units that a table counted in a run.
  static func units(_ run: Run, _ metric: String) -> Double {
    run.number("table", metric) * run.record.loadDuration.inSeconds
  }

  /// What one operation costs: items of a size, the step, and its units by AWS's rules.
  struct Charge: Sendable, CustomTestStringConvertible {
    let step: String
    let table: String
    let reads: Double
    let writes: Double
    var testDescription: String { step + " of " + table }

    init(_ step: String, _ table: String, reads: Double = 0, writes: Double = 0) {
      (self.step, self.table, self.reads, self.writes) = (step, table, reads, writes)
    }
  }

  static let charges = [
    // A read unit is 4 KiB strongly consistent, or twice as much eventually; sizes round up.
    Charge("get: {table: table, key: user}", "item-size: 1KiB", reads: 0.5),
    Charge("get: {table: table, key: user, consistent: true}", "item-size: 1KiB", reads: 1),
    Charge("get: {table: table, key: user, consistent: true}", "item-size: 4KiB", reads: 1),
    Charge("get: {table: table, key: user, consistent: true}", "item-size: 4097B", reads: 2),
    Charge("get: {table: table, key: user}", "item-size: 400KiB", reads: 50),
    // Queries add up sizes before rounding: 10 KiB are 3 blocks.
    Charge("query: {table: table, items: 10}", "item-size: 1KiB", reads: 1.5),
    Charge("query: {table: table, items: 10, consistent: true}", "item-size: 1KiB", reads: 3),
    Charge("query: {table: table, items: 0}", "item-size: 1KiB", reads: 0.5),
    // 2,000 KiB are a page of 256 blocks and one of 244.
    Charge("query: {table: table, items: 2000}", "item-size: 1KiB", reads: 250),
    Charge(
      "query: {table: table, index: by-date, items: 10}",
      "item-size: 100KiB, indexes: {by-date: {read-capacity: 10, item-size: 100B}}", reads: 0.5),
    // 10,240,000 bytes are 2,500 blocks.
    Charge("scan: {table: table, consistent: true}", "items: 10000, item-size: 1KiB", reads: 2500),
    Charge("scan: {table: table}", "items: 10000, item-size: 1KiB", reads: 1250),
    Charge("scan: {table: table, filter: user}", "items: 0", reads: 0.5),
    // A write unit is 1 KiB; each index takes its own.
    Charge("put: {table: table, key: user}", "item-size: 1KiB", writes: 1),
    Charge("put: {table: table, key: user, size: 1025B}", "item-size: 1KiB", writes: 2),
    Charge(
      "put: {table: table, key: user, size: 1500B}",
      "indexes: {a: {read-capacity: 1, item-size: 3000B}, b: {read-capacity: 1, item-size: 10B}}",
      writes: 2 + 3 + 1),
    // Transactions cost twice as much as strongly consistent reads and as writes.
    Charge("get: {table: table, key: user, transactional: true}", "item-size: 5KiB", reads: 4),
    Charge("put: {table: table, key: user, transactional: true}", "item-size: 5KiB", writes: 10),
    Charge("transact-get: {table: table, key: user, items: 3}", "item-size: 5KiB", reads: 12),
    Charge("transact-write: {table: table, key: user, items: 3}", "item-size: 5KiB", writes: 30),
    // A missing item costs as much as one block.
    Charge("get: {table: table, key: user, missing: 100%}", "item-size: 400KiB", reads: 0.5),
    Charge(
      "get: {table: table, key: user, missing: 100%, consistent: true}", "item-size: 400KiB",
      reads: 1),
    // The larger of before and after.
    Charge(
      "update: {table: table, key: user, size: 1KiB, size-before: 7KiB}", "item-size: 1KiB",
      writes: 7),
    Charge(
      "update: {table: table, key: user, size: 9KiB, size-before: 7KiB}", "item-size: 1KiB",
      writes: 9),
    Charge("delete: {table: table, key: user}", "item-size: 2500B", writes: 3),
    // Batches round each item: three of 4,097 B are 3 × 2 blocks, as a query 4.
    Charge(
      "batch-get: {table: table, key: user, items: 3, consistent: true}", "item-size: 4097B",
      reads: 6),
    Charge(
      "query: {table: table, items: 3, consistent: true}", "item-size: 4097B", reads: 4),
    Charge("batch-write: {table: table, key: user, items: 25}", "item-size: 1025B", writes: 50),
    // What is projected or filtered away is charged.
    Charge(
      "query: {table: table, items: 10, projection: name, filter: name}", "item-size: 4KiB",
      reads: 5),
    // Writes to an index: 1 for an entry or a projected attribute, 2 for its key, else 0.
    Charge(
      "put: {table: table, key: user}", "indexes: {a: {read-capacity: 1, item-size: 2KiB}}",
      writes: 1 + 2),
    Charge(
      "delete: {table: table, key: user}", "indexes: {a: {read-capacity: 1, item-size: 2KiB}}",
      writes: 1 + 2),
    Charge(
      "update: {table: table, key: user}", "indexes: {a: {read-capacity: 1, item-size: 2KiB}}",
      writes: 1 + 2),
    Charge(
      "update: {table: table, key: user, index-change: key}",
      "indexes: {a: {read-capacity: 1, item-size: 2KiB}}", writes: 1 + 4),
    Charge(
      "update: {table: table, key: user, index-change: none}",
      "indexes: {a: {read-capacity: 1, item-size: 2KiB}}", writes: 1),
  ]

  @Test(arguments: charges)
  func `an operation takes the units that AWS charges`(charge: Charge) throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{\(charge.step)}]}}
      table: {kind: dynamodb-table, read-capacity: 1000, write-capacity: 1000, \(charge.table)}
      """)
    #expect(run.failures.isEmpty)
    #expect(abs(Self.units(run, "consumed_read_units") - charge.reads) < 1e-6)
    #expect(abs(Self.units(run, "consumed_write_units") - charge.writes) < 1e-6)
  }

  @Test func `a scan reads page after page`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{scan: {table: table, time: 7ms}}]}}
      table: {kind: dynamodb-table, items: 10000, item-size: 1KiB, read-capacity: 1000}
      """)
    #expect(run.number("table", "reads") == 10)
    #expect(run.number("table", "bytes_read") == 10_240_000)
    #expect(run.number("table", "scan_share") == 1)
    #expect(run.response() == ms(70))
  }

  @Test func `a table of a hundred gigabytes is read to its end`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{scan: {table: table, time: 1us}}]}}
      table: {kind: dynamodb-table, items: 262144, item-size: 400KiB, read-capacity: 40000, \
      burst: 1d}
      """)
    #expect(run.number("table", "reads") == 102_400)
    #expect(run.ended == 1)
  }

  @Test func `a page is admitted on a positive balance and takes it into debt`() throws {
    let run = try Run(
      arrivals: [("1s", "scan"), ("213s", "early"), ("214s", "late")],
      """
      web: {kind: service, endpoints: {scan: [&scan], early: [&get], late: [&get]}}
      table: {kind: dynamodb-table, items: 10000, item-size: 1KiB, read-capacity: 1, read: 0s, \
      throttle: 2ms}
      """.replacing("&scan", with: "{scan: {table: table, consistent: true, retries: none}}")
        .replacing("&get", with: "{get: {table: table, key: user, retries: none}}"))
    // 300 units: a page leaves 44, the next takes them to −212, the third is refused. 212 s later
    // the balance is 0, which is not enough.
    #expect(run.response("scan") == ms(2))
    #expect(run.endpoint("scan").failures.map(\.cause) == ["throttled"])
    #expect(run.endpoint("early").failures.map(\.cause) == ["throttled"])
    #expect(run.endpoint("late").succeeded.count == 1)
    #expect(run.number("table", "throttled") == 2)
  }

  @Test func `a table that starts without burst has what flows in`() throws {
    let run = try Run(
      "rate: 10/s\nprocess: constant\nduration: 100s",
      """
      web: {kind: service, endpoints: {page: [\
      {get: {table: table, key: user, consistent: true, retries: none}}]}}
      table: {kind: dynamodb-table, read-capacity: 5, burst-at-start: empty, read: 0s}
      """)
    // 5 units a second for 100 s, and at most the last one on credit.
    #expect(run.offered == 1000)
    #expect(abs(run.succeeded - 500) <= 1)
  }

  @Test func `an index without capacity pushes back on the table's writes`() throws {
    let run = try Run(
      "rate: 10/s\nprocess: constant\nduration: 100s",
      """
      web: {kind: service, endpoints: {page: [{put: {table: table, key: user, retries: none}}]}}
      table: {kind: dynamodb-table, read-capacity: 1, write-capacity: 1000, \
      indexes: {slow: {read-capacity: 1, write-capacity: 2}}, burst: 10s}
      """)
    // The index has 2 × 10 units and gets 2 a second.
    #expect(abs(run.succeeded - (20 + 200)) <= 1)
  }

  @Test func `at half again its rate a full bucket lasts 600 s, then a third is refused`() throws {
    let run = try Run(
      "rate: 150/s\nprocess: constant\nduration: 700s",
      """
      web: {kind: service, endpoints: {page: [\
      {get: {table: table, key: request, consistent: true, retries: none}}]}}
      table: {kind: dynamodb-table, read-capacity: 100, read: 1ms, throttle: 1ms}
      """)
    // The same in whole numbers: a bucket in nano-units that fills 100 a nanosecond, requests
    // every 6,666,667 ns, admitted while anything is left.
    let spacing: Int64 = 6_666_667
    let full: Int64 = 30_000_000_000_000
    var balance = full
    var refused: [Int64] = []
    var requests = 0
    for now in stride(from: spacing, through: 700_000_000_000, by: Int64.Stride(spacing)) {
      requests += 1
      balance = min(full, balance + 100 * spacing)
      if balance > 0 { balance -= 1_000_000_000 } else { refused.append(now) }
    }
    let first = try #require(refused.first)
    #expect(abs(first - 600_000_000_000) < 20_000_000)
    #expect(run.offered == requests)
    #expect(run.failures == ["throttled: \(refused.count)"])
    // One third from then on.
    #expect(abs(refused.count - 5000) <= 1)
    let throttled = run.series("table.throttled")
    let width = throttled[1].time - throttled[0].time
    for point in throttled {
      let expected = refused.count {
        Double($0) <= point.time * 1e9 + 0.5
          && Double($0) > (point.time - width) * 1e9 + 0.5
      }
      #expect(abs(point.value * width - Double(expected)) < 1e-6, "window at \(point.time) s")
    }
  }

  // MARK: Retries of the SDK

  /// A table in debt for minutes: a scan of one page at the start, of which it never recovers.
  private static func debt(_ steps: String, _ names: [String]) -> String {
    let endpoints = names.map { "\($0): \(steps)" }.joined(separator: ", ")
    return """
      web: {kind: service, endpoints: {drain: [{scan: {table: table, consistent: true, \
      retries: none}}], \(endpoints)}}
      table: {kind: dynamodb-table, items: 1024, item-size: 1KiB, read-capacity: 1, burst: 1s, \
      throttle: 1ms}
      """
  }

  @Test func `the legacy mode tries ten times at 50 ms, doubling, without jitter`() throws {
    let run = try Run(
      arrivals: [("1s", "drain"), ("2s", "page")],
      Self.debt("[{get: {table: table, key: user}}]", ["page"]))
    let delays: Int64 = (0..<9).map { 50 << $0 }.reduce(0, +)
    #expect(delays == 25_550)
    #expect(run.response("page") == ms(delays + 10))
    #expect(run.number("table", "throttled") == 10)
    #expect(run.failures == ["throttled: 1"])
  }

  @Test func `the standard mode tries three times, with jitter, while its budget lasts`() throws {
    let names = ["page"]
    let arrivals =
      [("1s", "drain")] + (0..<200).map { ("\(2_000 + $0 * 10)ms", names[0]) }
    let run = try Run(
      arrivals: arrivals, Self.debt("[{get: {table: table, key: user, retries: standard}}]", names))
    #expect(run.endpoint("page").failed.count == 200)
    // 500 tokens pay for 100 retries at 5.
    #expect(run.number("web", "retries") == 100)
    #expect(run.number("table", "throttled") == 300)
    // At most rand × 1 s and rand × 2 s, and a millisecond for each refusal.
    #expect((run.endpoint("page").failed.maximum ?? .max) <= 3_003_000_000)
  }

  @Test func `the delays of the standard mode are uniform up to 1 s and 2 s`() throws {
    // One budget a process: 50 services with one request each.
    var arrivals = [("1s", "drain")]
    arrivals += (0..<50).map { ("\(2_000 + $0 * 10)ms", "page") }
    let run = try Run(
      arrivals: arrivals,
      Self.debt("[{get: {table: table, key: user, retries: standard}}]", ["page"]))
    #expect(run.number("web", "retries") == 100)
    let mean = (run.endpoint("page").failed.mean ?? 0) / 1e9
    // Mean 0.5 + 1 s; variance 1 / 12 + 4 / 12.
    #expect(abs(mean - 1.503) < 4 * (5.0 / 12 / 50).squareRoot(), "seed 1")
  }

  @Test func `a table costs its capacity and what it holds`() throws {
    let run = try Run(
      arrivals: [("1s", "page")],
      """
      web: {kind: service, endpoints: {page: [{get: {table: table, key: user}}]}}
      table: {kind: dynamodb-table, items: 1000000, item-size: 1000B, read-capacity: 100, \
      write-capacity: 50, indexes: {a: {read-capacity: 10, write-capacity: 5, item-size: 200B}}}
      """)
    let bill = run.record.cost.filter { $0.component == "table" }.map(\.amount)
    let byHand = [110 * 730 * 0.00013, 55 * 730 * 0.00065, 1.2 * 0.25]
    #expect(bill.count == 3)
    for (amount, expected) in zip(bill, byHand) { #expect(abs(amount - expected) < 1e-9) }
  }
}
