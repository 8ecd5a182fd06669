/// A few processors shared equally by all jobs: n jobs on c processors each run at min(1, c/n).
///
/// All jobs progress at the same rate, so a single *progress* counter serves them all: a job is
/// done when the counter has grown by the job's demand. Its owner forwards the processor's events.
/// From arrival to departure it uses a call's `slot`.
public final class SharedProcessor {
  private struct Job {
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
  private var jobs: [Job] = []
  private var progress = 0.0
  private var updated: Nanoseconds
  private var order: UInt64 = 0
  private var scheduled: Nanoseconds = .max
  private var busy: Int128 = 0

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
    updated = start
    population = LevelRecorder(at: start)
  }

  /// Begins a job of a demand, in nanoseconds of one processor at speed 1.
  public func add(_ call: CallID, demand: Nanoseconds, _ kernel: inout Kernel) {
    advance(to: kernel.now)
    population.change(by: 1, at: kernel.now)
    order &+= 1
    jobs.append(Job(finish: progress + Double(demand), order: order, call: call))
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
    if kernel.now >= scheduled { scheduled = .max }
    guard let first = jobs.first else { return .none }
    let delay = timeLeft(of: first)
    guard delay == 0 else {
      schedule(after: delay, &kernel)
      return .none
    }
    population.change(by: -1, at: kernel.now)
    remove(at: 0, &kernel)
    return first.call
  }

  /// Demand done for each job in a nanosecond.
  private var rate: Double {
    jobs.count <= processors ? speed : speed * Double(processors) / Double(jobs.count)
  }

  /// Processor time used since the start: processors times nanoseconds.
  public func busyTime(at now: Nanoseconds) -> Int128 {
    busy + Int128(min(jobs.count, processors)) * Int128(now - updated)
  }

  private func advance(to now: Nanoseconds) {
    busy = busyTime(at: now)
    if jobs.isEmpty {
      progress = 0
    } else {
      progress += Double(now - updated) * rate
    }
    updated = now
  }

  /// The time until a job is done at the present rate, to the nearest nanosecond.
  private func timeLeft(of job: Job) -> Nanoseconds {
    let time = (job.finish - progress) / rate + 0.5
    guard time > 0 else { return 0 }
    return time < Double(Nanoseconds.longest) ? Nanoseconds(time) : .longest
  }

  private func scheduleNext(_ kernel: inout Kernel) {
    if let first = jobs.first { schedule(after: timeLeft(of: first), &kernel) }
  }

  /// Schedules an event unless one that is not later is already pending.
  private func schedule(after delay: Nanoseconds, _ kernel: inout Kernel) {
    let time = kernel.now + delay
    guard time < scheduled else { return }
    scheduled = time
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
