import Kernel

/// Several items in one call.
extension RunningDynamoDBTable {
  /// A batch in progress: the call is the caller's whole loop over the items that were left.
  struct Batch: BitwiseCopyable {
    /// A bit for each item that is still to be processed.
    var remaining: UInt128
    /// Calls that were made.
    var calls = 0
  }

  /// The most that a batch reads or writes in one call, and reads of one partition
  /// (BC:dynamodb.BatchGetItem).
  private static let mostBytes = 16_000_000
  private static let mostBytesOfPartition = 1 << 20

  /// The key of an item of a batch; the first has the key of the step.
  private func item(_ number: Int, _ call: CallID, _ kernel: inout Kernel) -> UInt64 {
    let key = kernel.calls[call].key
    return number == 0 ? key : mixed(key &+ UInt64(number) &* KeyStride.number)
  }

  func beginBatch(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) {
    kernel.calls[call].slot = batches.insert(
      Batch(remaining: (UInt128(1) << UInt128(plan.items)) - 1))
    continueBatch(plan, call, &kernel)
  }

  /// Makes a call for the items that are left, and the next one later if some are left again.
  func continueBatch(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) {
    let row = kernel.calls[call].slot
    // The first call of all tells its caller that nothing was processed, for the SDK to retry.
    let isAbandoned = batches[row].calls > 0 && kernel.calls[call].caller == .none
    if isAbandoned { return endBatch(call, .timedOut, after: 0, &kernel) }
    let processed = process(plan, call, &kernel)
    batches[row].calls += 1
    let calls = batches[row].calls
    let time = time(plan, call, number: calls, &kernel)
    let left = batches[row].remaining.nonzeroBitCount
    if left == 0 { return endBatch(call, .ok, after: time, &kernel) }
    if processed == 0, calls == 1 {
      batches.remove(row)
      return refuse(call, &kernel)
    }
    countUnprocessed(left)
    let policy = leftoverPolicies[plan.leftovers]
    guard calls < policy.attempts else { return endBatch(call, .throttled, after: time, &kernel) }
    let bits = mixed(kernel.calls[call].drawKey &+ UInt64(calls) &* KeyStride.page)
    let delay = policy.delay(before: calls, after: .throttled, bits)
    kernel.schedule(after: time + delay, id, EventKind.leftover, call)
  }

  /// Processes what one call can; gives how many items that were.
  private func process(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) -> Int {
    let row = kernel.calls[call].slot
    let partitions = throughputs[0].partitions
    var bytes = 0
    var read: [(partition: Int, bytes: Int)] = []
    var processed = 0
    for number in 0..<plan.items where batches[row].remaining & (UInt128(1) << UInt128(number)) != 0
    {
      guard bytes + plan.itemBytes <= Self.mostBytes else { break }
      let key = item(number, call, &kernel)
      if plan.form == .batchRead {
        let partition = partitions.count > 1 ? partitions.index(of: place(key)) : 0
        let entry = read.firstIndex { $0.partition == partition }
        let already = entry.map { read[$0].bytes } ?? 0
        // The item that crosses the limit is still read.
        guard already < Self.mostBytesOfPartition else { continue }
        guard take(plan.units, plan.throughput, place(key), kernel.now) else { continue }
        if let entry {
          read[entry].bytes += plan.itemBytes
        } else {
          read.append((partition, plan.itemBytes))
        }
      } else {
        guard admitsWrite(plan, key, kernel.now) else { continue }
        spendWrite(plan, key, kernel.now)
      }
      bytes += plan.itemBytes
      processed += 1
      batches[row].remaining &= ~(UInt128(1) << UInt128(number))
    }
    if plan.form == .batchRead { countRead(processed, bytes: plan.itemBytes) }
    return processed
  }

  private func endBatch(
    _ call: CallID, _ outcome: Outcome, after time: Nanoseconds, _ kernel: inout Kernel
  ) {
    batches.remove(kernel.calls[call].slot)
    kernel.calls[call].outcome = outcome
    kernel.schedule(after: time, id, EventKind.done, call)
  }

  /// All items or none: the whole is refused if one is.
  func transact(_ plan: TablePlan, _ call: CallID, _ kernel: inout Kernel) {
    let isWrite = plan.form == .transactWrite
    for number in 0..<plan.items {
      let key = item(number, call, &kernel)
      let isAdmitted =
        isWrite
        ? admitsWrite(plan, key, kernel.now)
        : throughputs[plan.throughput].admits(place(key), at: kernel.now)
      guard isAdmitted else { return refuse(call, &kernel) }
    }
    for number in 0..<plan.items {
      let key = item(number, call, &kernel)
      if isWrite {
        spendWrite(plan, key, kernel.now)
      } else {
        throughputs[plan.throughput].spend(plan.units, place(key), at: kernel.now)
      }
    }
    if !isWrite { countRead(plan.items, bytes: plan.itemBytes) }
    kernel.calls[call].outcome = .ok
    finish(plan, call, &kernel)
  }
}
