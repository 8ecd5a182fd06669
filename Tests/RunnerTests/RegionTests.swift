import Components
import Experiments
import Kernel
import Testing

/// Users in Regions, and the network between them and the entry.
struct RegionTests {
  /// A page that takes 10 ms in Virginia.
  private static let page =
    "web: {kind: service, endpoints: {page: [{wait: {time: 10ms}}]}}"

  private static func sydney(_ network: String = "") -> String {
    "regions: {ap-southeast-2: 1}\nnetwork: {access: 0s\(network)}"
  }

  // MARK: Round trips

  @Test func `the time between two Regions is the same in both directions`() {
    let catalogue = CatalogueReader.builtIn
    for trip in catalogue.roundTrips {
      #expect(catalogue.roundTrip(trip.to, trip.from)?.time == trip.time)
    }
    #expect(catalogue.roundTrip("ap-southeast-2", "us-east-1")?.time == ms(207))
    #expect(catalogue.roundTrips.count == 21)
  }

  @Test func `within a Region a round trip takes 0.82 ms`() throws {
    let run = try Run(
      users: [("1s", "page", 1)],
      workload: "regions: {us-east-1: 1}\nnetwork: {access: 0s, tls: none}", Self.page)
    // TCP takes one round trip, the request another.
    #expect(run.response() == 2 * 820_000 + ms(10))
  }

  /// The network's settings and the round trips before the first byte of a request.
  static let setUps: [(settings: String, roundTrips: Int64)] = [
    (", protocol: http/2, tls: none", 1), (", protocol: http/1.1, tls: 1.3", 2),
    (", protocol: http/2, tls: 1.3", 2), (", protocol: http/2, tls: 1.2", 3),
    (", protocol: http/3", 1),
  ]

  @Test(arguments: setUps)
  func `TCP takes a round trip, TLS 1.3 one more, TLS 1.2 two, QUIC one in all`(
    settings: String, roundTrips: Int64
  ) throws {
    let run = try Run(
      users: [("1s", "page", 1), ("3s", "page", 1)], workload: Self.sydney(settings), Self.page)
    #expect(run.endpoint().succeeded.maximum == (roundTrips + 1) * ms(207) + ms(10))
    // The second request is on the same connection.
    #expect(run.endpoint().succeeded.minimum == ms(207) + ms(10))
    #expect(run.number("user-network", "new_connections") == 1)
  }

