import Kernel
import Testing

@testable import Components

/// Auto scaling of provisioned capacity.
struct DynamoDBScalingTests {
  /// Gets of one unit at rates that change at once, on a table of 100 units that follows them.
  private static func run(
    _ stages: [(seconds: Int, rate: Int)], _ scaling: String = "max: 1000"
  ) throws -> Run {
    var lines = "start-rate: \(stages[0].rate)/s\nprocess: constant\nstages:"
    for stage in stages {
      lines += "\n  - {duration: 1ns, target: \(stage.rate)/s}"
      lines += "\n  - {duration: \(stage.seconds)s, target: \(stage.rate)/s}"
    }
    return try Run(
      lines,
      """
      web: {kind: service, endpoints: {page: [\
      {get: {table: table, key: request, consistent: true, retries: none}}]}}
      table: {kind: dynamodb-table, item-size: 4KiB, read-capacity: 100, read: 1ms, \
      read-scaling: {\(scaling)}}
      """)
  }

  private static func actions(_ run: Run) -> [String] {
    run.record.scaling.map {
      "\(Double($0.at) / 1e9) s: \($0.from) to \($0.to)"
    }
  }

  @Test func `two minutes above 70% raise the capacity to what 70% of it covers`() throws {
    // 90 a second from the start: minutes end at 60 and 120 s with 5,400 units, above 70% of
    // 100 × 60 = 4,200. The second is published 90 s later, at 210 s, and seen at 240 s.
    // ceil(90 / 0.7) = 129, in force 2 min later, at 360 s.
    let run = try Self.run([(600, 90)])
    #expect(Self.actions(run) == ["240.0 s: 100 to 129"])
    let provisioned = run.series("table.provisioned_read_units")
    let change = try #require(provisioned.first { $0.value > 100 })
    #expect(change.time >= 360 && change.time < 363)
    #expect(run.number("table", "provisioned_read_units") == 129)
  }

  @Test func `exactly the target is not above it`() throws {
    #expect(Self.actions(try Self.run([(600, 70)])).isEmpty)
  }

  @Test func `one minute above the target does not raise the capacity`() throws {
    #expect(Self.actions(try Self.run([(60, 90), (540, 60)])).isEmpty)
  }

  @Test func `fifteen minutes below lower the capacity, and not above the low threshold`() throws {
    // Low is 30 / 42 of 70% of 100, which is 50 a second. 15 minutes end at 900 s, published at
    // 990 s, seen at 1,020 s: ceil(40 / 0.7) = 58.
    let run = try Self.run([(1100, 40)])
    #expect(Self.actions(run) == ["1020.0 s: 100 to 58"])
    #expect(Self.actions(try Self.run([(1100, 51)])).isEmpty)
  }

  @Test func `the capacity stays between its bounds`() throws {
    #expect(Self.actions(try Self.run([(300, 90)], "max: 110")) == ["240.0 s: 100 to 110"])
    #expect(
      Self.actions(try Self.run([(1100, 10)], "min: 80, max: 110")) == ["1020.0 s: 100 to 80"])
  }

  @Test func `the old limit is in force until the table is updated`() throws {
    // 150 a second on 100 without burst: 50 a second are refused until 360 s, then none:
    // ceil(100 / 0.7) = 143 is not enough for 150, so 7 a second still are.
    let run = try Run(
      "rate: 150/s\nprocess: constant\nduration: 400s",
      """
      web: {kind: service, endpoints: {page: [\
      {get: {table: table, key: request, consistent: true, retries: none}}]}}
      table: {kind: dynamodb-table, item-size: 4KiB, read-capacity: 100, read: 1ms, \
      burst-at-start: empty, read-scaling: {max: 1000}}
      """)
    let throttled = run.series("table.throttled")
    func mean(_ from: Double, _ to: Double) -> Double {
      let points = throttled.filter { $0.time > from && $0.time <= to }.map(\.value)
      return points.reduce(0, +) / Double(points.count)
    }
    #expect(abs(mean(10, 358) - 50) < 0.5)
    #expect(abs(mean(364, 400) - 7) < 0.5)
  }

  @Test func `no minute without consumption lowers the capacity`() throws {
    let run = try Run(
      arrivals: [("1s", "page"), ("3600s", "page")],
      """
      web: {kind: service, endpoints: {page: [{get: {table: table, key: request}}]}}
      table: {kind: dynamodb-table, read-capacity: 100, read-scaling: {max: 1000}}
      """)
    #expect(run.record.scaling.isEmpty)
  }

  @Test func `capacity is lowered four times in an hour, then once an hour, 27 times a day`() {
    let quota = DecreaseQuota()
    // Every ten minutes of two days somebody would like to.
    var granted: [Int] = []
    for minute in stride(from: 10, to: 2 * 1440, by: 10) {
      let now = Nanoseconds.seconds(Double(minute) * 60)
      guard quota.allows(at: now) else { continue }
      quota.note(at: now)
      granted.append(minute)
    }
    let first = granted.filter { $0 < 1440 }
    // 10, 20, 30 and 40, then an hour after each: 100, 160, … 1,420.
    #expect(Array(first.prefix(6)) == [10, 20, 30, 40, 100, 160])
    #expect(first.count == 4 + 23)
    // The next day begins anew.
    #expect(granted.filter { $0 >= 1440 }.prefix(5) == [1440, 1450, 1460, 1470, 1530])
  }
}
