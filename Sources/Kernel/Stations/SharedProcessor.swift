/// A few processors shared equally by all jobs: n jobs on c processors each run at min(1, c/n).
///
/// All jobs progress at the same rate, so a single *progress* counter serves them all: a job is
/// done when the counter has grown by the job's demand. Its owner forwards the processor's events.
/// From arrival to departure it uses a call's `slot`.
public final class SharedProcessor {
  private struct Job: BitwiseCopyable {
    var finish: Double
    var order: UInt64
    var call: CallID
  }

  private struct State: BitwiseCopyable {
    /// A binary heap by finish, then arrival; calls know their position.
    var jobs: UnsafeMutablePointer<Job>
    var count = 0
    var capacity = 16
    var progress = 0.0
    /// Demand done for each job in a nanosecond.
    var rate: Double
    var updated: Nanoseconds
    var order: UInt64 = 0
    /// When the earliest pending event is due.
    var scheduled: Nanoseconds = .max
    var busy: Int128 = 0
    /// How much demand one processor does in a nanosecond, at the present share.
    var speed: Double
    /// The share of its time that each processor gives, in millionths.
    var share: Int128 = wholeShare
    /// `busy` when the share was last changed, and the time given up to then, in millionths.
    var busyAtShare: Int128 = 0
    var givenAtShare: Int128 = 0
  }

  private static let wholeShare: Int128 = 1_000_000

  /// How many processors there are; rates are relative to one.
  public let processors: Int
  /// Jobs over time: those up to the number of processors are running.
  public let population: LevelRecorder

  private let owner: ComponentID
  private let kind: UInt16
  private let payload: UInt32
  private let speed: Double
  private let state: Cell<State>

  /// A processor without jobs.
  ///
  /// - Parameters:
  ///   - processors: how many there are, 1 or more.
  ///   - speed: how much demand one processor does in a nanosecond.
  ///   - owner: the component that gets the processor's events and passes them to ``fire(_:)``.
  ///   - kind: the kind of those events.
  ///   - payload: the payload of those events.
  ///   - start: when observation begins.
  public init(
    processors: Int, speed: Double = 1, owner: ComponentID, kind: UInt16, payload: UInt32 = 0,
    start: Nanoseconds = 0
  ) {
    precondition(processors > 0 && speed > 0)
    self.processors = processors
    self.speed = speed
    self.owner = owner
    self.kind = kind
    self.payload = payload
    population = LevelRecorder(at: start)
    state = Cell(
      State(jobs: .allocate(capacity: 16), rate: speed, updated: start, speed: speed))
  }

  deinit { state.value.jobs.deallocate() }

  /// Limits each processor to a share of its time from now on, rounded to millionths; jobs in
  /// progress go on at the new rate.
  public func limit(to share: Double, _ kernel: inout Kernel) {
    let millionths = Int128((share * Double(Self.wholeShare)).rounded())
    precondition(millionths > 0 && millionths <= Self.wholeShare, "a share from 0 to 1")
    advance(to: kernel.now)
    state.value.givenAtShare = given(upTo: state.value.busy)
    state.value.busyAtShare = state.value.busy
    state.value.share = millionths
    state.value.speed = speed * (Double(millionths) / Double(Self.wholeShare))
    changeCount(by: 0)
    scheduleNext(&kernel)
  }

  /// Begins a job of a demand, in nanoseconds of one processor at speed 1.
  public func add(_ call: CallID, demand: Nanoseconds, _ kernel: inout Kernel) {
    advance(to: kernel.now)
    population.change(by: 1, at: kernel.now)
    if state.value.count == state.value.capacity { grow() }
    state.value.order &+= 1
    let job = Job(
      finish: state.value.progress + Double(demand), order: state.value.order, call: call)
    changeCount(by: 1)
    siftUp(job, from: state.value.count &- 1, &kernel)
    scheduleNext(&kernel)
  }

  /// Takes a job out before it is done.
  public func cancel(_ call: CallID, _ kernel: inout Kernel) {
    let index = Int(kernel.calls[call].slot)
    precondition(
      index < state.value.count && state.value.jobs[index].call == call,
      "call \(call) is not on the processor of component \(owner) at \(kernel.now) ns")
    advance(to: kernel.now)
    population.change(by: -1, at: kernel.now)
    remove(at: index, &kernel)
    scheduleNext(&kernel)
  }

