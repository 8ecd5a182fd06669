import Kernel

/// How calls come by a session, and lose it: the limit of connections, the proxy, failover.
extension RunningRDSDatabase {
  func received(_ call: CallID, _ kernel: inout Kernel) {
    let plan = plan(of: call, &kernel)
    var instance = primary
    if plan.readsReplica {
      instance = replicas[turn].instance
      turn = turn + 1 < replicas.count ? turn + 1 : 0
    }
    kernel.calls[call].place = instance.number
    if let pool = instance.pool { return borrow(call, pool, instance, &kernel) }
    let inUse = instance.sessions.level + specification.connections.held
    guard !instance.isDown, inUse < instance.mostConnections else {
      counts.value.refused &+= 1
      return answer(call, .refused, &kernel)
    }
    begin(call, instance, waits: plan.opensConnection, opens: plan.opensConnection, &kernel)
  }

  /// Begins a session, after its connection has been opened if need be.
  func begin(
    _ call: CallID, _ instance: DatabaseInstance, waits: Bool, opens: Bool,
    _ kernel: inout Kernel
  ) {
    instance.enter(call, &kernel)
    kernel.calls[call].children = opens ? 1 : 0
    if opens { counts.value.opened &+= 1 }
    guard waits else { return execute(call, &kernel) }
    kernel.calls[call].state = Stage.connecting
    let time = connectTime.nanoseconds(mixed(kernel.calls[call].drawKey &+ connectKey))
    kernel.schedule(after: time, id, EventKind.connected, call)
  }

  /// Takes a connection of the proxy, or waits for one.
  func borrow(
    _ call: CallID, _ pool: ConnectionPool, _ instance: DatabaseInstance, _ kernel: inout Kernel
  ) {
    kernel.calls[call].slot = .none
    switch pool.take(call, &kernel) {
    case .connected: borrowed(call, instance, isConnected: true, &kernel)
    case .unconnected: borrowed(call, instance, isConnected: false, &kernel)
    case .waits: wait(call, Stage.queued, pool, &kernel)
    }
  }

  func wait(
    _ call: CallID, _ stage: UInt8, _ pool: ConnectionPool, _ kernel: inout Kernel
  ) {
    kernel.calls[call].state = stage
    guard kernel.calls[call].slot == .none, let patience = pool.patience else { return }
    kernel.calls[call].slot = kernel.startTimer(
      after: patience, target: id, kind: EventKind.borrowTimeout, payload: call)
  }

  /// The proxy has a connection for a call; without a server the call waits on (RDS/rds-proxy).
  func borrowed(
    _ call: CallID, _ instance: DatabaseInstance, isConnected: Bool, _ kernel: inout Kernel
  ) {
    if instance.isDown, let pool = instance.pool {
      instance.stalled.append(call, &kernel)
      return wait(call, Stage.stalled, pool, &kernel)
    }
    if kernel.calls[call].slot != .none { kernel.cancelTimer(kernel.calls[call].slot) }
    let opensOwn = plan(of: call, &kernel).opensConnection
    begin(call, instance, waits: opensOwn || !isConnected, opens: !isConnected, &kernel)
  }

  func giveUp(_ call: CallID, _ kernel: inout Kernel) {
    let instance = instance(kernel.calls[call].place)
    if kernel.calls[call].state == Stage.stalled {
      instance.stalled.remove(call, &kernel)
      giveBack(instance, &kernel)
    } else {
      instance.pool?.giveUp(call, &kernel)
    }
    answer(call, .poolTimeout, &kernel)
  }

  /// Gives a connection back to the proxy, which gives it to the next who waits.
  func giveBack(_ instance: DatabaseInstance, _ kernel: inout Kernel) {
    guard let pool = instance.pool else { return }
    let (next, isConnected) = pool.giveBack(&kernel)
    if next != .none { borrowed(next, instance, isConnected: isConnected, &kernel) }
  }

  /// Ends the session of a call.
  func leave(
    _ call: CallID, _ instance: DatabaseInstance, _ kernel: inout Kernel
  ) {
    instance.leave(call, &kernel)
    giveBack(instance, &kernel)
  }

  func answer(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    kernel.calls[call].outcome = outcome
    let way = way(call, &kernel)
    kernel.schedule(after: way - way / 2, id, EventKind.answered, call)
  }

  // MARK: Failover

  /// The primary goes away and the standby takes over after a time, in which calls fail; with a
  /// proxy they wait.
  func failOver(_ kernel: inout Kernel) {
    guard !primary.isDown else { return }
    let bits = failoverKey.numbered(UInt64(counts.value.failovers)).bits
    counts.value.failovers &+= 1
    primary.isDown = true
    locks = [:]
    primary.cache?.clear()
    for call in primary.active {
      switch kernel.calls[call].state {
      case Stage.computing:
        primary.processor.cancel(call, &kernel)
        answer(call, .terminated, &kernel)
      case Stage.locked: answer(call, .terminated, &kernel)
      default: kernel.calls[call].state = Stage.doomed
      }
      leave(call, primary, &kernel)
    }
    kernel.schedule(after: failoverTime.nanoseconds(bits), id, EventKind.recovered, 0)
  }

  func recover(_ kernel: inout Kernel) {
    primary.isDown = false
    while true {
      let call = primary.stalled.removeFirst(&kernel)
      guard call != .none else { return }
      borrowed(call, primary, isConnected: false, &kernel)
    }
  }
}
