import Kernel

/// The plain block of queueing theory: servers, a queue and a service time.
struct QueueingStation: ComponentSpecification {
  static let kind = "station"
  static let summary = "Servers with a queue before them: M/M/c and its relatives."
  static let operations = [OperationDeclaration.call]
  static let example = "queue: {kind: station, servers: 2, service: exponential 5ms}"

  let servers: Int
  let service: Distribution
  let discipline: Station.Discipline
  let room: Int?
  let patience: Distribution?
  let isShared: Bool
  let priorities: [(name: String, value: Int)]

  /// Who is served next; `processor-sharing` serves all at once.
  private enum Order: String, CaseIterable {
    case fifo
    case lifo
    case priority
    case processorSharing = "processor-sharing"
  }

  init(from parameters: inout ParameterReader) {
    servers = parameters.count(
      "servers", default: 1, in: 1...1_000_000, "How many calls are served at once.")
    service = parameters.timeDistribution(
      "service", default: nil, "How long the service of a call takes.")
    let order = parameters.choice(
      "discipline", default: Order.fifo,
      "Who is served next; with processor-sharing n calls on c servers each run at min(1, c/n).")
    isShared = order == .processorSharing
    discipline = Station.Discipline(rawValue: order.rawValue) ?? .fifo
    room = parameters.optionalCount(
      "queue", in: 0...100_000_000, "How many calls can wait; further ones are blocked.")
    patience = parameters.optionalTimeDistribution(
      "patience", "How long a call waits before it leaves unserved.")
    priorities = parameters.namedSections(
      "priorities", "The class of each endpoint, 0 first; others come last.", required: false
    ) { _, class_ in
      class_.count("class", default: nil, in: 0...63, "The class; 0 is served first.")
    }
    if isShared, room != nil || patience != nil {
      parameters.report(
        "a station with processor-sharing has no queue", at: "discipline",
        help: "leave out 'queue' and 'patience'")
    }
    if discipline == .priority, priorities.isEmpty {
      parameters.report("'priorities' are missing", at: "discipline", help: nil)
    }
  }

  func build(at site: Site) -> RunningComponent {
    isShared ? RunningSharedStation(self, at: site) : RunningStation(self, at: site)
  }
}

/// A queueing station at work.
final class RunningStation: RunningComponent {
  private enum EventKind {
    static let serviceEnd: UInt16 = 0
    static let patienceEnd: UInt16 = 1
  }

  private let specification: QueueingStation
  private let station: Station
  private let service: Sampler
  /// How service times are computed, beside their sampler.
  private let serviceTime: Sampler.Formula
  private let hasPatience: Bool
  private let serviceKey: UInt64
  private let patience: Sampler?
  private let patienceKey: UInt64
  private let lastClass: Int
  private let hasClasses: Bool
  private let sojourn = HistogramRecorder()
  private let sojourns: HistogramRecorder.Entrance
  private var classes: [Int] = []
  /// The calls whose patience has not ended yet, none where service came first.
  ///
  /// The durations are all different: each is an event rather than a deadline of the kernel.
  private var patient = Slab<CallID>()

  init(_ specification: QueueingStation, at site: Site) {
    self.specification = specification
    lastClass = (specification.priorities.map(\.value).max() ?? -1) + 1
    hasClasses = specification.discipline == .priority
    station = Station(
      servers: specification.servers, room: specification.room ?? .max,
      discipline: specification.discipline, priorityClasses: lastClass + 1)
    service = Sampler(specification.service)
    serviceTime = service.formula
    serviceKey = site.drawKey("service")
    patience = specification.patience.map { Sampler($0) }
    hasPatience = specification.patience != nil
    sojourns = sojourn.entrance
    patienceKey = site.drawKey("patience")
    super.init(at: site)
  }

