import Kernel
import Testing

/// Stations with random arrivals against closed forms.
struct StationTheoryTests {
  /// A component that keeps a station and serves by the distribution that it was given.
  final class Owner: Component {
    let station: Station
    let service: Service
    let warmUp: Int
    /// Calls from this class on are of the lower priority.
    let classShare: Double
    var arrived = 0
    var blockedInWarmUp = 0
    var sojourns = 0.0
    var sojournCount = 0
    var waits = [0.0, 0.0]
    var waitCounts = [0.0, 0.0]
    var threshold: Nanoseconds = .max
    var aboveThreshold = 0

    init(
      id: ComponentID, station: Station, service: Service, warmUp: Int, classShare: Double
    ) {
      self.station = station
      self.service = service
      self.warmUp = warmUp
      self.classShare = classShare
      super.init(id: id)
    }

    override func arrive(_ call: CallID, _ kernel: inout Kernel) {
      arrived += 1
      if arrived == warmUp { endWarmUp(kernel.now) }
      let bits = mixed(kernel.calls[call].drawKey ^ 0x5851_f42d_4c95_7f2d)
      let priority = classShare < 1 && uniform(bits) > classShare ? 1 : 0
      kernel.calls[call].state = UInt8(priority)
      switch station.arrive(call, priority: priority, &kernel) {
      case .served: serve(call, &kernel)
      case .queued: break
      case .blocked: kernel.reply(call, .blocked)
      }
    }

    override func fire(_ call: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
      let sojourn = kernel.now - kernel.calls[call].began
      if arrived >= warmUp {
        sojourns += sojourn.inSeconds
        sojournCount += 1
        if sojourn > threshold { aboveThreshold += 1 }
      }
      let next = station.depart(&kernel)
      kernel.reply(call, .ok)
      if next != .none { serve(next, &kernel) }
    }

    private func serve(_ call: CallID, _ kernel: inout Kernel) {
      if arrived >= warmUp {
        let priority = Int(kernel.calls[call].state)
        waits[priority] += (kernel.now - kernel.calls[call].began).inSeconds
        waitCounts[priority] += 1
      }
      kernel.schedule(
        after: max(1, service.draw(mixed(kernel.calls[call].drawKey))), id, 0, call)
    }

    private func endWarmUp(_ now: Nanoseconds) {
      blockedInWarmUp = station.blockedCount
      station.waiting.restart()
      station.population.restart(at: now)
    }
  }

  /// What replications of a station with Poisson arrivals found.
  struct Found {
    var sojourn = Estimate()
    var wait = Estimate()
    var waitOfClass = [Estimate(), Estimate()]
    var population = Estimate()
    var queueLength = Estimate()
    var busy = Estimate()
    var blockedShare = Estimate()
    var throughput = Estimate()
    var waitShare = Estimate()
    var aboveThreshold = Estimate()
  }

  static let seed: UInt64 = 20_260_101

  static func replicate(
    _ count: Int = 20, calls: Int, rate: Double, service: Service, servers: Int,
    room: Int = .max, discipline: Station.Discipline = .fifo, classShare: Double = 1,
    threshold: Double = .infinity
  ) -> Found {
    var found = Found()
    for replication in 0..<UInt64(count) {
      var kernel = Kernel()
      let sourceID = kernel.reserveComponent()
      let ownerID = kernel.reserveComponent()
      let source = PoissonSource(
        id: sourceID, rate: rate, target: ownerID, count: calls,
        seed: seed &+ replication)
      let station = Station(
        servers: servers, room: room, discipline: discipline,
        priorityClasses: discipline == .priority ? 2 : 1)
      let owner = Owner(
        id: ownerID, station: station, service: service, warmUp: calls / 20,
        classShare: classShare)
      owner.threshold = .seconds(threshold)
      kernel.install(source)
      kernel.install(owner)
      source.begin(&kernel)
      kernel.run(until: .longest)
      station.population.finish(at: kernel.now)
      #expect(kernel.calls.count == 0)
      record(owner, into: &found)
    }
    return found
  }

