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

  /// How many processors there are; rates are relative to one.
  public let processors: Int
  /// Jobs over time: those up to the number of processors are running.
  public let population: LevelRecorder

  private let owner: ComponentID
  private let kind: UInt16
  private let payload: UInt32
  private let speed: Double
  private let jobs = GrowingCells<Job>()
  private let state: Cell<State>

  private struct State: BitwiseCopyable {
    /// Demand done since there was last no job, for each job that was there all the time.
    var progress = 0.0
    /// When ``progress`` and ``busy`` were brought up to date.
    var updated: Nanoseconds
    var order: UInt64 = 0
    /// The earliest pending event.
    var scheduled: Nanoseconds = .max
    /// Processors times nanoseconds used.
    var busy: Int128 = 0
  }

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
    state = Cell(State(updated: start))
    population = LevelRecorder(at: start)
  }

  /// Begins a job of a demand, in nanoseconds of one processor at speed 1.
  public func add(_ call: CallID, demand: Nanoseconds, _ kernel: inout Kernel) {
    advance(to: kernel.now)
    population.change(by: 1, at: kernel.now)
    state.value.order &+= 1
    jobs.append(
      Job(
        finish: state.value.progress + Double(demand), order: state.value.order, call: call))
    siftUp(jobs.count - 1, &kernel)
    scheduleNext(&kernel)
  }

  /// Takes a job out before it is done.
  public func cancel(_ call: CallID, _ kernel: inout Kernel) {
    advance(to: kernel.now)
    population.change(by: -1, at: kernel.now)
    remove(at: Int(kernel.calls[call].slot), &kernel)
    scheduleNext(&kernel)
  }

  /// Answers one of the processor's events: gives a job that is done now, or none.
  ///
  /// Call it until it gives none.
  public func fire(_ kernel: inout Kernel) -> CallID {
    advance(to: kernel.now)
    if kernel.now >= state.value.scheduled { state.value.scheduled = .max }
    // Half a nanosecond of one job's progress is below the clock's resolution.
    if jobs.count > 0, jobs[0].finish - state.value.progress <= rate * 0.5 {
      let call = jobs[0].call
      population.change(by: -1, at: kernel.now)
      remove(at: 0, &kernel)
      return call
    }
    scheduleNext(&kernel)
    return .none
  }

  /// Demand done for each job in a nanosecond.
  private var rate: Double {
    jobs.count <= processors ? speed : speed * Double(processors) / Double(jobs.count)
  }

  /// Processor time used since the start: processors times nanoseconds.
  public func busyTime(at now: Nanoseconds) -> Int128 {
    let used = min(jobs.count, processors).multipliedFullWidth(by: Int(now - state.value.updated))
    return state.value.busy + (Int128(used.high) &<< 64 | Int128(used.low))
  }

  /// The next whole number; the C library's is not used in a run.
  private func roundedUp(_ number: Double) -> Nanoseconds {
    let whole = Nanoseconds(min(number, 4e18))
    return Double(whole) < number ? whole + 1 : whole
  }

  private func advance(to now: Nanoseconds) {
    if jobs.count == 0 {
      state.value.progress = 0
    } else if now > state.value.updated {
      state.value.busy = busyTime(at: now)
      state.value.progress += Double(now - state.value.updated) * rate
    }
    state.value.updated = now
  }

  /// Schedules the next completion unless an event that is not later is already pending.
  private func scheduleNext(_ kernel: inout Kernel) {
    guard jobs.count > 0 else { return }
    let remaining = max(0, jobs[0].finish - state.value.progress) / rate
    let delay = roundedUp(remaining)
    let time = kernel.now + delay
    guard time < state.value.scheduled else { return }
    state.value.scheduled = time
    kernel.schedule(after: delay, owner, kind, payload)
  }

  // MARK: A binary heap of jobs by finish, then arrival; calls know their position.

  private func precedes(_ one: Job, _ other: Job) -> Bool {
    one.finish < other.finish || (one.finish == other.finish && one.order < other.order)
  }

  private func place(_ job: Job, at index: Int, _ kernel: inout Kernel) {
    jobs[index] = job
    kernel.calls[job.call].slot = UInt32(index)
  }

  private func siftUp(_ start: Int, _ kernel: inout Kernel) {
    let job = jobs[start]
    var index = start
    while index > 0, precedes(job, jobs[(index - 1) / 2]) {
      place(jobs[(index - 1) / 2], at: index, &kernel)
      index = (index - 1) / 2
    }
    place(job, at: index, &kernel)
  }

  private func siftDown(_ start: Int, _ kernel: inout Kernel) {
    let job = jobs[start]
    var index = start
    while true {
      var child = 2 * index + 1
      guard child < jobs.count else { break }
      if child + 1 < jobs.count, precedes(jobs[child + 1], jobs[child]) { child += 1 }
      guard precedes(jobs[child], job) else { break }
      place(jobs[child], at: index, &kernel)
      index = child
    }
    place(job, at: index, &kernel)
  }

  private func remove(at index: Int, _ kernel: inout Kernel) {
    let last = jobs.removeLast()
    guard index < jobs.count else { return }
    place(last, at: index, &kernel)
    siftUp(index, &kernel)
    siftDown(Int(kernel.calls[last.call].slot), &kernel)
  }
}
