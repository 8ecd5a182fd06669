import Kernel

/// A service that is never short of anything: its steps take their times, and nothing waits.
///
/// The plain block for flows between stations, and for parts of an architecture whose own
/// capacity is not in question.
struct Service: ComponentSpecification {
  static let kind = "service"
  static let summary = "Executes the steps of its endpoints without limits of its own."
  static let operations = [OperationDeclaration.call]
  static let example =
    "web: {kind: service, endpoints: {page: [{work: {time: 5ms}}, {wait: {time: 1ms}}]}}"

  let program: Endpoints

  init(from parameters: inout ParameterReader) {
    program = Endpoints(from: &parameters)
  }

  var endpoints: EndpointNames { .named(program.names) }
  var questions: [Question] { program.questions }

  func build(at site: Site) -> RunningComponent { RunningService(self, at: site) }
}

/// A service at work.
final class RunningService: SteppedComponent {
  private let specification: Service
  private let population = Cell(LevelArea())
  private let sojourn = HistogramRecorder()
  private let sojourns: HistogramRecorder.Entrance
  private let failures = HistogramRecorder()

  init(_ specification: Service, at site: Site) {
    self.specification = specification
    sojourns = sojourn.entrance
    super.init(specification.program.compile(site.name, HostResources()), at: site)
  }

  override func prepare(
    _ operation: any OperationSpecification, _ assembly: inout Assembly
  ) -> UInt16? {
    specification.program.number(of: operation)
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    population.value.rise(at: kernel.now)
    beginSteps(call, &kernel)
  }

  override func finished(_ request: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    population.value.fall(at: kernel.now)
    let time = kernel.now - kernel.calls[request].began
    if outcome.isSuccess { sojourns.record(time) } else { recordFailure(time) }
    kernel.reply(request, outcome)
  }

  @inline(never)
  private func recordFailure(_ time: Nanoseconds) { failures.record(time) }

  override var gauges: [Gauge] {
    [
      Gauge(
        "in_system", unit: "",
        .quotient { now in (Double(self.population.value.area(at: now)), Double(now)) }),
      .rate("completions") { Double(self.sojourn.count) },
    ]
  }

  override func report(_ context: ReportContext) -> ComponentReport {
    var report = ComponentReport(name: site.name, kind: Service.kind)
    report.record.add("in_system", population.value.timeAverage(until: context.now) ?? .nan)
    report.record.add("sojourn", sojourn.snapshot())
    report.record.add("completions", Double(sojourn.count))
    report.record.add("failures", Double(failures.count))
    report.record.add("coalesced", Double(coalescedCount))
    report.record.add("retries", Double(retryCount))
    return report
  }
}