  /// Answers one of the processor's events: gives a job that is done now, or none.
  ///
  /// Call it until it gives none.
  public func fire(_ kernel: inout Kernel) -> CallID {
    advance(to: kernel.now)
    if kernel.now >= state.value.scheduled { state.value.scheduled = .max }
    guard state.value.count > 0 else { return .none }
    let first = state.value.jobs[0]
    let delay = timeLeft(until: first.finish)
    guard delay == 0 else {
      schedule(after: delay, &kernel)
      return .none
    }
    population.change(by: -1, at: kernel.now)
    remove(at: 0, &kernel)
    return first.call
  }

  /// Processor time used since the start: processors times nanoseconds, of which a limited
  /// processor gives a share.
  public func busyTime(at now: Nanoseconds) -> Int128 {
    given(upTo: runningTime(at: now)) / Self.wholeShare
  }

  private func given(upTo running: Int128) -> Int128 {
    state.value.givenAtShare + (running - state.value.busyAtShare) * state.value.share
  }

  /// The time of processors with a job, whatever share of it they give.
  @inline(__always)
  private func runningTime(at now: Nanoseconds) -> Int128 {
    let running = min(state.value.count, processors)
    return state.value.busy + Int128(running) * Int128(now - state.value.updated)
  }

  private func advance(to now: Nanoseconds) {
    let elapsed = now - state.value.updated
    if state.value.count == 0 {
      state.value.progress = 0
    } else if elapsed > 0 {
      state.value.busy = runningTime(at: now)
      state.value.progress += Double(elapsed) * state.value.rate
    }
    state.value.updated = now
  }

  private func changeCount(by delta: Int) {
    let count = state.value.count &+ delta
    state.value.count = count
    state.value.rate =
      count <= processors
      ? state.value.speed : state.value.speed * Double(processors) / Double(count)
  }

  private func grow() {
    let larger = UnsafeMutablePointer<Job>.allocate(capacity: state.value.capacity * 2)
    larger.update(from: state.value.jobs, count: state.value.count)
    state.value.jobs.deallocate()
    state.value.jobs = larger
    state.value.capacity *= 2
  }

  /// The time until a job is done at the present rate, to the nearest nanosecond.
  private func timeLeft(until finish: Double) -> Nanoseconds {
    let time = (finish - state.value.progress) / state.value.rate + 0.5
    guard time > 0 else { return 0 }
    return time < Double(Nanoseconds.longest) ? Nanoseconds(time) : .longest
  }

  private func scheduleNext(_ kernel: inout Kernel) {
    guard state.value.count > 0 else { return }
    schedule(after: timeLeft(until: state.value.jobs[0].finish), &kernel)
  }

  /// Schedules an event unless one that is not later is already pending.
  private func schedule(after delay: Nanoseconds, _ kernel: inout Kernel) {
    let time = kernel.now + delay
    guard time < state.value.scheduled else { return }
    state.value.scheduled = time
    kernel.schedule(after: delay, owner, kind, payload)
  }

  // MARK: Heap

  private func precedes(_ one: Job, _ other: Job) -> Bool {
    one.finish < other.finish || (one.finish == other.finish && one.order < other.order)
  }

  private func place(_ job: Job, at index: Int, _ kernel: inout Kernel) {
    state.value.jobs[index] = job
    kernel.calls[job.call].slot = UInt32(truncatingIfNeeded: index)
  }

  /// Puts a job at `start` or where it belongs above.
  private func siftUp(_ job: Job, from start: Int, _ kernel: inout Kernel) {
    let jobs = state.value.jobs
    var index = start
    while index > 0 {
      let parent = (index &- 1) / 2
      guard precedes(job, jobs[parent]) else { break }
      place(jobs[parent], at: index, &kernel)
      index = parent
    }
    place(job, at: index, &kernel)
  }

  /// Puts a job at `start` or where it belongs below.
  private func siftDown(_ job: Job, from start: Int, _ kernel: inout Kernel) {
    let jobs = state.value.jobs
    let count = state.value.count
    var index = start
    while true {
      var child = 2 &* index &+ 1
      guard child < count else { break }
      if child &+ 1 < count, precedes(jobs[child &+ 1], jobs[child]) { child &+= 1 }
      guard precedes(jobs[child], job) else { break }
      place(jobs[child], at: index, &kernel)
      index = child
    }
    place(job, at: index, &kernel)
  }

  private func remove(at index: Int, _ kernel: inout Kernel) {
    changeCount(by: -1)
    let count = state.value.count
    guard index < count else { return }
    let jobs = state.value.jobs
    let moved = jobs[count]
    if index > 0, precedes(moved, jobs[(index &- 1) / 2]) {
      siftUp(moved, from: index, &kernel)
    } else {
      siftDown(moved, from: index, &kernel)
    }
  }
}
