import Testing

@testable import Kernel

struct TimersTests {
  @Test func `deadlines of one duration come in the order in which they were set`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    recorder.onFire = { payload, kind, kernel in
      guard kind == 0 else { return }
      _ = kernel.startTimer(after: 100, target: recorder.id, kind: 1, payload: payload + 1000)
    }
    for payload in [0, 1, 2, 3] as [UInt32] {
      kernel.schedule(after: Nanoseconds(payload / 2) * 10, recorder.id, 0, payload)
    }
    kernel.run(until: .longest)
    #expect(
      recorder.log == [
        "fire 0@0", "fire 1@0", "fire 2@10", "fire 3@10", "fire 1000@100", "fire 1001@100",
        "fire 1002@110", "fire 1003@110",
      ])
    #expect(kernel.timers.rows.count == 0)
  }

  @Test(arguments: [[0], [2], [4], [0, 1], [3, 4], [1, 3], [0, 1, 2, 3, 4]])
  func `a deadline that was called off does not come`(cancelled: [Int]) {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    let timers = (0..<5).map { payload in
      kernel.startTimer(after: 100, target: recorder.id, kind: 1, payload: UInt32(payload))
    }
    for index in cancelled { kernel.cancelTimer(timers[index]) }
    #expect(kernel.timers.rows.count == 5 - cancelled.count)
    kernel.run(until: .longest)
    let left = (0..<5).filter { !cancelled.contains($0) }
    #expect(recorder.log == left.map { "fire \($0)@100" })
    #expect(kernel.timers.rows.count == 0)
    // A list whose deadlines were all called off can be used again.
    _ = kernel.startTimer(after: 100, target: recorder.id, kind: 1, payload: 9)
    kernel.run(until: .longest)
    #expect(recorder.log.last == "fire 9@200")
  }

  @Test func `deadlines set as one expires come in time, at one event each`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    recorder.onFire = { payload, _, kernel in
      _ = kernel.startTimer(after: 100, target: recorder.id, kind: 1, payload: payload)
    }
    for payload in 0..<3 as Range<UInt32> {
      kernel.schedule(after: Nanoseconds(payload) + 1, recorder.id, 0, payload)
    }
    kernel.run(until: 10_000)
    let expected = (0..<100).flatMap { round in
      (0..<3).map { "fire \($0)@\(100 * round + $0 + 1)" }
    }
    #expect(recorder.log == expected)
    // An event for each deadline after the first three, and never more than one pending.
    #expect(kernel.eventCount == 300)
    #expect(kernel.events.count == 1)
  }

  @Test func `a deadline of no duration comes at this instant`() {
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    recorder.onFire = { payload, _, kernel in
      guard payload < 5 else { return }
      _ = kernel.startTimer(after: 0, target: recorder.id, kind: 1, payload: payload + 1)
    }
    kernel.schedule(after: 7, recorder.id, 0, 0)
    kernel.run(until: .longest)
    #expect(recorder.log == (0...5).map { "fire \($0)@7" })
    #expect(kernel.timers.rows.count == 0)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `many deadlines of many durations agree with a sorted array`(seed: UInt64) {
    var random = TestRandom(seed: seed)
    var kernel = Kernel()
    let recorder = Recorder.install(in: &kernel)
    var pending: [UInt32: (timer: TimerID, expiry: Nanoseconds)] = [:]
    var wrong = 0
    var fired = 0
    recorder.onFire = { payload, _, kernel in
      fired += 1
      if pending.removeValue(forKey: payload)?.expiry != kernel.now { wrong += 1 }
    }
    for payload in 0..<5000 as Range<UInt32> {
      let duration = Nanoseconds(1 + random.below(20)) * 50
      pending[payload] = (
        kernel.startTimer(after: duration, target: recorder.id, kind: 1, payload: payload),
        kernel.now + duration
      )
      if random.below(2) == 0 {
        let victim = UInt32(random.below(Int(payload) + 1))
        if let timer = pending.removeValue(forKey: victim)?.timer { kernel.cancelTimer(timer) }
      }
      kernel.run(until: kernel.now + Nanoseconds(random.below(20)))
      if pending.values.contains(where: { $0.expiry <= kernel.now }) { wrong += 1 }
      if kernel.timers.rows.count != pending.count { wrong += 1 }
      if kernel.events.count > 20 { wrong += 1 }
    }
    kernel.run(until: .longest)
    #expect(wrong == 0 && fired > 1000, "seed \(seed)")
    #expect(pending.isEmpty && kernel.timers.rows.count == 0, "seed \(seed)")
  }
}
