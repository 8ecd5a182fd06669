import Kernel

/// Stands before a component that is slowed or made to fail, under its name and in its place.
///
/// Everything else that the kernel tells the component is passed on as it is. An arm without such a
/// fault has no gates.
final class Gate: Component {
  /// The component's events are numbered below this one.
  private static let delayed = Event.reservedKinds - 1

  /// In `children`, a call that is not at the component yet.
  static let onItsWay = UInt16.max - 1

  /// A fault of this component, and what its draws follow from.
  private struct Entry {
    var fault: Fault
    var time: Sampler?
    var key: UInt64
    var isActive = false
  }

  private let component: RunningComponent
  private var entries: [Entry] = []
  /// Requests that were made to fail.
  private(set) var failedCount = 0

  /// A gate before a component, which nothing passes yet that would not pass without it.
  init(_ component: RunningComponent) {
    self.component = component
    super.init(id: component.id)
  }

  /// Begins a fault.
  ///
  /// - Parameters:
  ///   - fault: what happens.
  ///   - number: its number among all faults, which its draws follow from.
  func begin(_ fault: Fault, number: Int) {
    if let known = entries.firstIndex(where: { $0.key == key(number) }) {
      entries[known].isActive = true
      return
    }
    var time: Sampler?
    if case .slow(let distribution) = fault.action { time = Sampler(distribution) }
    entries.append(Entry(fault: fault, time: time, key: key(number), isActive: true))
  }

  /// Ends it.
  func end(number: Int) {
    for index in entries.indices where entries[index].key == key(number) {
      entries[index].isActive = false
    }
  }

  private func key(_ number: Int) -> UInt64 {
    RandomKey(component.site.name, "fault").numbered(UInt64(number)).bits
  }

  override func arrive(_ call: CallID, _ kernel: inout Kernel) {
    var delay: Nanoseconds = 0
    for entry in entries where entry.isActive {
      let draw = mixed(kernel.calls[call].drawKey &+ entry.key)
      switch entry.fault.action {
      case .slow: delay += entry.time?.nanoseconds(draw) ?? 0
      case .fail(let share):
        if uniform(draw) <= share {
          failedCount += 1
          return kernel.reply(call, .failed)
        }
      default: break
      }
    }
    if delay > 0 {
      kernel.calls[call].children = Self.onItsWay
      kernel.schedule(after: delay, id, Self.delayed, call)
    } else {
      component.arrive(call, &kernel)
    }
  }

  override func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    component.resume(call, after: outcome, &kernel)
  }

  override func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    if kind == Self.delayed {
      kernel.calls[payload].children = 0
      component.arrive(payload, &kernel)
    } else {
      component.fire(payload, kind, &kernel)
    }
  }
}