  @Test func `the way to the next data centre is the same for all requests of a user`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("3s", "page", 1), ("5s", "page", 1)],
      workload: "regions: {us-east-1: 1}\nnetwork: {access: exponential 50ms, tls: none}",
      Self.page)
    // The second and the third take a round trip each, the first two.
    let all = run.endpoint().succeeded
    let trip = (all.minimum ?? 0) - ms(10)
    #expect(trip > 820_000)
    #expect(all.sum == Int128(4 * trip + 3 * ms(10)))
  }

  // MARK: Connections

  /// How long a connection is idle, and how many there are in the end.
  static let idleTimes: [(idle: Nanoseconds, opened: Double)] = [
    (ms(60_000), 1), (ms(60_000) + 1, 2),
  ]

  @Test(arguments: idleTimes)
  func `an idle connection stays open for its time`(idle: Nanoseconds, opened: Double) throws {
    // The first request ends at 1 s + 2 × 0.82 ms + 10 ms.
    let end = ms(1000) + 2 * 820_000 + ms(10)
    let run = try Run(
      users: [("1s", "page", 1), ("\(end + idle)ns", "page", 1)],
      workload: "regions: {us-east-1: 1}\nnetwork: {access: 0s, tls: none}", Self.page)
    #expect(run.number("user-network", "new_connections") == opened)
  }

  @Test func `a user of HTTP/1.1 has six connections, and a seventh request waits`() throws {
    let run = try Run(
      users: (0..<7).map { _ in ("1s", "page", 1) },
      workload: Self.sydney(", protocol: http/1.1, tls: 1.2"), Self.page)
    // Six take 3 + 1 round trips and 10 ms; the seventh waits for as long, then takes one.
    let first = 4 * ms(207) + ms(10)
    #expect(run.number("user-network", "new_connections") == 6)
    #expect(run.endpoint().succeeded.minimum == first)
    #expect(run.endpoint().succeeded.sum == Int128(7 * first + ms(207) + ms(10)))
  }

  @Test func `all requests of a user of HTTP/2 share a connection`() throws {
    let run = try Run(
      users: (0..<7).map { _ in ("1s", "page", 1) }, workload: Self.sydney(), Self.page)
    #expect(run.number("user-network", "new_connections") == 1)
    #expect(run.endpoint().succeeded.sum == Int128(7 * (3 * ms(207) + ms(10))))
  }

  @Test func `different users have connections of their own`() throws {
    let run = try Run(
      users: [("1s", "page", 1), ("3s", "page", 2)], workload: Self.sydney(), Self.page)
    #expect(run.number("user-network", "new_connections") == 2)
  }

  // MARK: Transfer

  /// The size of the answer and the nanoseconds from its first byte to the last.
  static let transfers: [(bytes: Int, time: Nanoseconds)] = [
    // The first window: 14,600 B at 6.25 MB/s.
    (14_600, 2_336_000),
    // A round trip more for the second window of 29,200 B, which takes 4.672 ms.
    (43_800, ms(207) + 4_672_000),
    // Windows of 14,600, 29,200, 58,400, 116,800, 233,600, 467,200 and 934,400 B go before; then
    // the window is 1,868,800 B, above the 1,293,750 B that the line holds: the rest goes at once.
    (10_000_000, 7 * ms(207) + 1_303_328_000),
  ]

  @Test(arguments: transfers)
  func `a server doubles what it sends with each round trip until the line is full`(
    bytes: Int, time: Nanoseconds
  ) throws {
    let run = try Run(
      users: [("1s", "page", 1)],
      workload: Self.sydney(", responses: {page: \(bytes)B}"), Self.page)
    #expect(run.response() == 3 * ms(207) + ms(10) + time)
    #expect(
      run.durations("user-network", "first_byte_ap_southeast_2").sum == Int128(3 * ms(207) + ms(10))
    )
  }

  // MARK: Who is where

  @Test func `Regions have their shares of the users, the same in all arms`() throws {
    let workload = """
      rate: 1000/s
      requests: 20000
      mix: {page: 1}
      regions: {us-east-1: 60%, eu-west-1: 30%, ap-southeast-2: 10%}
      """
    let before = try Run(workload, region: "us-east-1", Self.page)
    let after = try Run(
      workload, region: "us-east-1",
      "cdn: {kind: cloudfront, origin: web, behaviors: {page: {key: {of: 10}}}}\n" + Self.page)
    for (region, share) in [("us_east_1", 0.6), ("eu_west_1", 0.3), ("ap_southeast_2", 0.1)] {
      let count = before.durations("user-network", "response_\(region)").count
      // Four standard deviations of a binomial count: below 4 × √(20,000 × 0.24) = 277.
      #expect(abs(Double(count) - 20_000 * share) < 277, "seed 1")
      #expect(after.durations("user-network", "response_\(region)").count == count)
    }
  }

  @Test func `a user stays in a Region`() throws {
    let run = try Run(
      users: (0..<50).map { ("\(10 * $0 + 1)s", "page", 5) },
      workload: "regions: {us-east-1: 1, eu-west-1: 1, ap-southeast-2: 1}", Self.page)
    let counts = ["us_east_1", "eu_west_1", "ap_southeast_2"].map {
      run.durations("user-network", "response_\($0)").count
    }
    #expect(counts.sorted() == [0, 0, 50])
  }

  @Test func `failures come back over the network, and are counted by Region`() throws {
    let run = try Run(
      users: [("1s", "page", 1)], workload: Self.sydney(", responses: {page: 1MB}"),
      "web: {kind: service, endpoints: {page: [{fail: {}}]}}")
    #expect(run.response() == 3 * ms(207))
    #expect(run.number("user-network", "failures_ap_southeast_2") == 1)
    #expect(run.number("user-network", "bytes_received") == 0)
  }

  @Test func `without Regions there is no network`() throws {
    let run = try Run(users: [("1s", "page", 1)], Self.page)
    #expect(run.response() == ms(10))
    #expect(!run.record.components.contains { $0.name == "user-network" })
  }

  // MARK: Problems

  private static func told(_ workload: String, region: String?) -> [String] {
    problems(
      Run.placedText("rate: 1/s\nduration: 1s\n\(workload)", region: region, Self.page))
  }

  @Test func `a pair of Regions without a known time is told`() {
    let told = Self.told("regions: {ap-south-1: 1}", region: "ap-southeast-2")
    #expect(
      told == ["7: the catalogue knows no round-trip time between ap-south-1 and ap-southeast-2"])
  }

  @Test func `users in Regions need an arm in a Region`() {
    #expect(
      Self.told("regions: {us-east-1: 1}", region: nil)
        == ["9: arm 'only' is in no Region, but the users are"])
  }

  @Test func `what is wrong with Regions and network is told`() {
    #expect(
      Self.told("regions: {us-east: 1}", region: "us-east-1")
        .contains("7: there is no Region 'us-east' in the catalogue"))
    #expect(
      Self.told("regions: {us-east-1: many}", region: "us-east-1")
        .contains("7: the weight of 'us-east-1' is not a number from 0 up"))
    #expect(
      Self.told("regions: {us-east-1: 0}", region: "us-east-1")
        .contains("7: all weights of the Regions are 0"))
    #expect(
      Self.told("network: {tls: 1.2}", region: nil)
        .contains("7: a network needs to know where the users are"))
    #expect(
      Self.told("regions: {us-east-1: 1}", region: "virginia")
        .contains("10: there is no Region 'virginia' in the catalogue"))
    #expect(
      Self.told(
        "mix: {page: 1}\nregions: {us-east-1: 1}\nnetwork: {responses: {pages: 1KB}}",
        region: "us-east-1"
      ).contains("9: 'pages' is not in the mix"))
    #expect(
      Self.told("regions: {us-east-1: 1}\nnetwork: {responses: {page: 31GB}}", region: "us-east-1")
        .contains("8: 'page': 31GB is too large"))
  }

  @Test func `a way that takes years is no reason to crash`() throws {
    let run = try Run(
      users: [("1s", "page", 1)],
      workload: "regions: {us-east-1: 1}\nnetwork: {access: 36500d, tls: 1.2, bandwidth: 1B, "
        + "responses: {page: 30GB}}", Self.page)
    #expect(run.record.unfinished == 1)
  }
}
