public import Kernel

/// A component in a simulation, as built from its specification.
public class RunningComponent: Component {
  /// The component's place and name.
  let site: Site

  /// A component in its place.
  init(at site: Site) {
    self.site = site
    super.init(id: site.id)
  }

  /// Looks up the components that it refers to and prepares what it will ask of them.
  ///
  /// All components of the arm exist by then, but some may not be linked yet.
  func link(_ assembly: inout Assembly) {}

  /// Schedules the component's periodic events and puts its first instances to work.
  public func begin(_ kernel: inout Kernel) {}

  /// Prepares an operation that another component will ask for and gives its number.
  ///
  /// - Returns: The `operation` of the calls, or nil if the component does not do such a thing.
  func prepare(_ operation: any OperationSpecification, _ assembly: inout Assembly) -> UInt16? {
    nil
  }

  /// A fault begins: one that its specification declares, or the loss of a zone.
  ///
  /// Called from an event, when nothing else is pending at the instant.
  func suffer(_ fault: Fault, _ kernel: inout Kernel) {
    precondition(fault.component == nil, "\(site.name) cannot suffer this fault")
  }

  /// A fault that lasts has ended.
  func recover(from fault: Fault, _ kernel: inout Kernel) {}

  /// What is drawn over time, in the order in which it is reported.
  var gauges: [Gauge] { [] }

  /// What alarms can watch: the metrics that the specification declares.
  var metrics: [PublishedMetric] { [] }

  /// What its steps have between themselves and those they ask.
  var guards: [CallGuard] { [] }

  /// Closes the books at the end of the run and reports, its guards included.
  public final func reportWithGuards(_ context: ReportContext) -> ComponentReport {
    var report = report(context)
    report.record.add(guards)
    return report
  }

  /// Closes the books at the end of the run and reports.
  public func report(_ context: ReportContext) -> ComponentReport {
    preconditionFailure("\(site.name) has nothing to report")
  }
}

/// When and how a component reports.
public struct ReportContext {
  /// The end of observation.
  public let now: Nanoseconds
  /// The end of the load: rates are per second of it.
  public let loadDuration: Nanoseconds
  /// How many hours of a month the load lasts.
  public let loadHoursPerMonth: Double

  /// When and how a component reports.
  public init(now: Nanoseconds, loadDuration: Nanoseconds, loadHoursPerMonth: Double) {
    self.now = now
    self.loadDuration = loadDuration
    self.loadHoursPerMonth = loadHoursPerMonth
  }

  /// A quantity of the run, scaled to a month of such load.
  public func perMonth(_ quantity: Double) -> Double {
    guard loadDuration > 0 else { return 0 }
    return quantity / loadDuration.inSeconds * 3600 * loadHoursPerMonth
  }
}

/// What a component tells at the end: metrics, changes of capacity and its part of the bill.
public struct ComponentReport {
  /// The metrics.
  public var record: ComponentRecord
  /// Changes of capacity in the order of time.
  public var scaling: [ScalingAction] = []
  /// The monthly bill.
  public var cost: [CostItem] = []

  /// A report without metrics yet.
  public init(name: String, kind: String) {
    record = ComponentRecord(name: name, kind: kind)
  }
}

/// A metric that is drawn over time, read from counters that the component keeps anyway.
public struct Gauge {
  /// How a window's value is found.
  public enum Reading {
    /// The growth of one running total over that of another.
    case quotient((_ now: Nanoseconds) -> (Double, Double))
    /// The value at the end of the window.
    case level((_ now: Nanoseconds) -> Double)
  }

  /// The metric's name, in snake case.
  public let name: String
  /// The unit of the value.
  public let unit: String
  /// How a window's value is found.
  public let reading: Reading

  /// A gauge.
  public init(_ name: String, unit: String, _ reading: Reading) {
    self.name = name
    self.unit = unit
    self.reading = reading
  }

  /// The average of a level over time, divided by `capacity`.
  static func average(
    _ name: String, of level: LevelRecorder, over capacity: Double = 1
  ) -> Gauge {
    Gauge(
      name, unit: "",
      .quotient { now in (Double(level.area(at: now)) / capacity, Double(now)) })
  }

  /// A count per second.
  static func rate(_ name: String, _ count: @escaping () -> Double) -> Gauge {
    Gauge(name, unit: "/s", .quotient { now in (count(), now.inSeconds) })
  }
}
