import Kernel

/// How what is not cached is fetched from the origin.
extension RunningCloudFront {
  /// Sends the request on an idle connection, or sets one up before.
  func fetch(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    let trip = route(row).originTrip
    kernel.calls[call].mark = kernel.now
    kernel.calls[call].children |= EdgeMark.askedOrigin
    let isConnected = connections.take(
      cache(row), operations[Int(row.operation)].originNumber, at: kernel.now)
    let setUp = isConnected ? 0 : Nanoseconds(specification.fetching.setUpRoundTrips) * trip
    kernel.schedule(after: setUp + trip / 2, id, EventKind.ask, call)
  }

  /// The request is at the origin; the time that answers are waited for began when it was sent.
  func ask(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    let operation = operations[Int(row.operation)]
    counts.value.originRequests += 1
    counts.value.bytesUploaded += treatment(row).uploadBytes
    let drawKey =
      row.state == 0 ? row.drawKey : mixed(row.drawKey &+ UInt64(row.state) &* KeyStride.attempt)
    let child = kernel.start(
      operation.origin, operation: operation.originOperation, caller: call, drawKey: drawKey,
      user: row.user)
    kernel.calls[child].key = row.key
    let patience = specification.fetching.responseTimeout - route(row).originTrip
    kernel.setTimeout(child, after: max(1, patience))
  }

  /// The origin has answered, or nobody waits for it any more.
  func originEnded(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    if outcome == .refused {
      let rest = row.mark + specification.fetching.connectTimeout - kernel.now
      return kernel.schedule(after: max(0, rest), id, EventKind.unconnected, call)
    }
    kernel.calls[call].outcome = outcome
    let trip = route(row).originTrip
    kernel.schedule(after: trip - trip / 2, id, EventKind.answered, call)
  }

  /// The answer is at the cache that asked.
  func answered(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call]
    if row.outcome == .timedOut { return missed(call, .gatewayTimeout, &kernel) }
    if row.outcome == .terminated { return missed(call, .badGateway, &kernel) }
    connections.give(
      cache(row), operations[Int(row.operation)].originNumber, at: kernel.now)
    // A miss is that there is no such object.
    guard row.outcome.isSuccess, row.outcome != .miss else {
      return fail(call, row.outcome, &kernel)
    }
    let treatment = treatment(row)
    kernel.calls[call].outcome = .ok
    kernel.calls[call].mark = kernel.now + treatment.timeToLive
    let isChanged = uniform(mixed(row.drawKey &+ changeKey)) <= treatment.changedShare
    if row.children & EdgeMark.isConditional != 0, !isChanged {
      counts.value.notModified += 1
    } else {
      counts.value.bytesFromOrigin += operations[Int(row.operation)].bytes
      kernel.calls[call].children |= EdgeMark.isNoRefresh
    }
    keep(call, &kernel)
  }

  /// The origin did not answer, or broke off: only reads are tried again.
  func missed(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    let attempt = Int(kernel.calls[call].state) + 1
    guard attempt < treatment(kernel.calls[call]).attempts else {
      return fail(call, outcome, &kernel)
    }
    counts.value.retries += 1
    kernel.calls[call].state = UInt8(attempt)
    fetch(call, &kernel)
  }

  /// A failure is kept like an answer, for a time of its own.
  func fail(_ call: CallID, _ outcome: Outcome, _ kernel: inout Kernel) {
    kernel.calls[call].outcome = outcome
    kernel.calls[call].mark = kernel.now + specification.errorTimeToLive
    keep(call, &kernel)
  }
}
