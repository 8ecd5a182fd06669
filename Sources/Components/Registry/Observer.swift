public import Kernel

/// Reads the gauges of all components at the ends of equal windows.
///
/// If the end of the run is not known beforehand, windows grow: when there are too many, each two
/// become one.
public final class Observer: RunningComponent {
  private static let mostWindows = 600

  private let sources: [(component: String, gauge: Gauge)]
  private let records: Bool
  private var window: Nanoseconds
  private var ends: [Nanoseconds] = []
  /// For each window and gauge the totals at its end.
  private var totals: [[(Double, Double)]] = []

  init(of components: [RunningComponent], span: Nanoseconds?, records: Bool, at site: Site) {
    sources = components.flatMap { component in
      component.gauges.map { (component.site.name, $0) }
    }
    self.records = records
    window = Self.window(span)
    super.init(at: site)
  }

  /// A round length that gives 200 to 600 windows, or a second to begin with.
  private static func window(_ span: Nanoseconds?) -> Nanoseconds {
    guard let span else { return .seconds(1) }
    var window: Nanoseconds = 1_000
    let factors: [Nanoseconds] = [2, 5, 10]
    while true {
      for factor in factors where span / (window * factor) <= 500 { return window * factor }
      window *= 10
    }
  }

  public override func begin(_ kernel: inout Kernel) {
    if records { kernel.schedule(after: window, id, 0, 0) }
  }

  public override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    read(at: kernel.now)
    if ends.count >= Self.mostWindows { merge() }
    kernel.schedule(after: window - kernel.now % window, id, 0, 0)
  }

  private func read(at now: Nanoseconds) {
    ends.append(now)
    totals.append(
      sources.map { entry in
        switch entry.gauge.reading {
        case .quotient(let totals): totals(now)
        case .level(let level): (level(now), .nan)
        }
      })
  }

  private func merge() {
    let kept = ends.indices.filter { $0 % 2 == 1 }
    ends = kept.map { ends[$0] }
    totals = kept.map { totals[$0] }
    window *= 2
  }

  /// The series of all gauges; a last window that is cut short is left out.
  public func series(until now: Nanoseconds) -> [Series] {
    sources.indices.map { index in
      var points: [Series.Point] = []
      var previous = (0.0, 0.0)
      for (end, values) in zip(ends, totals) {
        let total = values[index]
        defer { previous = total }
        if case .level = sources[index].gauge.reading {
          points.append(Series.Point(time: end.inSeconds, value: total.0))
          continue
        }
        let growth = total.1 - previous.1
        if growth > 0 {
          points.append(
            Series.Point(time: end.inSeconds, value: (total.0 - previous.0) / growth))
        }
      }
      return Series(
        name: "\(sources[index].component).\(sources[index].gauge.name)",
        unit: sources[index].gauge.unit, points: points)
    }
  }
}
