import Kernel
import Testing

struct SharedProcessorTests {
  /// A component that does the work it is asked for on a shared processor.
  final class Owner: Component {
    let processor: SharedProcessor
    let service: Service
    var completions: [CallID: Nanoseconds] = [:]
    var calls: [CallID] = []
    var sojourns: [Double] = []
    var largeSojourns: [Double] = []
    var isScripted = false

    init(id: ComponentID, processors: Int, speed: Double = 1, service: Service = .constant(0)) {
      processor = SharedProcessor(processors: processors, speed: speed, owner: id, kind: 0)
      self.service = service
      super.init(id: id)
    }

    override func arrive(_ call: CallID, _ kernel: inout Kernel) {
      let demand = service.draw(mixed(kernel.calls[call].drawKey))
      kernel.calls[call].mark = demand
      processor.add(call, demand: demand, &kernel)
    }

    override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
      while true {
        let call = processor.fire(&kernel)
        guard call != .none else { return }
        if isScripted {
          completions[call] = kernel.now
        } else {
          let sojourn = (kernel.now - kernel.calls[call].began).inSeconds
          sojourns.append(sojourn)
          if kernel.calls[call].mark == 300_000_000 { largeSojourns.append(sojourn) }
          kernel.reply(call, .ok)
        }
      }
    }
  }

  /// What is done to a processor, and when.
  enum Step {
    case add(at: Nanoseconds, demand: Nanoseconds)
    case cancel(at: Nanoseconds, job: Int)

    var time: Nanoseconds {
      switch self {
      case .add(let time, _), .cancel(let time, _): time
      }
    }
  }

  /// Plays steps in the order of time; gives when each job was done, or nil if it was cancelled.
  static func play(
    _ steps: [Step], processors: Int, speed: Double = 1
  ) -> (completions: [Nanoseconds?], owner: Owner, events: Int) {
    var kernel = Kernel()
    let owner = Owner(id: kernel.reserveComponent(), processors: processors, speed: speed)
    owner.isScripted = true
    kernel.install(owner)
    var cancelled: Set<Int> = []
    for step in steps {
      // What is done at the same instant leaves before the step.
      kernel.run(until: step.time)
      switch step {
      case .add(_, let demand):
        let call = kernel.open(owner.id, operation: 0, caller: .none, drawKey: 0, user: 0)
        owner.calls.append(call)
        owner.processor.add(call, demand: demand, &kernel)
      case .cancel(_, let job):
        let call = owner.calls[job]
        guard owner.completions[call] == nil, cancelled.insert(job).inserted else { continue }
        owner.processor.cancel(call, &kernel)
      }
    }
    kernel.run(until: .longest)
    return (owner.calls.map { owner.completions[$0] }, owner, kernel.eventCount)
  }

  /// The same by brute force: the rest of each job is recomputed at each step and completion.
  static func playNaively(
    _ steps: [Step], processors: Int, speed: Double = 1
  ) -> [Nanoseconds?] {
    var rests: [(job: Int, rest: Double)] = []
    var completions: [Nanoseconds?] = []
    var now: Nanoseconds = 0

    func rate() -> Double { speed * min(1, Double(processors) / Double(rests.count)) }

    func advance(to time: Nanoseconds) {
      let done = Double(time - now) * rate()
      for index in rests.indices { rests[index].rest -= done }
      now = time
    }

    func completeAll(upTo limit: Nanoseconds) {
      while let least = rests.map(\.rest).min() {
        let delay = max(0, least / rate()).rounded()
        guard delay <= Double(limit - now) else { return }
        advance(to: now + Nanoseconds(delay))
        let tolerance = rate() * 0.5
        for (job, rest) in rests where rest <= tolerance {
          completions[job] = now
        }
        rests.removeAll { $0.rest <= tolerance }
      }
    }

    for step in steps {
      completeAll(upTo: step.time)
      advance(to: step.time)
      switch step {
      case .add(_, let demand):
        rests.append((completions.count, Double(demand)))
        completions.append(nil)
      case .cancel(_, let job): rests.removeAll { $0.job == job }
      }
    }
    completeAll(upTo: .longest)
    return completions
  }

  // MARK: By hand

  @Test func `a limited processor gives a share of its time, to jobs in progress as well`() {
    var kernel = Kernel()
    let owner = Owner(id: kernel.reserveComponent(), processors: 2)
    owner.isScripted = true
    kernel.install(owner)
    for _ in 0..<4 {
      let call = kernel.open(owner.id, operation: 0, caller: .none, drawKey: 0, user: 0)
      owner.calls.append(call)
      owner.processor.add(call, demand: 1000, &kernel)
    }
    // Four jobs on two processors: after 1000 half of each is done. At a tenth the next 300 of each
    // take 6000, and at full speed the last 200 take 400.
    kernel.run(until: 1000)
    owner.processor.limit(to: 0.1, &kernel)
    kernel.run(until: 7000)
    #expect(owner.processor.busyTime(at: 7000) == 2 * 1000 + 2 * 600)
    owner.processor.limit(to: 1, &kernel)
    kernel.run(until: .longest)
    #expect(owner.calls.map { owner.completions[$0] } == [7400, 7400, 7400, 7400])
    #expect(owner.processor.busyTime(at: 7400) == 4000)
    // A limit without jobs holds for the next one.
    owner.processor.limit(to: 0.25, &kernel)
    let call = kernel.open(owner.id, operation: 0, caller: .none, drawKey: 0, user: 0)
    let start = kernel.now
    owner.processor.add(call, demand: 100, &kernel)
    kernel.run(until: start + 1000)
    #expect(owner.completions[call] == start + 400)
  }

  @Test func `one job alone takes its demand`() {
    let (completions, owner, _) = Self.play([.add(at: 10, demand: 100)], processors: 1)
    #expect(completions == [110])
    #expect(owner.processor.busyTime(at: 110) == 100)
    #expect(owner.processor.busyTime(at: 500) == 100)
    #expect(owner.processor.population.maximum == 1)
    #expect(owner.processor.population.level == 0)
  }

  @Test func `two jobs on one processor each run at half its speed`() {
    // From 0 to 40 one alone; then both at half speed until the first, with 60 left, is done at
    // 160; the second has 40 left then.
    let (completions, owner, _) = Self.play(
      [.add(at: 0, demand: 100), .add(at: 40, demand: 100)], processors: 1)
    #expect(completions == [160, 200])
    #expect(owner.processor.busyTime(at: 300) == 200)
  }

  @Test func `a short job overtakes a long one`() {
    let (completions, _, _) = Self.play(
      [.add(at: 0, demand: 1000), .add(at: 100, demand: 50), .add(at: 110, demand: 10)],
      processors: 1)
    // At 110 the second has 45 left. Three share until 140, then two until 210.
    #expect(completions == [1060, 210, 140])
  }

  @Test func `a cancelled job frees its share`() {
    // At 100 each of two has done 50; alone the first needs 50 more.
    let (completions, owner, _) = Self.play(
      [.add(at: 0, demand: 100), .add(at: 0, demand: 500), .cancel(at: 100, job: 1)],
      processors: 1)
    #expect(completions == [150, nil])
    #expect(owner.processor.busyTime(at: 200) == 150)
    #expect(owner.processor.population.level == 0)
  }

  @Test func `after the next to be done is cancelled the others go on`() {
    let (completions, _, _) = Self.play(
      [
        .add(at: 0, demand: 90), .add(at: 0, demand: 300), .add(at: 0, demand: 600),
        .cancel(at: 150, job: 0),
      ], processors: 1)
    // At 150 each has done 50. The second needs 250 more at half speed, the third 300 more then.
    #expect(completions == [nil, 650, 950])
  }

  @Test(arguments: [(1, 1), (1, 5), (2, 2), (2, 3), (4, 3), (4, 12), (8, 100)])
  func `equal jobs on c processors run at the lesser of 1 and c over n`(
    processors: Int, jobs: Int
  ) {
    let steps = Array(repeating: Step.add(at: 5, demand: 1200), count: jobs)
    let (completions, owner, events) = Self.play(steps, processors: processors)
    let duration = Nanoseconds(max(1200, 1200 * jobs / processors))
    #expect(completions == Array(repeating: 5 + duration, count: jobs))
    let busy = Int128(duration) * Int128(min(jobs, processors))
    #expect(owner.processor.busyTime(at: 5 + duration) == busy)
    #expect(events <= jobs + 1)
  }

  @Test func `twice the speed takes half the time`() {
    let steps = [Step.add(at: 0, demand: 100), .add(at: 0, demand: 300)]
    let (completions, owner, _) = Self.play(steps, processors: 1, speed: 2)
    #expect(completions == [100, 200])
    #expect(owner.processor.busyTime(at: 200) == 200)
    #expect(Self.play(steps, processors: 2, speed: 2).completions == [50, 150])
    #expect(Self.play(steps, processors: 1, speed: 0.5).completions == [400, 800])
  }

  @Test func `a completion between two nanoseconds is at the nearer one`() {
    let steps = [Step.add(at: 0, demand: 100), .add(at: 1, demand: 1), .add(at: 1, demand: 1)]
    #expect(Self.play(steps, processors: 1).completions == [102, 4, 4])
    #expect(Self.play([.add(at: 0, demand: 10)], processors: 1, speed: 3).completions == [3])
    #expect(Self.play([.add(at: 0, demand: 11)], processors: 1, speed: 3).completions == [4])
    #expect(Self.play([.add(at: 0, demand: 1)], processors: 1, speed: 3).completions == [0])
  }

  @Test func `no demand is done at this instant`() {
    let steps = [Step.add(at: 0, demand: 100), .add(at: 7, demand: 0), .add(at: 7, demand: 0)]
    #expect(Self.play(steps, processors: 1).completions == [100, 7, 7])
  }

  @Test func `jobs beyond the end of time do no harm`() {
    let steps = Array(repeating: Step.add(at: 0, demand: .longest), count: 5)
    let short = [Step.add(at: 10, demand: 100), .cancel(at: 100_000, job: 1)]
    #expect(
      Self.play(steps + short, processors: 1).completions.map { $0 == nil || $0 == 610 }
        .contains(false) == false)
  }

  // MARK: Against the naive one

  // At speed 1 many completions are exactly between two nanoseconds: which is nearer is chance.
  @Test(arguments: [(1, 0.9), (2, 1.1), (3, 0.7), (8, 2.3)], [1, 2, 3] as [UInt64])
  func `random arrivals and cancellations agree with brute force within two nanoseconds`(
    setting: (processors: Int, speed: Double), seed: UInt64
  ) {
    var random = TestRandom(seed: seed)
    var steps: [Step] = []
    var now: Nanoseconds = 0
    var jobs = 0
    let spacing = 1.15e6 / (Double(setting.processors) * setting.speed)
    while jobs < 1500 {
      now += random.exponential(mean: spacing)
      if jobs > 0, random.below(6) == 0 {
        steps.append(.cancel(at: now, job: max(0, jobs - 1 - random.below(8))))
      } else {
        steps.append(.add(at: now, demand: random.exponential(mean: 1e6)))
        jobs += 1
      }
    }
    let (found, owner, events) = Self.play(
      steps, processors: setting.processors, speed: setting.speed)
    let expected = Self.playNaively(steps, processors: setting.processors, speed: setting.speed)
    var apart = 0
    for (one, other) in zip(found, expected) {
      switch (one, other) {
      case (nil, nil): break
      case (let one?, let other?) where abs(one - other) <= 2: break
      default: apart += 1
      }
    }
    #expect(apart == 0, "seed \(seed)")
    #expect(found.contains(nil) && found.filter { $0 != nil }.count > 1000, "seed \(seed)")
    #expect(owner.processor.population.level == 0, "seed \(seed)")
    #expect(events < 3 * steps.count, "seed \(seed)")
  }

  // MARK: Theory

  @Test(arguments: [
    Service.constant(0.1), .exponential(mean: 0.1),
    .twoPoint(small: 0.07 / 0.9, large: 0.3, largeShare: 0.1),
  ])
  func `processor sharing depends on the mean service only`(service: Service) {
    let seed: UInt64 = 77
    var sojourn = Estimate()
    var ofLarge = Estimate()
    var population = Estimate()
    for replication in 0..<20 as Range<UInt64> {
      var kernel = Kernel()
      let sourceID = kernel.reserveComponent()
      let owner = Owner(id: kernel.reserveComponent(), processors: 1, service: service)
      let source = PoissonSource(
        id: sourceID, rate: 6, target: owner.id, count: 25_000, seed: seed &+ replication)
      kernel.install(source)
      kernel.install(owner)
      source.begin(&kernel)
      kernel.run(until: .longest)
      let processor = owner.processor
      processor.population.finish(at: kernel.now)
      sojourn.values.append(owner.sojourns.reduce(0, +) / Double(owner.sojourns.count))
      population.values.append(processor.population.timeAverage ?? .nan)
      ofLarge.values.append(
        owner.largeSojourns.reduce(0, +) / Double(max(1, owner.largeSojourns.count)))
      #expect(kernel.calls.count == 0)
      let busy = Double(processor.busyTime(at: kernel.now))
      let idle = processor.population.share(atLeast: 1).map { 1 - $0 } ?? .nan
      #expect(abs(busy / Double(kernel.now) - (1 - idle)) < 1e-9)
    }
    sojourn.expect("W", 0.25, precision: 0.0125, seed: seed)
    population.expect("L", 1.5, precision: 0.0125, seed: seed)
    if case .twoPoint = service { ofLarge.expect("T(0.3)", 0.75, precision: 0.0125, seed: seed) }
  }
}