  /// A station serves all endpoints alike, but their classes may differ.
  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let operation = operation as? EndpointOperation else { return nil }
    let known = specification.priorities.first { $0.name == operation.endpoint }
    classes.append(known?.value ?? lastClass)
    return UInt16(classes.count - 1)
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let priority = hasClasses ? priority(call, &kernel) : 0
    switch station.arrive(call, priority: priority, &kernel) {
    case .served: serve(call, &kernel)
    case .queued: if hasPatience { beginPatience(call, &kernel) }
    case .blocked: refuse(call, &kernel)
    }
  }

  @inline(never)
  private func refuse(_ call: CallID, _ kernel: inout Kernel) { kernel.reply(call, .blocked) }

  @inline(never)
  private func priority(_ call: CallID, _ kernel: inout Kernel) -> Int {
    classes[Int(kernel.calls[call].operation)]
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if kind == EventKind.patienceEnd { return endPatience(payload, &kernel) }
    let call = payload
    sojourns.record(kernel.now - kernel.calls[call].began)
    kernel.reply(call, .ok)
    let next = station.depart(&kernel)
    if next != .none {
      if hasPatience { patient[kernel.calls[next].slot] = .none }
      serve(next, &kernel)
    }
  }

  @inline(__always)
  private func serve(_ call: CallID, _ kernel: inout Kernel) {
    guard serviceTime.isInPlace else { return serveRarely(call, &kernel) }
    let bits = mixed(kernel.calls[call].drawKey &+ serviceKey)
    let time = serviceTime.nanosecondsInPlace(bits)
    kernel.schedule(after: time, id, EventKind.serviceEnd, call)
  }

  /// Serves where times are not exponential or constant.
  @inline(never)
  private func serveRarely(_ call: CallID, _ kernel: inout Kernel) {
    let time = serviceTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ serviceKey))
    kernel.schedule(after: time, id, EventKind.serviceEnd, call)
  }

  @inline(never)
  private func beginPatience(_ call: CallID, _ kernel: inout Kernel) {
    let time = patience?.nanoseconds(mixed(kernel.calls[call].drawKey &+ patienceKey)) ?? 0
    let row = patient.insert(call)
    kernel.calls[call].slot = row
    kernel.schedule(after: time, id, EventKind.patienceEnd, row)
  }

  @inline(never)
  private func endPatience(_ row: UInt32, _ kernel: inout Kernel) {
    let call = patient[row]
    patient.remove(row)
    guard call != .none else { return }
    let priority = specification.discipline == .priority ? priority(call, &kernel) : 0
    station.renege(call, priority: priority, &kernel)
    kernel.reply(call, .reneged)
  }

  override var gauges: [Gauge] {
    [
      .average("in_system", of: station.population),
      .rate("completions") { Double(self.sojourn.count) },
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: QueueingStation.kind)
    report.record.add(
      population: station.population, servers: specification.servers, until: context.now)
    report.record.add("waiting", station.waiting.snapshot())
    report.record.add("sojourn", sojourn.snapshot())
    report.record.add(
      "arrivals",
      Double(
        sojourn.count + station.population.level + station.blockedCount + station.renegedCount))
    report.record.add("completions", Double(sojourn.count))
    report.record.add("blocked", Double(station.blockedCount))
    report.record.add("reneged", Double(station.renegedCount))
    return report
  }
}

/// A station with processor sharing at work.
final class RunningSharedStation: RunningComponent {
  private let specification: QueueingStation
  private let processor: SharedProcessor
  private let service: Sampler
  private let serviceKey: UInt64
  private let sojourn = HistogramRecorder()

  init(_ specification: QueueingStation, at site: Site) {
    self.specification = specification
    processor = SharedProcessor(processors: specification.servers, owner: site.id, kind: 0)
    service = Sampler(specification.service)
    serviceKey = site.drawKey("service")
    super.init(at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    operation is EndpointOperation ? 0 : nil
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    let demand = service.nanoseconds(mixed(kernel.calls[call].drawKey &+ serviceKey))
    processor.add(call, demand: demand, &kernel)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    while true {
      let call = processor.fire(&kernel)
      guard call != .none else { return }
      sojourn.record(kernel.now - kernel.calls[call].began)
      kernel.reply(call, .ok)
    }
  }

  override var gauges: [Gauge] {
    [
      .average("in_system", of: processor.population),
      .rate("completions") { Double(self.sojourn.count) },
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: QueueingStation.kind)
    report.record.add(
      population: processor.population, servers: specification.servers, until: context.now)
    report.record.add("sojourn", sojourn.snapshot())
    report.record.add("arrivals", Double(sojourn.count + processor.population.level))
    report.record.add("completions", Double(sojourn.count))
    return report
  }
}
