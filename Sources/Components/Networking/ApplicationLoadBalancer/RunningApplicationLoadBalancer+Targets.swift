import Kernel

// Targets that come and go, and the checks of their health.
extension RunningApplicationLoadBalancer {
  // MARK: Coming and going

  func registered(
    _ place: UInt16, of component: ComponentID, zone: Int, isReady: Bool,
    _ kernel: inout Kernel
  ) {
    guard let member = members.firstIndex(where: { $0.id == component }) else { return }
    let isHealthy = isReady || members[member].health == nil
    let target = Target(
      component: component, place: place, member: UInt16(member), zone: UInt16(zone))
    let index = table.add(target, isHealthy: isHealthy, at: kernel.now)
    forgetConnections(index)
    if members[member].health != nil { beginChecks(index, &kernel) }
    if isHealthy, !isReady { becameHealthy(index, &kernel) }
  }

  func deregister(_ place: UInt16, of component: ComponentID, _ kernel: inout Kernel) {
    for index in 0..<UInt32(table.count) {
      let target = table.targets[Int(index)]
      guard target.component == component, target.place == place, target.state == .registered
      else { continue }
      table.retire(index, to: .draining, at: kernel.now)
      if target.outstanding.isEmpty {
        finishDraining(index, &kernel)
      } else {
        table.targets[Int(index)].pending += 1
        // Not at this instant, where answers may be on their way.
        kernel.schedule(
          after: max(1, specification.deregistrationDelay), id, EventKind.drainEnd, index)
      }
    }
  }

  /// The deregistration delay is over: requests that are not done get 502
  /// (ALB/load-balancer-troubleshooting).
  func endDraining(_ index: UInt32, _ kernel: inout Kernel) {
    guard table.targets[Int(index)].state == .draining else { return }
    while !table.targets[Int(index)].outstanding.isEmpty {
      let call = table.targets[Int(index)].outstanding.removeFirst(&kernel)
      kernel.abandon(CallID(kernel.calls[call].key))
      answer(call, .badGateway, &kernel)
    }
    finishDraining(index, &kernel)
  }

  func finishDraining(_ index: UInt32, _ kernel: inout Kernel) {
    table.retire(index, to: .gone, at: kernel.now)
    let target = table.targets[Int(index)]
    let replicated = members[Int(target.member)].component as? any ReplicatedComponent
    replicated?.drained(target.place, &kernel)
  }

  private func becameHealthy(_ index: UInt32, _ kernel: inout Kernel) {
    let target = table.targets[Int(index)]
    let replicated = members[Int(target.member)].component as? any ReplicatedComponent
    replicated?.becameHealthy(target.place, &kernel)
  }

  private func becameUnhealthy(_ index: UInt32, _ kernel: inout Kernel) {
    let target = table.targets[Int(index)]
    let replicated = members[Int(target.member)].component as? any ReplicatedComponent
    replicated?.becameUnhealthy(target.place, &kernel)
  }

  // MARK: Health checks

  // A node's checks of a target are numbered: node after node, target after target.

  private func beginChecks(_ index: UInt32, _ kernel: inout Kernel) {
    for node in 0..<specification.zones.nodeCount where table.serves(index, from: node) {
      let number = UInt32(node * TargetTable.limit) + index
      // Where in the interval a target's checks fall is not documented.
      let phase = uniform(phaseKey.numbered(UInt64(number)).bits)
      table.targets[Int(index)].pending += 1
      kernel.schedule(
        after: Nanoseconds(phase * Double(specification.health.interval)), id, EventKind.check,
        number)
    }
  }

  func check(_ number: UInt32, _ kernel: inout Kernel) {
    let limit = UInt32(TargetTable.limit)
    let (node, index) = (Int(number / limit), number % limit)
    let target = table.targets[Int(index)]
    table.targets[Int(index)].pending -= 1
    guard target.state == .registered, let operation = members[Int(target.member)].health
    else { return }
    kernel.schedule(after: specification.health.interval, id, EventKind.check, number)
    table.targets[Int(index)].pending += 2
    let drawKey = phaseKey.numbered(UInt64(number)).numbered(table.nextCheck(index, node)).bits
    let own = kernel.open(
      id, operation: Self.checking, caller: .none, drawKey: drawKey, user: 0)
    kernel.calls[own].slot = number
    let child = kernel.start(
      target.component, operation: operation, caller: own, drawKey: drawKey, user: 0)
    kernel.calls[child].place = target.place
    kernel.setTimeout(child, after: specification.health.timeout)
  }

  func checked(_ call: CallID, _ isPassed: Bool, _ kernel: inout Kernel) {
    let limit = UInt32(TargetTable.limit)
    let number = kernel.calls[call].slot
    let (node, index) = (Int(number / limit), number % limit)
    kernel.close(call)
    table.targets[Int(index)].pending -= 1
    if !isPassed { state.value.checksFailed += 1 }
    let health = table.checked(
      index, node, isPassed: isPassed, specification.health, at: kernel.now)
    guard let health, table.targets[Int(index)].state == .registered else { return }
    if health == .healthy {
      becameHealthy(index, &kernel)
    } else {
      becameUnhealthy(index, &kernel)
    }
  }
}
