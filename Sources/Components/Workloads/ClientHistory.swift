public import Kernel

/// Keeps what the client has recorded at the ends of equal windows, from which the warm-up is found.
///
/// Where the load lasts longer than expected, or nobody can tell how long, windows grow: when there are
/// too many, each two become one.
public final class ClientHistory: RunningComponent {
  /// What the client had recorded at a moment.
  public struct Entry: Sendable {
    /// The moment.
    public let end: Nanoseconds
    /// What had been recorded since the start.
    public let endpoints: [EndpointRecord]
  }

  private static let mostWindows = 128

  private let client: Client
  private var window: Nanoseconds
  /// The entries in the order of time, each a window after the one before.
  public private(set) var entries: [Entry] = []

  init(of client: Client, expecting duration: Nanoseconds?, at site: Site) {
    self.client = client
    window = duration.map { max(1, $0 / 100) } ?? .milliseconds(1)
    super.init(at: site)
  }

  public override func begin(_ kernel: inout Kernel) {
    kernel.schedule(after: window, id, 0, 0)
  }

  public override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    var record = RunRecord()
    client.report(into: &record)
    entries.append(Entry(end: kernel.now, endpoints: record.endpoints))
    if entries.count >= Self.mostWindows {
      entries = entries.indices.filter { $0 % 2 == 1 }.map { entries[$0] }
      window *= 2
    }
    kernel.schedule(after: window - kernel.now % window, id, 0, 0)
  }
}
