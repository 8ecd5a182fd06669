import Testing

@testable import Kernel

struct KernelTests {
  // MARK: Events

  @Test func `what has no delay comes at this instant, first in, first out`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    recorder.onFire = { payload, _, kernel in
      guard payload < 10 else { return }
      kernel.schedule(after: 0, recorder.id, 0, 10 * payload)
      kernel.post(recorder.id, 0, 10 * payload + 1)
      kernel.schedule(after: 5, recorder.id, 0, 10 * payload + 2)
      kernel.schedule(after: 0, recorder.id, 0, 10 * payload + 3)
    }
    kernel.schedule(after: 1, recorder.id, 0, 1)
    kernel.schedule(after: 1, recorder.id, 0, 2)
    kernel.run(until: .longest)
    #expect(
      recorder.log == [
        "fire 1@1", "fire 10@1", "fire 11@1", "fire 13@1", "fire 2@1", "fire 20@1", "fire 21@1",
        "fire 23@1", "fire 12@6", "fire 22@6",
      ])
    #expect(kernel.eventCount == 4)
    #expect(kernel.now == 6)
  }

  @Test func `a run goes up to its horizon and including it, and can be continued`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    for time in [10, 20, 21, 30] as [Nanoseconds] {
      kernel.schedule(after: time, recorder.id, 0, UInt32(time))
    }
    kernel.run(until: 20)
    #expect(recorder.log == ["fire 10@10", "fire 20@20"])
    #expect(kernel.now == 20)
    kernel.run(until: 20)
    kernel.run(until: 15)
    #expect(kernel.now == 20)
    // What is scheduled now counts from the horizon, also before what was pending.
    kernel.run(until: 20)
    kernel.schedule(after: 0, recorder.id, 0, 99)
    kernel.schedule(after: 1, recorder.id, 0, 22)
    kernel.run(until: 25)
    #expect(Array(recorder.log.dropFirst(2)) == ["fire 99@20", "fire 21@21", "fire 22@21"])
    #expect(kernel.now == 25)
    kernel.run(until: .longest)
    #expect(recorder.log.last == "fire 30@30")
    #expect(kernel.now == 30)
    #expect(kernel.eventCount == 5)
  }

  @Test func `a horizon far before many pending events does no harm`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    for payload in 0..<100 as Range<UInt32> {
      kernel.schedule(after: 1000 + Nanoseconds(payload), recorder.id, 0, payload)
    }
    kernel.run(until: 10)
    for payload in 100..<200 as Range<UInt32> {
      kernel.schedule(after: 400 - Nanoseconds(payload), recorder.id, 0, payload)
    }
    kernel.run(until: .longest)
    #expect(
      recorder.entries.map(\.what).prefix(100) == (100..<200).reversed().map { "fire \($0)" }[...])
    #expect(recorder.entries.map(\.what).suffix(100) == (0..<100).map { "fire \($0)" }[...])
  }

  @Test func `stopping ends the run once this instant is over`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    recorder.onFire = { payload, _, kernel in
      guard payload == 1 else { return }
      kernel.stop()
      kernel.post(recorder.id, 0, 10)
    }
    for (payload, time) in [(1, 5), (2, 5), (3, 6)] as [(UInt32, Nanoseconds)] {
      kernel.schedule(after: time, recorder.id, 0, payload)
    }
    kernel.run(until: 100)
    #expect(recorder.log == ["fire 1@5", "fire 10@5", "fire 2@5"])
    #expect(kernel.now == 5)
    kernel.run(until: 100)
    #expect(recorder.log.last == "fire 3@6")
    #expect(kernel.now == 100)
  }

  // MARK: Calls

  /// A caller that makes a call when it is fired, and one that answers after a delay.
  static func pair(
    in kernel: inout Kernel, answeringAfter delay: Nanoseconds, outcome: Outcome = .ok,
    timeout: Nanoseconds? = nil
  ) -> (caller: Recorder, called: Recorder) {
    let caller = Recorder.install(in: &kernel)
    let called = Recorder.install(in: &kernel)
    caller.onFire = { payload, _, kernel in
      let call = kernel.open(caller.id, operation: 0, caller: .none, drawKey: 0, user: payload)
      let child = kernel.start(
        called.id, operation: 7, caller: call, drawKey: 1, user: payload)
      if let timeout { kernel.setTimeout(child, after: timeout) }
    }
    caller.onResume = { call, _, kernel in kernel.close(call) }
    called.onArrive = { call, kernel in kernel.schedule(after: delay, called.id, 0, call) }
    called.onFire = { call, _, kernel in kernel.reply(call, outcome) }
    return (caller, called)
  }

  @Test(arguments: [0, 1, 1_000_000] as [Nanoseconds], [Outcome.ok, .miss, .failed])
  func `a reply resumes the caller with its outcome and frees the row`(
    delay: Nanoseconds, outcome: Outcome
  ) {
    var kernel = Kernel()
    let (caller, called) = Self.pair(in: &kernel, answeringAfter: delay, outcome: outcome)
    kernel.schedule(after: 3, caller.id, 0, 42)
    kernel.run(until: 3)
    if delay > 0 {
      #expect(kernel.calls.count == 2)
      let child = kernel.calls[1]
      #expect(child.user == 42 && child.drawKey == 1 && child.operation == 7)
      #expect(child.caller == 0 && child.component == called.id && child.began == 3)
    }
    kernel.run(until: .longest)
    #expect(called.log == ["arrive 7@3", "fire 1@\(3 + delay)"])
    #expect(caller.log == ["fire 42@3", "resume 0 \(outcome.rawValue)@\(3 + delay)"])
    #expect(kernel.calls.count == 0)
  }

  @Test func `a row that is given out again is as good as new`() {
    var kernel = Kernel()
    let first = kernel.open(3, operation: 4, caller: 5, drawKey: 6, user: 7)
    kernel.calls[first].state = 9
    kernel.calls[first].key = 8
    kernel.calls[first].children = 2
    kernel.calls[first].outcome = .failed
    kernel.close(first)
    let second = kernel.open(0, operation: 0, caller: .none, drawKey: 0, user: 0)
    #expect(second == first)
    let row = kernel.calls[second]
    #expect(row.state == 0 && row.key == 0 && row.children == 0 && row.outcome == .ok)
    #expect(row.next == CallID.none && row.previous == CallID.none && row.timer == CallID.none)
    #expect(row.place == 0 && row.tag == 0 && row.mark == 0 && row.slot == 0)
    #expect(row.step == 0 && row.counter == 0)
  }

  @Test func `a caller whose patience runs out is resumed, and the late reply resumes nobody`() {
    var kernel = Kernel()
    let (caller, called) = Self.pair(in: &kernel, answeringAfter: 100, timeout: 40)
    kernel.schedule(after: 1, caller.id, 0, 0)
    kernel.run(until: 41)
    #expect(caller.log == ["fire 0@1", "resume 0 8@41"])
    // The child goes on.
    #expect(kernel.calls.count == 1)
    kernel.run(until: .longest)
    #expect(caller.log.count == 2)
    #expect(called.log == ["arrive 7@1", "fire 1@101"])
    #expect(kernel.calls.count == 0)
    #expect(kernel.timers.rows.count == 0)
  }

  @Test func `a reply in time calls the timeout off`() {
    var kernel = Kernel()
    let (caller, _) = Self.pair(in: &kernel, answeringAfter: 39, timeout: 40)
    for payload in 0..<10 as Range<UInt32> { kernel.schedule(after: 1, caller.id, 0, payload) }
    kernel.run(until: 40)
    #expect(caller.entries.filter { $0.what.hasSuffix(" 0") && $0.time == 40 }.count == 10)
    #expect(kernel.timers.rows.count == 0)
    kernel.run(until: .longest)
    #expect(caller.entries.count == 20)
    #expect(kernel.calls.count == 0)
  }

  @Test func `of a timeout and a reply at the same instant the first scheduled wins`() {
    var kernel = Kernel()
    // The timeout is set before the call arrives, so its event is the older one.
    let (caller, _) = Self.pair(in: &kernel, answeringAfter: 40, timeout: 40)
    kernel.schedule(after: 1, caller.id, 0, 0)
    kernel.run(until: .longest)
    #expect(caller.log == ["fire 0@1", "resume 0 8@41"])
    #expect(kernel.calls.count == 0)
    #expect(kernel.timers.rows.count == 0)
  }

  @Test func `an abandoned call goes on and its reply resumes nobody`() {
    var kernel = Kernel()
    let (caller, called) = Self.pair(in: &kernel, answeringAfter: 100, timeout: 40)
    let make = caller.onFire
    caller.onFire = { payload, kind, kernel in
      guard kind == 1 else { return make(payload, kind, &kernel) }
      kernel.abandon(1)
      kernel.close(0)
    }
    kernel.schedule(after: 1, caller.id, 0, 0)
    kernel.schedule(after: 10, caller.id, 1, 0)
    kernel.run(until: 50)
    #expect(kernel.calls.count == 1)
    #expect(kernel.timers.rows.count == 0)
    kernel.run(until: .longest)
    #expect(caller.log == ["fire 0@1", "fire 0@10"])
    #expect(called.log == ["arrive 7@1", "fire 1@101"])
    #expect(kernel.calls.count == 0)
  }

  @Test func `a call without a caller is background work`() {
    var kernel = Kernel()
    let worker = Recorder.install(in: &kernel)
    worker.onArrive = { call, kernel in kernel.reply(call, .ok) }
    kernel.start(worker.id, operation: 2, caller: .none, drawKey: 0, user: 0)
    kernel.run(until: .longest)
    #expect(worker.log == ["arrive 2@0"])
    #expect(kernel.calls.count == 0)
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `whatever happens to calls, all rows are given back`(seed: UInt64) {
    var random = TestRandom(seed: seed)
    var kernel = Kernel()
    let caller = Recorder.install(in: &kernel)
    let called = Recorder.install(in: &kernel)
    var outstanding = 0
    caller.onFire = { payload, _, kernel in
      let call = kernel.open(caller.id, operation: 0, caller: .none, drawKey: 0, user: payload)
      let child = kernel.start(called.id, operation: 1, caller: call, drawKey: 0, user: payload)
      outstanding += 1
      if random.below(2) == 0 { kernel.setTimeout(child, after: 1000) }
      if random.below(10) == 0 {
        kernel.abandon(child)
        kernel.close(call)
        outstanding -= 1
      }
    }
    caller.onResume = { call, _, kernel in
      kernel.close(call)
      outstanding -= 1
    }
    called.onArrive = { call, kernel in
      kernel.schedule(after: Nanoseconds(random.below(2000)), called.id, 0, call)
    }
    called.onFire = { call, _, kernel in kernel.reply(call, .ok) }
    for payload in 0..<2000 as Range<UInt32> {
      kernel.schedule(after: Nanoseconds(10 * payload), caller.id, 0, payload)
    }
    kernel.run(until: .longest)
    #expect(outstanding == 0, "seed \(seed)")
    #expect(kernel.calls.count == 0, "seed \(seed)")
    #expect(kernel.timers.rows.count == 0, "seed \(seed)")
    #expect(kernel.events.count == 0, "seed \(seed)")
  }

  // MARK: Digest

  /// The digest after events at random times, of which one may differ.
  static func digest(seed: UInt64, changing change: (UInt32) -> Nanoseconds) -> UInt64 {
    var random = TestRandom(seed: seed)
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    for payload in 0..<200 as Range<UInt32> {
      let delay = 1 + random.exponential(mean: 1e6)
      kernel.schedule(after: delay + change(payload), recorder.id, 0, payload)
    }
    kernel.run(until: .longest)
    return kernel.digest
  }

  @Test func `equal runs have equal digests and different ones different digests`() {
    var digests: Set<UInt64> = []
    for seed in 0..<50 as Range<UInt64> {
      let digest = Self.digest(seed: seed) { _ in 0 }
      #expect(digest == Self.digest(seed: seed) { _ in 0 }, "seed \(seed)")
      digests.insert(digest)
      digests.insert(Self.digest(seed: seed) { $0 == 199 ? 1 : 0 })
    }
    #expect(digests.count == 100)
  }

  @Test func `the digest tells time, order, payload, kind and component`() {
    func digest(_ events: [(Nanoseconds, ComponentID, UInt16, UInt32)]) -> UInt64 {
      var kernel = Kernel()
      for _ in 0..<2 { _ = Recorder.install(in: &kernel) }
      for (delay, target, kind, payload) in events {
        kernel.schedule(after: delay, target, kind, payload)
      }
      kernel.run(until: .longest)
      return kernel.digest
    }
    let digests = [
      digest([]), digest([(1, 0, 0, 0)]), digest([(2, 0, 0, 0)]), digest([(1, 1, 0, 0)]),
      digest([(1, 0, 1, 0)]), digest([(1, 0, 0, 1)]), digest([(1, 0, 0, 0), (1, 0, 0, 1)]),
      digest([(1, 0, 0, 1), (1, 0, 0, 0)]),
    ]
    #expect(Set(digests).count == digests.count)
    // Pinned: the same on every machine, in debug and in release.
    #expect(digests[0] == 0x9e37_79b9_7f4a_7c15)
    #expect(digests[7] == 767_625_840_336_802_008)
  }
}
