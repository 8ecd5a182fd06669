import Kernel
import Testing

struct TokenBucketTests {
  /// Sends evenly spaced one-token requests; gives the times of the refused ones.
  static func refusals(
    of bucket: TokenBucket, ratePerSecond: Int64, seconds: Int64, allowDebt: Bool
  ) -> [Nanoseconds] {
    var bucket = bucket
    var refused: [Nanoseconds] = []
    for index in 0..<(ratePerSecond * seconds) {
      let now = index * 1_000_000_000 / ratePerSecond
      if !bucket.take(1, at: now, allowDebt: allowDebt) { refused.append(now) }
    }
    return refused
  }

  @Test func `a burst bucket of 30,000 lasts 600 seconds at half again the rate`() throws {
    let bucket = TokenBucket(ratePerSecond: 100, capacity: 30_000, level: 30_000, at: 0)
    let refused = Self.refusals(of: bucket, ratePerSecond: 150, seconds: 1200, allowDebt: true)
    let first = try #require(refused.first)
    #expect(abs(first - .seconds(600)) <= .seconds(0.01))
    #expect(abs(refused.count - 30_000) <= 1)
  }

  @Test func `without debt the first refusal comes when less than a token is left`() throws {
    let bucket = TokenBucket(ratePerSecond: 100, capacity: 30_000, level: 30_000, at: 0)
    let refused = Self.refusals(of: bucket, ratePerSecond: 150, seconds: 1200, allowDebt: false)
    let first = try #require(refused.first)
    // After n requests 30,000 - n / 3 tokens are left: less than one from request 89,998 on.
    #expect(first == 89_998 * 1_000_000_000 / 150)
    #expect(abs(refused.count - 30_000) <= 1)
  }

  @Test func `looking at the bucket often changes nothing`() {
    var watched = TokenBucket(ratePerSecond: 0.333333, capacity: 10, level: 0, at: 0)
    let left = watched
    for now in stride(from: 1, through: 20_000_000_000, by: 7_654_321) {
      watched.advance(to: Nanoseconds(now))
    }
    #expect(watched.level(at: 20_000_000_000) == left.level(at: 20_000_000_000))
    #expect(left.level(at: 20_000_000_000) == 6.66666)
    #expect(left.level(at: .longest) == 10)
  }

  @Test func `a request in debt takes the balance below zero and the next waits for it`() {
    var bucket = TokenBucket(ratePerSecond: 10, capacity: 100, level: 1, at: 0)
    let admitted = bucket.take(21, at: 0, allowDebt: true)
    #expect(admitted)
    #expect(bucket.level(at: 0) == -20)
    let admittedAtZero = bucket.take(1, at: 2_000_000_000, allowDebt: true)
    #expect(!admittedAtZero)
    let admittedAbove = bucket.take(1, at: 2_000_000_001, allowDebt: true)
    #expect(admittedAbove)
  }

  @Test func `a refused request takes nothing`() {
    var bucket = TokenBucket(ratePerSecond: 0, capacity: 5, level: 2.5, at: 0)
    let admitted = bucket.take(3, at: 10, allowDebt: false)
    #expect(!admitted)
    #expect(bucket.level(at: 10) == 2.5)
    let admittedExactly = bucket.take(2.5, at: 10, allowDebt: false)
    #expect(admittedExactly)
    #expect(bucket.level(at: 10) == 0)
  }

  @Test(arguments: [0.000001, 0.7, 3, 1e6] as [Double])
  func `the time until a level is the first nanosecond with that level`(rate: Double) throws {
    let bucket = TokenBucket(ratePerSecond: rate, capacity: 100, level: 0.25, at: 50)
    let time = try #require(bucket.timeUntil(level: 42, at: 60))
    var (before, after) = (bucket, bucket)
    let admittedBefore = before.take(42, at: 60 + time - 1, allowDebt: false)
    let admittedAfter = after.take(42, at: 60 + time, allowDebt: false)
    #expect(!admittedBefore && admittedAfter)
    #expect(bucket.timeUntil(level: 0.25, at: 50) == 0)
    #expect(bucket.timeUntil(level: 101, at: 50) == nil)
  }

  @Test func `a changed rate holds from then on and a smaller capacity cuts the balance`() {
    var bucket = TokenBucket(ratePerSecond: 1, capacity: 100, level: 0, at: 0)
    bucket.setRate(2, capacity: 100, at: .seconds(10))
    #expect(bucket.level(at: .seconds(20)) == 30)
    bucket.setRate(0, capacity: 5, at: .seconds(20))
    #expect(bucket.level(at: .seconds(30)) == 5)
    #expect(bucket.timeUntil(level: 6, at: .seconds(30)) == nil)
  }
}
