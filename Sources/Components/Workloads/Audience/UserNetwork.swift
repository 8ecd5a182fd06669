import Kernel

/// A component that users reach at places near them, and not in the Region of the arm.
protocol EdgeComponent: RunningComponent {
  /// The bytes that a user receives for an operation that was prepared.
  func bytesSent(for operation: UInt16) -> Int
}

/// The network between users in named Regions and where their requests enter.
///
/// It stands between the client and the entry if the workload names Regions, and only then. A call
/// keeps its round trip in `mark`, the Region's index in `counter`, its connection in `slot` and the
/// time spent in the network in `key`.
final class UserNetwork: RunningComponent {
  /// The name and kind in reports, which no component can have.
  static let name = "user-network"

  /// Some round trips of this length still fit the clock.
  private static let longestAccess = Nanoseconds.longest / 16

  private enum EventKind {
    static let sent: UInt16 = 0
    static let received: UInt16 = 1
  }

  private let network: Audience.Network
  private let geography: Geography
  private let entryName: String
  private let regions: Cells<Unmanaged<Place>>
  private let places: [Place]
  private let access: Sampler
  private let accessKey: UInt64
  private let connections: UserConnections
  private var entry: ComponentID = 0
  private var isAtEdge = false
  /// For each operation that of the entry, and the bytes of its answers.
  private let operations = GrowingCells<UInt16>()
  private let bytes = GrowingCells<Int>()
  private let population = LevelRecorder(at: 0)
  private let sojourn = HistogramRecorder()
  private let requests = Cell(0)
  private let bytesReceived = Cell(0)
  private let internetPrice: Catalogue.Price?

  /// What is known of the users in a Region.
  private final class Place {
    let name: String
    let roundTrip = Cell<Nanoseconds>(0)
    let firstByte = HistogramRecorder()
    let response = HistogramRecorder()
    let failures = Cell(0)

    init(_ name: String) { self.name = name }
  }

  init(_ audience: Audience, _ geography: Geography, entry: String, at site: Site) {
    network = audience.network
    internetPrice = audience.internetPrice
    self.geography = geography
    entryName = entry
    places = geography.users.names.map { Place($0) }
    regions = Cells(places.map { Unmanaged.passUnretained($0) })
    access = Sampler(network.access)
    accessKey = site.ownKey("access").bits
    connections = UserConnections(
      sharesConnection: network.version != .http1, keepAlive: network.keepAlive)
    super.init(at: site)
  }

  // MARK: Setting up

  override func link(_ assembly: inout Assembly) {
    let (id, component) = assembly.component(named: entryName)
    entry = id
    isAtEdge = component is any EdgeComponent
    guard !isAtEdge else { return }
    for place in places {
      place.roundTrip.value = geography.roundTrip(place.name, geography.home)
    }
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    guard let operation = operation as? EndpointOperation else { return nil }
    let (_, number) = assembly.prepare(operation, of: entryName)
    let edge = assembly.component(named: entryName).component as? any EdgeComponent
    operations.append(number)
    bytes.append(
      edge?.bytesSent(for: number) ?? geography.responseBytes(of: operation.endpoint) ?? 0)
    return UInt16(operations.count - 1)
  }

  // MARK: Requests

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    requests.value &+= 1
    let user = kernel.calls[call].user
    let region = geography.users.index(of: user)
    let bits = mixed(accessKey &+ UInt64(user) &* KeyStride.number)
    let access = min(access.nanoseconds(bits), Self.longestAccess)
    let trip = regions[region]._withUnsafeGuaranteedRef { $0.roundTrip.value } + access
    kernel.calls[call].counter = UInt16(region)
    kernel.calls[call].mark = trip
    let setUp = Nanoseconds(network.setUpRoundTrips) * trip
    if let wait = connections.acquire(call, setUp: setUp, &kernel) {
      kernel.schedule(after: wait + trip / 2, id, EventKind.sent, call)
    }
  }

  override func fire(_ call: CallID, _ kind: UInt16, _ kernel: inout Kernel) {
    if kind == EventKind.received { return received(call, &kernel) }
    let row = kernel.calls[call]
    kernel.calls[call].key = UInt64(kernel.now - row.began)
    kernel.start(
      entry, operation: operations[Int(row.operation)], caller: call, drawKey: row.drawKey,
      user: row.user)
  }

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    kernel.calls[call].outcome = outcome
    let way = row.mark - row.mark / 2
    var transfer: Nanoseconds = 0
    if outcome.isSuccess, outcome != .miss {
      bytesReceived.value &+= bytes[Int(row.operation)]
      transfer = network.transfer.time(bytes[Int(row.operation)], roundTrip: row.mark)
      regions[Int(row.counter)]._withUnsafeGuaranteedRef {
        $0.firstByte.record(kernel.now + way - row.began)
      }
    }
    kernel.calls[call].key &+= UInt64(way + transfer)
    kernel.schedule(after: way + transfer, id, EventKind.received, call)
  }

  private func received(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    let row = kernel.calls[call]
    regions[Int(row.counter)]._withUnsafeGuaranteedRef {
      if row.outcome.isSuccess {
        $0.response.record(kernel.now - row.began)
      } else {
        $0.failures.value &+= 1
      }
    }
    sojourn.record(Nanoseconds(row.key))
    let next = connections.release(call, &kernel)
    if next != .none {
      kernel.schedule(after: kernel.calls[next].mark / 2, id, EventKind.sent, next)
    }
    kernel.reply(call, row.outcome)
  }

  // MARK: Reporting

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: Self.name)
    population.finish(at: context.now)
    report.record.add("requests", Double(requests.value))
    report.record.add("new_connections", Double(connections.opened))
    report.record.add("bytes_received", Double(bytesReceived.value))
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    for place in places {
      let suffix = String(place.name.map { $0 == "-" ? "_" : $0 })
      report.record.add("response_\(suffix)", place.response.snapshot())
      report.record.add("first_byte_\(suffix)", place.firstByte.snapshot())
      report.record.add("failures_\(suffix)", Double(place.failures.value))
    }
    // What an edge sends is on its own bill.
    if !isAtEdge, bytesReceived.value > 0, let price = internetPrice {
      report.cost.append(
        CostItem(
          component: site.name, what: "data to the internet",
          quantity: context.perMonth(Double(bytesReceived.value) / 1e9), unit: "GB",
          unitPrice: price.amount, source: price.provenance.source))
    }
    return report
  }
}
