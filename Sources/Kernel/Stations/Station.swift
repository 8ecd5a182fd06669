/// A number of equal servers with a queue before them, observed.
///
/// The station decides who is served and when; how long service takes is its owner's business.
/// A worker pool, a connection pool, a command thread and the plain queueing block are stations.
/// From arrival to departure it uses a call's `next`, `previous` and `mark`.
public final class Station {
  /// Who is served next.
  public enum Discipline: String, CaseIterable, Sendable {
    /// First in, first out.
    case fifo
    /// Last in, first out, without preemption.
    case lifo
    /// The smallest class number first, without preemption; in a class first in, first out.
    case priority
  }

  /// How a call was received.
  public enum Admission: Sendable {
    /// A server is free: service begins now.
    case served
    /// It waits.
    case queued
    /// There is no room: it is not in the station.
    case blocked
  }

  @usableFromInline
  struct State: BitwiseCopyable {
    @usableFromInline var servers: Int
    @usableFromInline var busy = 0
    @usableFromInline var blocked = 0
    var reneged = 0
    @usableFromInline var queue = CallQueue()

    init(servers: Int) { self.servers = servers }
  }

  /// How many calls may wait.
  public let room: Int
  /// Calls in the station over time.
  public let population: LevelRecorder
  /// Time from arrival to the beginning of service, of those that were served.
  public let waiting = HistogramRecorder()
  @usableFromInline let waits: HistogramRecorder.Entrance

  @usableFromInline let discipline: Discipline
  @usableFromInline let state: Cell<State>
  @usableFromInline let classes: Cells<CallQueue>

  /// A station.
  ///
  /// - Parameters:
  ///   - servers: how many calls can be served at once, 1 or more.
  ///   - room: how many more can wait.
  ///   - discipline: who is served next.
  ///   - priorityClasses: how many classes there are with ``Discipline/priority``.
  ///   - start: when observation begins.
  public init(
    servers: Int, room: Int = .max, discipline: Discipline = .fifo, priorityClasses: Int = 1,
    start: Nanoseconds = 0
  ) {
    precondition(servers > 0 && room >= 0 && priorityClasses > 0)
    self.room = room
    self.discipline = discipline
    waits = waiting.entrance
    state = Cell(State(servers: servers))
    population = LevelRecorder(at: start)
    classes = Cells(CallQueue(), count: discipline == .priority ? priorityClasses : 0)
  }

  /// How many servers there are.
  @inlinable
  public var servers: Int { state.value.servers }
  /// Changes the number of servers; those that are busy beyond it end what they do.
  ///
  /// After it has grown, ``admitNext(_:)`` begins the service of those that waited.
  public func resize(to servers: Int) {
    precondition(servers >= 0, "fewer servers than none")
    state.value.servers = servers
  }

  /// Calls being served.
  @inlinable
  public var busy: Int { state.value.busy }
  /// Calls that were refused for want of room.
  public var blockedCount: Int { state.value.blocked }
  /// Calls that left the queue before service.
  public var renegedCount: Int { state.value.reneged }

  /// Calls that wait.
  @inlinable
  public var queueLength: Int { population.level - busy }

  /// Receives a call.
  ///
  /// With ``Discipline/priority`` the call has a class, 0 first.
  @inlinable
  @inline(__always)
  public func arrive(
    _ call: CallID, priority: Int = 0, _ kernel: inout Kernel
  ) -> Admission {
    if busy < servers {
      population.change(by: 1, at: kernel.now)
      state.value.busy &+= 1
      waits.recordNothing()
      return .served
    }
    guard queueLength < room else {
      state.value.blocked &+= 1
      return .blocked
    }
    population.change(by: 1, at: kernel.now)
    kernel.calls[call].mark = kernel.now
    enqueue(call, priority, &kernel)
    return .queued
  }

  /// Ends the service of a call and gives the next to be served from now, or none.
  @inlinable
  @inline(__always)
  public func depart(_ kernel: inout Kernel) -> CallID {
    precondition(busy > 0, "a departure from an idle station")
    population.change(by: -1, at: kernel.now)
    state.value.busy &-= 1
    return admitNext(&kernel)
  }

  /// Takes a call out of the queue that will not wait longer, given the class it arrived with.
  public func renege(_ call: CallID, priority: Int = 0, _ kernel: inout Kernel) {
    population.change(by: -1, at: kernel.now)
    state.value.reneged &+= 1
    if discipline == .priority {
      classes[priority].remove(call, &kernel)
    } else {
      state.value.queue.remove(call, &kernel)
    }
  }

  /// Begins service of the next in the queue if a server is free: for when servers were added.
  @inlinable
  @inline(__always)
  public func admitNext(_ kernel: inout Kernel) -> CallID {
    guard busy < servers else { return .none }
    let call = dequeue(&kernel)
    guard call != .none else { return .none }
    state.value.busy &+= 1
    waits.record(kernel.now - kernel.calls[call].mark)
    return call
  }

  @inlinable
  @inline(__always)
  func enqueue(_ call: CallID, _ priority: Int, _ kernel: inout Kernel) {
    if discipline == .fifo {
      state.value.queue.append(call, &kernel)
    } else {
      enqueueOutOfOrder(call, priority, &kernel)
    }
  }

  @usableFromInline
  @inline(never)
  func enqueueOutOfOrder(_ call: CallID, _ priority: Int, _ kernel: inout Kernel) {
    if discipline == .priority {
      classes[priority].append(call, &kernel)
    } else {
      state.value.queue.prepend(call, &kernel)
    }
  }

  @inlinable
  @inline(__always)
  func dequeue(_ kernel: inout Kernel) -> CallID {
    discipline == .priority ? dequeueByClass(&kernel) : state.value.queue.removeFirst(&kernel)
  }

  @usableFromInline
  @inline(never)
  func dequeueByClass(_ kernel: inout Kernel) -> CallID {
    for index in 0..<classes.count where !classes[index].isEmpty {
      return classes[index].removeFirst(&kernel)
    }
    return .none
  }
}
