public import Kernel

/// Makes the faults of an arm happen.
///
/// It acts in events of its own, when nothing else happens at the instant, and so may enter
/// components directly.
public final class FaultInjector: RunningComponent {
  private enum EventKind {
    static let begins: UInt16 = 0
    static let ends: UInt16 = 1
  }

  /// A fault and who suffers it.
  struct Entry {
    var fault: Fault
    var victims: [RunningComponent]
    var gate: Gate?
  }

  private let entries: [Entry]

  init(_ entries: [Entry], at site: Site) {
    self.entries = entries
    super.init(at: site)
  }

  public override func begin(_ kernel: inout Kernel) {
    for (index, entry) in entries.enumerated() {
      // Never at the instant of another event's agenda: an event of its own, after at least 1 ns.
      let first = entry.fault.at - entry.fault.warning
      kernel.schedule(after: max(1, first), id, EventKind.begins, UInt32(index))
      if let duration = entry.fault.duration {
        kernel.schedule(
          after: max(1, entry.fault.at) + duration, id, EventKind.ends, UInt32(index))
      }
    }
  }

  public override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    let number = Int(payload)
    let entry = entries[number]
    if let gate = entry.gate {
      if kind == EventKind.begins {
        gate.begin(entry.fault, number: number)
      } else {
        gate.end(number: number)
      }
      return
    }
    for victim in entry.victims {
      if kind == EventKind.begins {
        victim.suffer(entry.fault, &kernel)
      } else {
        victim.recover(from: entry.fault, &kernel)
      }
    }
  }
}

extension Fault {
  /// How long before a fault the component is told of it.
  var warning: Nanoseconds {
    if case .interrupt(_, let notice, _) = action { return min(notice, at) }
    return 0
  }
}
