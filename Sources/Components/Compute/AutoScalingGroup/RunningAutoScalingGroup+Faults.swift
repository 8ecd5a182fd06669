import Kernel

/// Instances that stop before the group wants them to.
extension RunningAutoScalingGroup {
  /// Begins a fault of some instances.
  func stopInstances(_ fault: Fault, _ kernel: inout Kernel) {
    switch fault.action {
    case .stop(let count, let grace):
      for ordinal in victims(count) {
        guard let grace else {
          lose(ordinal, &kernel)
          continue
        }
        dismiss(ordinal, &kernel)
        kernel.schedule(after: max(1, grace), id, EventKind.lost, UInt32(ordinal))
      }
    case .interrupt(let count, let notice, let drains):
      for ordinal in victims(count) {
        condemned.append(ordinal)
        if drains { dismiss(ordinal, &kernel) }
        kernel.schedule(after: max(1, notice), id, EventKind.lost, UInt32(ordinal))
      }
    case .loseZone(let zone):
      guard zone < specification.lifecycle.zones else { return }
      lostZones.append(zone)
      for ordinal in instances.indices where zones[ordinal] == zone {
        lose(ordinal, &kernel)
      }
    default: break
    }
  }

  /// The instances in service that were there first, but none that is to go already.
  private func victims(_ count: Int) -> [Int] {
    Array(
      instances.indices.lazy.filter {
        self.instances[$0].state == .inService && !self.condemned.contains($0)
      }.prefix(count))
  }

  /// Takes an instance out of service before it stops, and launches another.
  private func dismiss(_ ordinal: Int, _ kernel: inout Kernel) {
    replacedCount += 1
    remove(ordinal, &kernel)
    reconcile(action: nil, &kernel)
  }

  /// An instance stops at once: what is in flight is lost, and nothing answers there any more.
  func lose(_ ordinal: Int, _ kernel: inout Kernel) {
    let instance = instances[ordinal]
    guard !instance.isLost else { return }
    let state = instance.state
    instance.isLost = true
    if state == .inService {
      measureNoMore(ordinal, kernel.now)
      countOut(kernel.now)
    }
    if state == .pending { endPart(of: instance.action, &kernel) }
    terminate(ordinal, &kernel)
    loseRequests(ordinal, &kernel)
    guard state == .inService || state == .pending else { return }
    // The group looks at the state of its instances at intervals.
    let interval = specification.statusCheckInterval
    kernel.schedule(
      after: interval - kernel.now % interval, id, EventKind.missed, UInt32(ordinal))
  }

  /// The group finds an instance not running: it is deregistered, and another is launched.
  func missed(_ ordinal: Int, _ kernel: inout Kernel) {
    replacedCount += 1
    for listener in listeners { listener.deregister(UInt16(ordinal + 1), of: id, &kernel) }
    reconcile(action: nil, &kernel)
  }
}
