import Kernel

/// Where the users and the components of an arm are.
struct Geography {
  /// Which users are where.
  let users: UserRegions
  /// The Region of the arm.
  let home: String
  private let audience: Audience

  init(_ audience: Audience, home: String, runKey: RandomKey) {
    users = UserRegions(audience.shares, runKey: runKey)
    self.home = home
    self.audience = audience
  }

  /// The time from one Region to another and back; the experiment was checked to know it.
  func roundTrip(_ one: String, _ other: String) -> Nanoseconds {
    guard let time = audience.roundTrips.between(one, other) else {
      preconditionFailure("no round-trip time between \(one) and \(other)")
    }
    return time
  }

  /// The size of an endpoint's answers as the workload says; nil if it does not.
  func responseBytes(of endpoint: String?) -> Int? {
    let responses = audience.network.responses
    if endpoint == nil, responses.count == 1 { return responses[0].bytes }
    return responses.first { $0.endpoint == endpoint }?.bytes
  }
}

/// The Region of each user: a function of the user alone, the same in all arms.
struct UserRegions {
  /// The Regions in the order of the file.
  let names: [String]
  private let thresholds: [Double]
  private let key: UInt64

  init(_ shares: [Audience.Share], runKey: RandomKey) {
    names = shares.map(\.region)
    let total = shares.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    thresholds = shares.map {
      sum += $0.weight
      return sum / max(total, .leastNonzeroMagnitude)
    }
    key = mixed(runKey.bits &+ RandomKey("user", "region").bits)
  }

  /// The index of a user's Region.
  @inline(__always)
  func index(of user: UInt32) -> Int {
    let draw = uniform(mixed(key &+ UInt64(user) &* KeyStride.number))
    var index = 0
    while index < thresholds.count - 1, draw > thresholds[index] { index += 1 }
    return index
  }
}