  static func record(_ owner: Owner, into found: inout Found) {
    let station = owner.station
    let arrived = Double(owner.arrived - owner.warmUp + 1)
    let seconds = station.population.duration.inSeconds
    found.sojourn.values.append(owner.sojourns / Double(owner.sojournCount))
    found.aboveThreshold.values.append(
      Double(owner.aboveThreshold) / Double(owner.sojournCount))
    let waiting = station.waiting.snapshot()
    found.wait.values.append(Double(waiting.sum) / Double(waiting.count) / 1e9)
    found.waitShare.values.append(
      1 - Double(waiting.count(atOrBelow: 0)) / Double(waiting.count))
    for priority in 0...1 {
      found.waitOfClass[priority].values.append(
        owner.waits[priority] / max(1, owner.waitCounts[priority]))
    }
    found.population.values.append(station.population.timeAverage ?? .nan)
    let servers = station.servers
    found.queueLength.values.append(station.population.timeAverage(above: servers) ?? .nan)
    found.busy.values.append(station.population.timeAverage(ofMinimumWith: servers) ?? .nan)
    let blocked = Double(station.blockedCount - owner.blockedInWarmUp)
    found.blockedShare.values.append(blocked / arrived)
    found.throughput.values.append((arrived - blocked) / seconds)
  }

  @Test func `one exponential server agrees with theory`() {
    let found = Self.replicate(
      calls: 50_000, rate: 8, service: .exponential(mean: 0.1), servers: 1, threshold: 0.346574)
    found.sojourn.expect("W", 0.5, seed: Self.seed)
    found.wait.expect("Wq", 0.4, precision: 0.0125, seed: Self.seed)
    found.population.expect("L", 4, precision: 0.0125, seed: Self.seed)
    found.busy.expect("utilization", 0.8, seed: Self.seed)
    found.waitShare.expect("share that waits", 0.8, seed: Self.seed)
    found.aboveThreshold.expect("share above the median", 0.5, seed: Self.seed)
  }

  @Test func `several servers agree with Erlang C`() {
    let found = Self.replicate(
      calls: 80_000, rate: 30, service: .exponential(mean: 0.125), servers: 5,
      threshold: 0.683861)
    found.waitShare.expect("P(wait)", 0.461789, seed: Self.seed)
    found.wait.expect("Wq", 0.0461789, precision: 0.015, seed: Self.seed)
    found.sojourn.expect("W", 0.171179, seed: Self.seed)
    found.queueLength.expect("Lq", 1.38537, precision: 0.015, seed: Self.seed)
    found.aboveThreshold.expect("share above T99", 0.01, precision: 0.05, seed: Self.seed)
  }

  @Test func `finite room agrees with the birth and death process`() {
    let found = Self.replicate(
      calls: 50_000, rate: 100, service: .exponential(mean: 1 / 30.0), servers: 4, room: 6)
    found.blockedShare.expect("Pblock", 0.0449654, precision: 0.015, seed: Self.seed)
    found.throughput.expect("X", 95.5035, seed: Self.seed)
    found.population.expect("L", 4.51350, seed: Self.seed)
    found.sojourn.expect("W", 0.0472601, seed: Self.seed)
  }

  @Test func `constant service agrees with Pollaczek and Khinchine`() {
    let found = Self.replicate(
      calls: 32_000, rate: 7, service: .constant(0.1), servers: 1)
    found.wait.expect("Wq", 0.116667, seed: Self.seed)
    found.sojourn.expect("W", 0.216667, seed: Self.seed)
    found.population.expect("L", 1.51667, seed: Self.seed)
  }

  @Test func `lognormal service agrees with Pollaczek and Khinchine`() {
    let found = Self.replicate(
      calls: 80_000, rate: 30, service: .lognormal(mean: 0.02, coefficientOfVariation: 2),
      servers: 1)
    found.wait.expect("Wq", 0.075, precision: 0.02, seed: Self.seed)
    found.sojourn.expect("W", 0.095, precision: 0.02, seed: Self.seed)
    found.population.expect("L", 2.85, precision: 0.02, seed: Self.seed)
  }

  @Test(arguments: [Service.constant(0.1), .exponential(mean: 0.1)])
  func `without room to wait losses agree with Erlang B, whatever the service`(
    service: Service
  ) {
    let found = Self.replicate(calls: 26_000, rate: 100, service: service, servers: 12, room: 0)
    found.blockedShare.expect("B", 0.119739, seed: Self.seed)
    found.throughput.expect("X", 88.0261, seed: Self.seed)
    found.busy.expect("busy", 8.80261, seed: Self.seed)
  }

  @Test func `two classes of priority agree with Cobham`() {
    let found = Self.replicate(
      calls: 40_000, rate: 7, service: .exponential(mean: 0.1), servers: 1,
      discipline: .priority, classShare: 3 / 7.0)
    found.waitOfClass[0].expect("Wq1", 0.1, seed: Self.seed)
    found.waitOfClass[1].expect("Wq2", 0.333333, precision: 0.015, seed: Self.seed)
  }
}
