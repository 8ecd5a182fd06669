import Kernel
import Testing

struct StationTests {
  /// A kernel with rows for calls, and a station that serves them by hand.
  struct Bench: ~Copyable {
    var kernel = Kernel()
    let station: Station

    init(_ station: Station) { self.station = station }

    mutating func open() -> CallID {
      kernel.open(0, operation: 0, caller: .none, drawKey: 0, user: 0)
    }

    mutating func arrive(_ call: CallID, priority: Int = 0) -> Station.Admission {
      station.arrive(call, priority: priority, &kernel)
    }

    mutating func serveAll() -> [CallID] {
      var served: [CallID] = []
      while station.busy > 0 {
        let next = station.depart(&kernel)
        if next != .none { served.append(next) }
      }
      return served
    }
  }

  @Test(arguments: [
    (Station.Discipline.fifo, [1, 2, 3, 4, 5, 6] as [CallID]),
    (.lifo, [6, 5, 4, 3, 2, 1]),
    (.priority, [3, 6, 1, 4, 2, 5]),
  ])
  func `calls are served in the order of the discipline`(
    discipline: Station.Discipline, order: [CallID]
  ) {
    var bench = Bench(
      Station(servers: 1, discipline: discipline, priorityClasses: 3))
    for index in 0..<7 {
      let call = bench.open()
      let admission = bench.arrive(call, priority: index % 3)
      #expect(admission == (index == 0 ? .served : .queued))
    }
    #expect(bench.station.queueLength == 6)
    #expect(bench.serveAll() == order)
    #expect(bench.station.queueLength == 0)
    #expect(bench.station.busy == 0)
  }

  @Test func `a call that finds neither a server nor room is blocked`() {
    var bench = Bench(Station(servers: 2, room: 3))
    var admissions: [Station.Admission] = []
    for _ in 0..<7 { admissions.append(bench.arrive(bench.open())) }
    #expect(
      admissions == [.served, .served, .queued, .queued, .queued, .blocked, .blocked])
    #expect(bench.station.blockedCount == 2)
    #expect(bench.station.population.level == 5)
    let next = bench.station.depart(&bench.kernel)
    #expect(next == 2)
    #expect(bench.arrive(bench.open()) == .queued)
    #expect(bench.arrive(bench.open()) == .blocked)
    #expect(bench.station.blockedCount == 3)
  }

  @Test(
    arguments: Station.Discipline.allCases, [[1], [3], [6], [1, 2], [2, 5], [1, 2, 3, 4, 5, 6]])
  func `a call that reneges is not served`(
    discipline: Station.Discipline, leaving: [CallID]
  ) {
    var bench = Bench(Station(servers: 1, discipline: discipline, priorityClasses: 2))
    for index in 0..<7 { _ = bench.arrive(bench.open(), priority: index % 2) }
    for call in leaving {
      bench.station.renege(call, priority: Int(call) % 2, &bench.kernel)
    }
    #expect(bench.station.queueLength == 6 - leaving.count)
    #expect(bench.station.renegedCount == leaving.count)
    let order: [CallID] =
      switch discipline {
      case .fifo: [1, 2, 3, 4, 5, 6]
      case .lifo: [6, 5, 4, 3, 2, 1]
      case .priority: [2, 4, 6, 1, 3, 5]
      }
    #expect(bench.serveAll() == order.filter { !leaving.contains($0) })
    // Those who left are not among the waiting times.
    #expect(bench.station.waiting.count == 7 - leaving.count)
  }

  @Test func `waiting lasts from arrival to the beginning of service`() {
    var kernel = Kernel()
    let station = Station(servers: 1)
    let recorder = Recorder.install(in: &kernel)
    recorder.onArrive = { call, kernel in
      if station.arrive(call, &kernel) == .served {
        kernel.schedule(after: 100, recorder.id, 1, call)
      }
    }
    recorder.onFire = { call, kind, kernel in
      if kind == 0 {
        kernel.start(recorder.id, operation: 0, caller: .none, drawKey: 0, user: 0)
        return
      }
      let next = station.depart(&kernel)
      kernel.reply(call, .ok)
      if next != .none { kernel.schedule(after: 100, recorder.id, 1, next) }
    }
    for time in [10, 30, 40, 300] as [Nanoseconds] {
      kernel.schedule(after: time, recorder.id, 0, 0)
    }
    kernel.run(until: 1000)
    station.population.finish(at: 1000)
    let waiting = station.waiting.snapshot()
    #expect(waiting.count == 4)
    #expect(waiting.sum == 80 + 170 + 10)
    #expect(waiting.quantile(1) == 170)
    #expect(station.population.area == 100 + 180 + 270 + 110)
    #expect(station.population.maximum == 3)
  }
}
