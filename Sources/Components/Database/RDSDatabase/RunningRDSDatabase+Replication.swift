import Kernel

/// A read replica: a server that changes its rows some time after the primary did.
final class Replica {
  /// In the place of an operation: a change on its way to a replica.
  static let application = UInt16.max

  let instance: DatabaseInstance
  /// The change that is being applied: one at a time, in the order of the commits.
  var applying: CallID = .none
  var waiting = CallQueue()
  var lastDelivery: Nanoseconds = 0
  /// How many changes of each row are not applied yet.
  var pending: [UInt64: Int] = [:]

  init(_ instance: DatabaseInstance) { self.instance = instance }
}

/// Changes on their way to the replicas, each a row of its own in the kernel.
extension RunningRDSDatabase {
  /// Sends what a call has changed to all replicas.
  func ship(_ call: CallID, _ plan: DatabasePlan, _ kernel: inout Kernel) {
    let (key, drawKey) = (kernel.calls[call].key, kernel.calls[call].drawKey)
    for (index, replica) in replicas.enumerated() {
      let change = kernel.open(
        id, operation: Replica.application, caller: .none, drawKey: drawKey,
        user: kernel.calls[call].user)
      kernel.calls[change].place = UInt16(index)
      kernel.calls[change].step = kernel.calls[call].operation
      kernel.calls[change].key = key
      if key != 0 { replica.pending[key, default: 0] += 1 }
      let bits = mixed(drawKey &+ lagKey &+ UInt64(index) &* KeyStride.number)
      let delivery = max(replica.lastDelivery, kernel.now + lagTime.nanoseconds(bits))
      replica.lastDelivery = delivery
      kernel.schedule(after: delivery - kernel.now, id, EventKind.shipped, change)
    }
  }

  /// A change has come to its replica.
  func shipped(_ change: CallID, _ kernel: inout Kernel) {
    let replica = replicas[Int(kernel.calls[change].place)]
    if replica.applying == .none {
      apply(change, replica, &kernel)
    } else {
      replica.waiting.append(change, &kernel)
    }
  }

  private func apply(_ change: CallID, _ replica: Replica, _ kernel: inout Kernel) {
    replica.applying = change
    let plan = plans[Int(kernel.calls[change].step)]
    replica.instance.processor.add(change, demand: plan.applyDemand, &kernel)
  }

  /// A replica has applied a change.
  func applied(_ change: CallID, _ kernel: inout Kernel) {
    let replica = replicas[Int(kernel.calls[change].place)]
    let plan = plans[Int(kernel.calls[change].step)]
    let late = kernel.now - kernel.calls[change].began
    lag.record(late)
    counts.value.applied &+= 1
    counts.value.lag &+= late
    let key = kernel.calls[change].key
    if let count = replica.pending[key] { replica.pending[key] = count > 1 ? count - 1 : nil }
    replica.instance.cache?.written(plan.table)
    _ = replica.instance.volume.admit(
      1 + plan.pagesWritten, of: specification.engine.pageSize, isWrite: true, at: kernel.now)
    kernel.close(change)
    replica.applying = .none
    let next = replica.waiting.removeFirst(&kernel)
    if next != .none { apply(next, replica, &kernel) }
  }

  /// Counts a query of a row whose latest change has not come to the replica yet.
  func noteStaleness(_ call: CallID, _ kernel: inout Kernel) {
    let key = kernel.calls[call].key
    guard key != 0 else { return }
    let replica = replicas[Int(kernel.calls[call].place) - 1]
    if replica.pending[key] != nil { counts.value.staleReads &+= 1 }
  }
}
