public import Kernel

/// The components of an arm while they are being put together.
public struct Assembly: ~Copyable {
  /// The simulation that they are put into.
  public var kernel: Kernel
  /// The key of the replication: all draws of the run follow from it.
  public let runKey: RandomKey
  /// Where users and components are; nil if users are in no Region.
  private(set) var geography: Geography?
  private let faults: [Fault]
  private var gates: [(name: String, gate: Gate)] = []
  private var places: [(name: String, id: ComponentID, component: RunningComponent)] = []
  private var service: MetricsService?

  /// An assembly without components.
  ///
  /// - Parameters:
  ///   - seed: the seed of the run.
  ///   - replication: the replication's number.
  ///   - faults: what will go wrong.
  public init(seed: UInt64, replication: Int, faults: [Fault] = []) {
    kernel = Kernel()
    self.faults = faults
    runKey = RandomKey("windtunnel").numbered(seed).numbered(UInt64(replication))
  }

  /// The components in the order in which they were added.
  public var components: [RunningComponent] { places.map(\.component) }

  /// Builds a component in a place of its own.
  @discardableResult
  public mutating func add<Built: RunningComponent>(
    _ name: String, _ build: (Site) -> Built
  ) -> Built {
    let id = kernel.reserveComponent()
    let component = build(Site(name: name, id: id, runKey: runKey))
    if faults.contains(where: { $0.actsAtGate && $0.component == name }) {
      let gate = Gate(component)
      gates.append((name, gate))
      kernel.install(gate)
    } else {
      kernel.install(component)
    }
    places.append((name, id, component))
    return component
  }

  /// Adds the client of a workload, under a name that no component can have.
  ///
  /// - Parameters:
  ///   - workload: what the users do.
  ///   - entry: the component where requests enter.
  ///   - region: the Region of the arm, if users are in Regions.
  /// - Returns: The client; with it the network between it and the entry, if users are in Regions.
  public mutating func addClient(
    _ workload: Workload, entry: String, region: String? = nil
  ) -> (client: Client, network: RunningComponent?) {
    guard let audience = workload.audience, let region else {
      return (add("client") { workload.build(entry: entry, at: $0) }, nil)
    }
    let geography = Geography(audience, home: region, runKey: runKey)
    self.geography = geography
    let client = add("client") { workload.build(entry: UserNetwork.name, at: $0) }
    let network = add(UserNetwork.name) { UserNetwork(audience, geography, entry: entry, at: $0) }
    return (client, network)
  }

  /// Adds the observer of components whose metrics are drawn over time.
  ///
  /// - Parameters:
  ///   - components: whose gauges are read.
  ///   - span: how long the run lasts, if that is known.
  ///   - records: whether anything is read at all.
  /// - Returns: The observer, which begins like any component.
  public mutating func addObserver(
    of components: [RunningComponent], span: Nanoseconds?, records: Bool
  ) -> Observer {
    add("observer") { Observer(of: components, span: span, records: records, at: $0) }
  }

  /// Adds the history of a client, for a run whose warm-up is to be cut.
  public mutating func addHistory(
    of client: Client, expecting duration: Nanoseconds?
  ) -> ClientHistory {
    add("history") { ClientHistory(of: client, expecting: duration, at: $0) }
  }

  /// Adds what makes faults happen; nil if there are none.
  public mutating func addInjector() -> FaultInjector? {
    guard !faults.isEmpty else { return nil }
    let entries = faults.map { fault -> FaultInjector.Entry in
      guard let name = fault.component else {
        return FaultInjector.Entry(fault: fault, victims: components, gate: nil)
      }
      let gate = gates.first { $0.name == name }?.gate
      return FaultInjector.Entry(
        fault: fault, victims: [component(named: name).component],
        gate: fault.actsAtGate ? gate : nil)
    }
    return add("faults") { FaultInjector(entries, at: $0) }
  }

  /// Adds the service that alarms are asked of; needed before components are linked.
  public mutating func addMetrics() -> MetricsService {
    let added = add("metrics") { MetricsService(at: $0) }
    service = added
    return added
  }

  /// The service that alarms are asked of.
  var metrics: MetricsService {
    guard let service else { preconditionFailure("an assembly is linked with a metrics service") }
    return service
  }

  /// All components by name, for the metrics that they publish.
  var publishers: [(name: String, component: RunningComponent)] {
    places.map { ($0.name, $0.component) }
  }

  /// The component of a name and its index.
  ///
  /// The names of an experiment were checked when it was read, so an unknown one is a defect.
  public func component(named name: String) -> (id: ComponentID, component: RunningComponent) {
    guard let place = places.first(where: { $0.name == name && !($0.component is Client) }) else {
      preconditionFailure("no component is called '\(name)'")
    }
    return (place.id, place.component)
  }

  /// Links all components.
  public mutating func link() {
    for place in places { place.component.link(&self) }
  }

  /// Prepares an operation of a component that is known to answer it.
  public mutating func prepare(
    _ operation: any OperationSpecification, of name: String
  ) -> (target: ComponentID, operation: UInt16) {
    let (id, component) = component(named: name)
    guard let number = component.prepare(operation, &self) else {
      preconditionFailure("'\(name)' does not answer \(operation)")
    }
    return (id, number)
  }
}

/// Where a component stands in its simulation.
public struct Site {
  /// The component's name in the experiment.
  public let name: String
  /// Its index in the kernel.
  public let id: ComponentID
  /// The key of the replication.
  public let runKey: RandomKey

  /// The key for draws that belong to requests: it is added to a call's draw key.
  public func drawKey(_ purpose: String) -> UInt64 { RandomKey(name, purpose).bits }

  /// The key for the component's own draws, to be numbered by instance and counter.
  public func ownKey(_ purpose: String) -> RandomKey {
    RandomKey(bits: mixed(runKey.bits &+ RandomKey(name, purpose).bits))
  }
}
