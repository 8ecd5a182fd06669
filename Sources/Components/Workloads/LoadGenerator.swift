import Kernel

/// Decides when requests are made; the client makes them.
///
/// A class to inherit from, so that it is entered without being retained.
class LoadGenerator {
  /// Whether it wants to know when requests end.
  var awaitsEnds: Bool { false }

  /// Schedules the first requests.
  func begin(_ client: Client, _ kernel: inout Kernel) {}

  /// An event that the generator scheduled on the client has come.
  func fire(_ payload: UInt32, _ client: Client, _ kernel: inout Kernel) {}

  /// A user's request has ended.
  func requestEnded(_ user: UInt32, _ client: Client, _ kernel: inout Kernel) {}
}

/// Who is behind open arrivals.
struct Identities {
  private let count: UInt64?
  private let key = RandomKey("identity").bits

  init(_ count: Int?) { self.count = count.map { UInt64($0) } }

  /// The user of the request of that key, the `number`-th.
  @inline(__always)
  func user(_ requestKey: UInt64, _ number: UInt64) -> UInt32 {
    guard let count else { return UInt32(truncatingIfNeeded: number) }
    let place = mixed(requestKey &+ key).multipliedFullWidth(by: count).high
    return UInt32(truncatingIfNeeded: place)
  }
}

/// Arrivals with independent times between them.
final class OpenArrivals: LoadGenerator {
  private let interarrival: Sampler
  /// How the times between arrivals are computed, beside their sampler.
  private let interarrivalTime: Sampler.Formula
  private let timeKey: UInt64
  private let requestKey: RandomKey
  private let identities: Identities
  private let count = Cell<UInt64>(0)

  init(_ interarrival: Distribution, identities: Int?, key: RandomKey) {
    self.interarrival = Sampler(interarrival)
    interarrivalTime = self.interarrival.formula
    timeKey = key.numbered(1).bits
    requestKey = key.numbered(2)
    self.identities = Identities(identities)
  }

  override func begin(_ client: Client, _ kernel: inout Kernel) { next(client, &kernel) }

  override func fire(_ payload: UInt32, _ client: Client, _ kernel: inout Kernel) {
    let number = count.value
    let key = requestKey.numbered(number).bits
    client.request(key: key, user: identities.user(key, number), &kernel)
    if client.mayRequest(number) { next(client, &kernel) }
  }

  @inline(__always)
  private func next(_ client: Client, _ kernel: inout Kernel) {
    count.value &+= 1
    let bits = mixed(timeKey &+ count.value &* KeyStride.number)
    guard interarrivalTime.isInPlace else { return nextRarely(bits, client, &kernel) }
    client.wake(after: interarrivalTime.nanosecondsInPlace(bits), 0, &kernel)
  }

  /// The next arrival where times are not exponential or constant.
  @inline(never)
  private func nextRarely(_ bits: UInt64, _ client: Client, _ kernel: inout Kernel) {
    client.wake(after: interarrivalTime.nanoseconds(bits), 0, &kernel)
  }
}

/// Arrivals at a rate that changes in straight lines.
///
/// The number of arrivals expected up to a time grows along a curve; arrivals happen where the
/// curve passes the points of a process of rate 1: exponential steps for Poisson, else even ones.
final class RampedArrivals: LoadGenerator {
  private let ramps: [Workload.Ramp]
  private let isPoisson: Bool
  private let step = Sampler(.exponential(mean: 1))
  private let timeKey: UInt64
  private let requestKey: RandomKey
  private let identities: Identities
  private var count: UInt64 = 0
  private var ramp = 0
  private var rampStart: Nanoseconds = 0
  /// Arrivals expected within the present ramp up to the last arrival.
  private var passed = 0.0

  init(_ ramps: [Workload.Ramp], isPoisson: Bool, identities: Int?, key: RandomKey) {
    self.ramps = ramps
    self.isPoisson = isPoisson
    timeKey = key.numbered(1).bits
    requestKey = key.numbered(2)
    self.identities = Identities(identities)
  }

  override func begin(_ client: Client, _ kernel: inout Kernel) { next(client, &kernel) }

  override func fire(_ payload: UInt32, _ client: Client, _ kernel: inout Kernel) {
    let key = requestKey.numbered(count).bits
    let number = count
    if client.mayRequest(number) { next(client, &kernel) }
    client.request(key: key, user: identities.user(key, number), &kernel)
  }

  private func next(_ client: Client, _ kernel: inout Kernel) {
    count &+= 1
    let bits = mixed(timeKey &+ count &* KeyStride.number)
    passed += isPoisson ? step.sample(bits) : 1
    while ramp < ramps.count {
      let expected = (ramps[ramp].from + ramps[ramp].to) / 2 * ramps[ramp].duration.inSeconds
      if passed <= expected {
        let time = max(kernel.now, rampStart + .seconds(self.time(of: passed, in: ramps[ramp])))
        return client.wake(after: time - kernel.now, 0, &kernel)
      }
      passed -= expected
      rampStart += ramps[ramp].duration
      ramp += 1
    }
  }

  /// When a ramp has brought that many arrivals: from·t + (to − from)·t² / 2d = passed.
  private func time(of passed: Double, in ramp: Workload.Ramp) -> Double {
    let slope = (ramp.to - ramp.from) / ramp.duration.inSeconds
    let root = max(0, ramp.from * ramp.from + 2 * slope * passed).squareRoot()
    return 2 * passed / (ramp.from + root)
  }
}

/// Recorded arrivals.
final class TracedArrivals: LoadGenerator {
  private let arrivals: [Trace.Arrival]
  private let endpoints: [String]
  private let requestKey: RandomKey
  private let identities: Identities
  private var next = 0

  init(_ arrivals: [Trace.Arrival], endpoints: [String], identities: Int?, key: RandomKey) {
    self.arrivals = arrivals
    self.endpoints = endpoints
    requestKey = key.numbered(2)
    self.identities = Identities(identities)
  }

  override func begin(_ client: Client, _ kernel: inout Kernel) { wake(client, &kernel) }

  override func fire(_ payload: UInt32, _ client: Client, _ kernel: inout Kernel) {
    let arrival = arrivals[next]
    next += 1
    if client.mayRequest(UInt64(next)) { wake(client, &kernel) }
    let key = requestKey.numbered(UInt64(next)).bits
    let endpoint = arrival.endpoint.flatMap { endpoints.firstIndex(of: $0) }
    client.request(
      key: key, user: arrival.user ?? identities.user(key, UInt64(next)), endpoint: endpoint,
      &kernel)
  }

  private func wake(_ client: Client, _ kernel: inout Kernel) {
    guard next < arrivals.count else { return }
    client.wake(after: arrivals[next].at - kernel.now, 0, &kernel)
  }
}
