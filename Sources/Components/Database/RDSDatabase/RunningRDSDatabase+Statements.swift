import Kernel

/// How statements are executed: locks, the query cache, reading, computing, the commit.
extension RunningRDSDatabase {
  func execute(_ call: CallID, _ kernel: inout Kernel) {
    let plan = plan(of: call, &kernel)
    let instance = instance(kernel.calls[call].place)
    kernel.calls[call].step = 0
    if plan.isWrite {
      guard lock(call, &kernel) else { return }
    } else {
      if plan.readsReplica { noteStaleness(call, &kernel) }
      if let cache = instance.cache {
        kernel.calls[call].next = cache.version(of: plan.table)
        if cache.holds(resultKey(call, &kernel), of: plan.table, at: kernel.now) {
          kernel.calls[call].step = 1
          return compute(call, plan, instance, &kernel)
        }
      }
    }
    read(call, plan, instance, &kernel)
  }

  /// What tells the result of a query from that of another.
  func resultKey(_ call: CallID, _ kernel: inout Kernel) -> UInt64 {
    mixed(kernel.calls[call].key &+ UInt64(kernel.calls[call].operation) &* KeyStride.number)
  }

  /// Takes the row of a write that names one; false if it must wait for the row.
  func lock(_ call: CallID, _ kernel: inout Kernel) -> Bool {
    let row = kernel.calls[call].key
    guard row != 0 else { return true }
    guard var waiting = locks[row] else {
      locks[row] = CallQueue()
      return true
    }
    counts.value.lockWaits &+= 1
    kernel.calls[call].state = Stage.locked
    waiting.append(call, &kernel)
    locks[row] = waiting
    return false
  }

  /// Gives the row of a write to the next that waits for it.
  func unlock(_ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call].key
    guard row != 0, var waiting = locks[row] else { return }
    let next = waiting.removeFirst(&kernel)
    guard next != .none else {
      locks[row] = nil
      return
    }
    locks[row] = waiting
    read(next, plan(of: next, &kernel), primary, &kernel)
  }

  /// Reads the pages that the buffer pool does not hold.
  func read(
    _ call: CallID, _ plan: DatabasePlan, _ instance: DatabaseInstance, _ kernel: inout Kernel
  ) {
    counts.value.rowsExamined &+= plan.rowsExamined
    counts.value.pages &+= plan.pages
    let draw = uniform(mixed(kernel.calls[call].drawKey &+ readKey))
    // The share of so many pages, rounded up or down at random.
    let missed =
      instance.missShare > 0
      ? min(plan.pages, Int(Double(plan.pages) * instance.missShare + draw)) : 0
    counts.value.pagesMissed &+= missed
    let perRead = Self.sequentialRead / specification.engine.pageSize
    kernel.calls[call].mark = Nanoseconds(
      plan.isSequential ? (missed + perRead - 1) / perRead : missed)
    readOn(call, &kernel)
  }

  func readOn(_ call: CallID, _ kernel: inout Kernel) {
    let left = kernel.calls[call].mark
    let instance = instance(kernel.calls[call].place)
    let plan = plan(of: call, &kernel)
    guard left > 0 else { return compute(call, plan, instance, &kernel) }
    let count = min(left, Self.readsAtOnce)
    kernel.calls[call].mark = left - count
    kernel.calls[call].state = Stage.reading
    let bytes = plan.isSequential ? Self.sequentialRead : specification.engine.pageSize
    let admitted = instance.volume.admit(
      Int(count), of: bytes, isWrite: false, at: kernel.now)
    let bits = mixed(
      kernel.calls[call].drawKey &+ readKey &+ UInt64(left) &* KeyStride.number)
    let time = min(readTime.nanoseconds(bits), .longest / Self.readsAtOnce) * count
    kernel.schedule(after: max(time, admitted - kernel.now), id, EventKind.read, call)
  }

  func compute(
    _ call: CallID, _ plan: DatabasePlan, _ instance: DatabaseInstance, _ kernel: inout Kernel
  ) {
    kernel.calls[call].state = Stage.computing
    let bits = mixed(kernel.calls[call].drawKey &+ queryKey)
    var demand: Nanoseconds
    if kernel.calls[call].step == 1, let cache = instance.cache {
      demand = cache.hitTime.nanoseconds(bits)
    } else {
      demand = queryCPU.nanoseconds(bits) + plan.rowDemand
    }
    if kernel.calls[call].children == 1 {
      demand += connectCPU.nanoseconds(mixed(bits &+ connectKey))
    }
    instance.processor.add(call, demand: demand, &kernel)
  }

  func computed(
    _ call: CallID, _ instance: DatabaseInstance, _ kernel: inout Kernel
  ) {
    let plan = plan(of: call, &kernel)
    guard plan.isWrite else {
      counts.value.queries &+= 1
      if let cache = instance.cache, kernel.calls[call].step == 0 {
        cache.keep(
          resultKey(call, &kernel), version: kernel.calls[call].next, at: kernel.now)
      }
      leave(call, instance, &kernel)
      return answer(call, .ok, &kernel)
    }
    // The log must be on the volume before the commit is told.
    kernel.calls[call].state = Stage.committing
    let admitted = instance.volume.admit(
      1, of: specification.engine.pageSize, isWrite: true, at: kernel.now)
    let bits = mixed(kernel.calls[call].drawKey &+ writeKey)
    let standby = standbyTime?.nanoseconds(mixed(bits &+ writeKey)) ?? 0
    let time = max(writeTime.nanoseconds(bits), admitted - kernel.now) + standby
    kernel.schedule(after: min(time, .longest), id, EventKind.committed, call)
  }

  func committed(_ call: CallID, _ kernel: inout Kernel) {
    let plan = plan(of: call, &kernel)
    counts.value.writes &+= 1
    _ = primary.volume.admit(
      plan.pagesWritten, of: specification.engine.pageSize, isWrite: true, at: kernel.now)
    primary.cache?.written(plan.table)
    if !replicas.isEmpty { ship(call, plan, &kernel) }
    unlock(call, &kernel)
    leave(call, primary, &kernel)
    answer(call, .ok, &kernel)
  }
}
