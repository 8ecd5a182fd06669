import Kernel

/// The running queueing station: servers, a queue, and a service time for each call.
final class StationBlock: RunningComponent {
  private let specification: StationSpecification
  private let station: Station
  private let service: Sampler
  private let serviceKey: UInt64
  private let sojourn = HistogramRecorder()

  private enum EventKind { static let serviceEnd: UInt16 = 0 }

  init(_ specification: StationSpecification, at site: Site) {
    self.specification = specification
    station = Station(servers: specification.servers)
    service = Sampler(specification.service)
    serviceKey = site.drawKey("service")
    super.init(at: site)
  }

  override func prepare(_ operation: any OperationSpecification, _ assembly: inout Assembly) -> UInt16? {
    operation is EndpointOperation ? 0 : nil
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    switch station.arrive(call, &kernel) {
    case .served: serve(call, &kernel)
    case .queued: break
    case .blocked: kernel.reply(call, .blocked)
    }
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    sojourn.record(kernel.now - kernel.calls[payload].began)
    kernel.reply(payload, .ok)
    let next = station.depart(&kernel)
    if next != .none { serve(next, &kernel) }
  }

  private func serve(_ call: CallID, _ kernel: inout Kernel) {
    let demand = service.nanoseconds(mixed(kernel.calls[call].drawKey &+ serviceKey))
    kernel.schedule(after: demand, site.id, EventKind.serviceEnd, call)
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    ComponentReport(name: site.name, kind: "station")
  }
}
struct StationSpecification { var servers: Int; var service: Distribution }
