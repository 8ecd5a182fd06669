import Kernel

/// Collects the calls of a process and makes one call for all of them.
struct Batch: ComponentSpecification {
  static let kind = "batch"
  static let summary = "Collects the calls of each process and makes one call for all of them."
  static let operations = [OperationDeclaration.call]
  static let example = """
    web: {kind: service, endpoints: {page: [{call: {to: collect}}]}}
    collect: {kind: batch, to: bulk, endpoint: save, size: 10, linger: 5ms}
    bulk: {kind: service, endpoints: {save: [{wait: {time: 20ms}}]}}
    """

  let target: ComponentReference
  let endpoint: String?
  let size: Int
  let linger: Nanoseconds

  init(from parameters: inout ParameterReader) {
    target = parameters.component("to", answering: "call", "The component that is called.")
    endpoint = parameters.optionalText(
      "endpoint", "The endpoint that is called; needed if there are several.")
    size = parameters.count(
      "size", default: 25, in: 1...100_000, "Calls that make a batch full.", source: "assumed")
    linger = parameters.duration(
      "linger", default: .seconds(0.005), in: 1...Nanoseconds.longest,
      "How long the first call of a batch waits for others.", source: "assumed")
  }

  var questions: [Question] {
    [Question(target: target, operation: EndpointOperation(endpoint: endpoint), endpoint: nil)]
  }

  func build(at site: Site) -> RunningComponent { RunningBatch(self, at: site) }
}

/// A collector of calls at work.
final class RunningBatch: RunningComponent {
  /// Calls that are collected or on their way together.
  private struct Collection {
    var members = CallQueue()
    /// The process that they come from.
    var process: UInt32
    /// Tells the end of the wait from that of an earlier batch in the same row.
    var serial: UInt32
  }

  private let specification: Batch
  private let batchKey: UInt64
  private var target: ComponentID = 0
  private var operation: UInt16 = 0
  /// All batches, and the rows that are free.
  private var collections: [Collection] = []
  private var free: [Int] = []
  /// Those that are open, of which a process has one at most.
  private var open: [Int] = []
  private var serial: UInt32 = 0
  private var callCount = 0
  private var batchCount = 0
  private var fullCount = 0
  private let waiting = HistogramRecorder()

  init(_ specification: Batch, at site: Site) {
    self.specification = specification
    batchKey = site.drawKey("batch")
    super.init(at: site)
  }

  override func link(_ assembly: inout Assembly) {
    let (id, component) = assembly.component(named: specification.target.name)
    let question = EndpointOperation(endpoint: specification.endpoint)
    guard let number = component.prepare(question, &assembly) else {
      preconditionFailure("\(site.name) asks what \(specification.target.name) does not answer")
    }
    (target, operation) = (id, number)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    operation is EndpointOperation ? 0 : nil
  }

  // MARK: Collecting

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    callCount += 1
    kernel.calls[call].mark = kernel.now
    let process = CallingProcess.number(of: call, &kernel)
    let number =
      open.first { collections[$0].process == process } ?? begin(of: process, &kernel)
    collections[number].members.append(call, &kernel)
    if collections[number].members.count == specification.size {
      fullCount += 1
      send(number, &kernel)
    }
  }

  private func begin(of process: UInt32, _ kernel: inout Kernel) -> Int {
    serial &+= 1
    let collection = Collection(process: process, serial: serial)
    let number = free.popLast() ?? collections.count
    if number == collections.count {
      collections.append(collection)
    } else {
      collections[number] = collection
    }
    open.append(number)
    kernel.schedule(after: specification.linger, id, 0, serial)
    return number
  }

  /// The first call of a batch has waited long enough, unless the batch is on its way already.
  override func fire(_ serial: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if let number = open.first(where: { collections[$0].serial == serial }) {
      send(number, &kernel)
    }
  }

  // MARK: One call for all

  private func send(_ number: Int, _ kernel: inout Kernel) {
    open.removeAll { $0 == number }
    batchCount += 1
    var member = collections[number].members.first
    let first = kernel.calls[member]
    while member != .none {
      waiting.record(kernel.now - kernel.calls[member].mark)
      member = kernel.calls[member].next
    }
    let drawKey = mixed(first.drawKey &+ batchKey)
    let own = kernel.open(id, operation: 0, caller: .none, drawKey: drawKey, user: first.user)
    kernel.calls[own].slot = UInt32(number)
    kernel.start(target, operation: operation, caller: own, drawKey: drawKey, user: first.user)
  }

  override func resume(_ own: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    let number = Int(kernel.calls[own].slot)
    kernel.close(own)
    while !collections[number].members.isEmpty {
      kernel.reply(collections[number].members.removeFirst(&kernel), outcome)
    }
    free.append(number)
  }

  // MARK: Reporting

  override var gauges: [Gauge] { [.rate("batches") { Double(self.batchCount) }] }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: Batch.kind)
    report.record.add("calls", Double(callCount))
    report.record.add("batches", Double(batchCount))
    report.record.add("full_batches", Double(fullCount))
    report.record.add(
      "batch_size", batchCount > 0 ? Double(callCount) / Double(batchCount) : .nan)
    report.record.add("waiting", waiting.snapshot())
    return report
  }
}
