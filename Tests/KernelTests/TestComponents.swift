import Kernel

/// What reached a component, and when.
struct Entry: Equatable, CustomStringConvertible {
  var time: Nanoseconds
  var what: String

  var description: String { "\(what)@\(time)" }
}

/// A component whose behaviour is given in place, and that remembers what reached it.
final class Recorder: Component {
  var entries: [Entry] = []
  var onArrive: (CallID, inout Kernel) -> Void = { _, _ in }
  var onResume: (CallID, Outcome, inout Kernel) -> Void = { _, _, _ in }
  var onFire: (UInt32, UInt16, inout Kernel) -> Void = { _, _, _ in }

  /// A recorder in the next place of a kernel.
  static func install(in kernel: inout Kernel) -> Recorder {
    let recorder = Recorder(id: kernel.reserveComponent())
    kernel.install(recorder)
    return recorder
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    entries.append(Entry(time: kernel.now, what: "arrive \(kernel.calls[call].operation)"))
    onArrive(call, &kernel)
  }

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    entries.append(Entry(time: kernel.now, what: "resume \(call) \(outcome.rawValue)"))
    onResume(call, outcome, &kernel)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    entries.append(Entry(time: kernel.now, what: "fire \(payload)"))
    onFire(payload, kind, &kernel)
  }

  /// The entries as text.
  var log: [String] { entries.map(\.description) }
}
