import Components
import Kernel
import Testing

/// Hit rates beside theory and beside a simulation that has nothing in common with ours.
struct HitRateTests {
  private static func run(rate: Int, ttl: String, points: Int, requests: Int) throws -> Run {
    try Run(
      "rate: \(rate)/s\nrequests: \(requests)\nmix: {page: 1}",
      """
      cdn: {kind: cloudfront, origin: web, edge-time: 0s, regional-time: 0s, \
      points-of-presence: \(points), behaviors: {page: {key: shared, max-age: \(ttl)}}}
      web: {kind: service, endpoints: {page: [{wait: {time: 0s}}]}}
      """)
  }

  @Test(arguments: [(rate: 1, ttl: 0.5), (rate: 2, ttl: 1), (rate: 4, ttl: 2.5)])
  func `a point of presence hits λT in 1 + λT requests`(rate: Int, ttl: Double) throws {
    // A miss begins a time T in which λT requests come on average, all of them hits.
    let run = try Self.run(rate: rate, ttl: "\(ttl)s", points: 1, requests: 40_000)
    let product = Double(rate) * ttl
    // The standard error is below 0.0025.
    #expect(abs(run.number("cdn", "hit_rate") - product / (1 + product)) < 0.01, "seed 1")
  }

  @Test func `through two levels hit rates are those of a naive simulation`() throws {
    let (rate, ttl, points) = (2.0, 4.0, 5)
    let run = try Self.run(rate: 2, ttl: "4s", points: points, requests: 60_000)
    let naive = NaiveCaches.hitRates(rate: rate, ttl: ttl, points: points, requests: 400_000)
    // And by hand: an origin's answer is fresh for T. Of the 1 + λT requests of a round the first
    // misses, and the first at each of the other points: 4 (1 − e^(−λT/5)) of them.
    let perPoint = 1 - Elementary.exp(-rate * ttl / Double(points))
    let misses = 1 + Double(points - 1) * perPoint
    let byHand = 1 - misses / (1 + rate * ttl)
    #expect(abs(naive.point - byHand) < 0.005)
    #expect(abs(naive.regional - (1 - 1 / misses)) < 0.005)
    #expect(abs(run.number("cdn", "hit_rate") - naive.point) < 0.012, "seed 1")
    #expect(abs(run.number("cdn", "regional_hit_rate") - naive.regional) < 0.012, "seed 1")
  }
}

/// Points of presence before one cache, in a loop over arrivals.
private enum NaiveCaches {
  static func hitRates(
    rate: Double, ttl: Double, points: Int, requests: Int
  ) -> (point: Double, regional: Double) {
    var state: UInt64 = 88_172_645_463_325_252
    func next() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return (Double(state >> 11) + 1) / 9_007_199_254_740_993
    }
    var freshAtPoint = Array(repeating: -1.0, count: points)
    var fresh = -1.0
    var now = 0.0
    var (pointHits, regionalHits) = (0, 0)
    for _ in 0..<requests {
      now -= Elementary.log(next()) / rate
      let point = min(points - 1, Int(next() * Double(points)))
      if now < freshAtPoint[point] {
        pointHits += 1
        continue
      }
      if now < fresh { regionalHits += 1 } else { fresh = now + ttl }
      freshAtPoint[point] = fresh
    }
    let misses = requests - pointHits
    return (Double(pointHits) / Double(requests), Double(regionalHits) / Double(misses))
  }
}
