import Kernel

/// Time that passes without waiting for anybody: infinitely many servers.
struct Delay: ComponentSpecification {
  static let kind = "delay"
  static let summary = "Takes time without a queue: infinitely many servers."
  static let operations = [OperationDeclaration.call]
  static let example = "network: {kind: delay, time: exponential 20ms}"

  let time: Distribution

  init(from parameters: inout ParameterReader) {
    time = parameters.timeDistribution("time", default: nil, "How long a call takes.")
  }

  func build(at site: Site) -> RunningComponent { RunningDelay(self, at: site) }
}

/// A delay at work.
final class RunningDelay: RunningComponent {
  private let time: Sampler
  private let timeKey: UInt64
  private let population = LevelRecorder(at: 0)
  private let sojourn = HistogramRecorder()

  init(_ specification: Delay, at site: Site) {
    time = Sampler(specification.time)
    timeKey = site.drawKey("time")
    super.init(at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    operation is EndpointOperation ? 0 : nil
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.change(by: 1, at: kernel.now)
    let time = time.nanoseconds(mixed(kernel.calls[call].drawKey &+ timeKey))
    kernel.schedule(after: time, id, 0, call)
  }

  override func fire(_ call: CallID, _ kind: UInt16, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    sojourn.record(kernel.now - kernel.calls[call].began)
    kernel.reply(call, .ok)
  }

  override var gauges: [Gauge] { [.average("in_system", of: population)] }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: Delay.kind)
    population.finish(at: context.now)
    report.record.add("in_system", population.timeAverage ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    report.record.add("arrivals", Double(sojourn.count + population.level))
    report.record.add("completions", Double(sojourn.count))
    return report
  }
}
