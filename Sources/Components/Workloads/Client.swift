public import Kernel

/// What the users see: makes the requests of a workload, waits for their answers and records them.
///
/// A request is the client's own call (its arrival, user and endpoint) with one child at a time:
/// the attempt at the entry component.
public final class Client: RunningComponent {
  private let mix: EndpointMix
  private let generator: LoadGenerator
  private let entryName: String
  private let entry = Cell<ComponentID>(0)
  private let operations: Cells<UInt16>
  private let recorders: [EndpointRecorder]

  init(_ generator: LoadGenerator, mix: EndpointMix, entry: String, at site: Site) {
    self.generator = generator
    self.mix = mix
    self.entryName = entry
    operations = Cells(0, count: mix.endpoints.count)
    recorders = mix.endpoints.map { EndpointRecorder(name: $0 ?? "all") }
    super.init(at: site)
  }
  override func prepare(_ operation: any OperationSpecification, _ assembly: inout Assembly) -> UInt16? { nil }

  override func link(_ assembly: inout Assembly) {
    for (index, endpoint) in mix.endpoints.enumerated() {
      let (target, operation) = assembly.prepare(
        EndpointOperation(endpoint: endpoint), of: entryName)
      entry.value = target
      operations[index] = operation
    }
  }

  override func begin(_ kernel: inout Kernel) { generator.begin(self, &kernel) }

  func request(key: UInt64, user: UInt32, _ kernel: inout Kernel) {
    let endpoint = mix.choose(mixed(key &+ mixKey))
    recorders[endpoint].offered &+= 1
    let id = kernel.open(
      self.id, operation: UInt16(truncatingIfNeeded: endpoint), caller: .none, drawKey: key,
      user: user)
    attempt(id, &kernel)
  }
  private let mixKey = RandomKey("mix").bits

  private func attempt(_ request: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[request]
    kernel.start(
      entry.value, operation: operations[Int(row.operation)], caller: request,
      drawKey: row.drawKey, user: row.user)
  }

  public override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    preconditionFailure("the client is not called")
  }

  public override func resume(_ request: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    let endpoint = Int(kernel.calls[request].operation)
    recorders[endpoint].record(kernel.now - kernel.calls[request].began, outcome)
    let user = kernel.calls[request].user
    kernel.close(request)
    generator.requestEnded(user: user, self, &kernel)
  }

  public override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    generator.fire(payload, kind, self, &kernel)
  }
  override func report(_ context: ReportContext) -> ComponentReport { ComponentReport(name: "", kind: "") }
  public var summary: String { let h = recorders[0].succeeded.snapshot(); return "\(h.count) mean \(h.mean!/1e9) p50 \(h.quantile(0.5)!/1e6) p95 \(h.quantile(0.95)!/1e6) p99 \(h.quantile(0.99)!/1e6)" }
}
class LoadGenerator {
  func begin(_ client: Client, _ kernel: inout Kernel) {}
  func fire(_ payload: UInt32, _ kind: UInt16, _ client: Client, _ kernel: inout Kernel) {}
  func requestEnded(user: UInt32, _ client: Client, _ kernel: inout Kernel) {}
}
struct EndpointMix { var endpoints: [String?]; func choose(_ bits: UInt64) -> Int { 0 } }
final class EndpointRecorder {
  let name: String
  var offered = 0
  let succeeded = HistogramRecorder()
  let failed = HistogramRecorder()
  init(name: String) { self.name = name }
  func record(_ response: Nanoseconds, _ outcome: Outcome) {
    if outcome.isSuccess { succeeded.record(response) } else { failed.record(response) }
  }
}
final class OpenArrivals: LoadGenerator {
  private let interarrival: Sampler
  private var count: UInt64 = 0
  private let limit: UInt64
  private let key: RandomKey
  init(_ d: Distribution, limit: Int, key: RandomKey) { interarrival = Sampler(d); self.limit = UInt64(limit); self.key = key; ik = mixed(key.bits) }
  private let ik: UInt64
  override func begin(_ client: Client, _ kernel: inout Kernel) { next(client, &kernel) }
  private func next(_ client: Client, _ kernel: inout Kernel) {
    count &+= 1
    kernel.schedule(after: interarrival.nanoseconds(mixed(ik &+ count &* 0x9e3779b97f4a7c15)), client.id, 0, 0)
  }
  override func fire(_ payload: UInt32, _ kind: UInt16, _ client: Client, _ kernel: inout Kernel) {
    let k = mixed(key.bits &+ count &* 0x9e3779b97f4a7c15)
    if count < limit { next(client, &kernel) }
    client.request(key: k, user: 0, &kernel)
  }
  override func requestEnded(user: UInt32, _ client: Client, _ kernel: inout Kernel) {}
}
public func spike(_ n: Int, _ servers: Int, _ rate: Double) -> String {
  var assembly = Assembly(seed: 1, replication: 1)
  let client = assembly.add("client") { Client(OpenArrivals(.exponential(mean: 1/rate), limit: n, key: $0.ownKey("a")), mix: EndpointMix(endpoints: [nil]), entry: "q", at: $0) } as! Client
  assembly.add("q") { StationBlock(StationSpecification(servers: servers, service: .exponential(mean: 1)), at: $0) }
  assembly.link()
  client.begin(&assembly.kernel)
  assembly.kernel.run(until: .longest)
  return "\(assembly.kernel.eventCount) " + client.summary
}
