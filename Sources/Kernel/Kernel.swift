/// A simulation in progress: the clock, what is pending, and the calls in flight.
///
/// One value, passed `inout` to whoever acts. It advances components by events in the order of
/// (time, insertion) and knows nothing of what they are.
public struct Kernel: ~Copyable {
  /// The simulated time.
  @inlinable public var now: Nanoseconds { events.present }
  /// The calls in flight.
  public var calls = Slab<Call>()
  /// The events taken from the future event list, up to the last run.
  public private(set) var eventCount = 0
  /// The digest of the event history: time, component, kind and payload of each event, in order.
  public private(set) var digest: UInt64 = 0x9e37_79b9_7f4a_7c15

  @usableFromInline var events = EventList()
  @usableFromInline var agenda = Agenda()
  var timers = Timers()
  private var components = ComponentTable()
  private var isStopped = false
  /// Up to when events are taken: the horizon, or the present instant once stopped.
  private var end: Nanoseconds = 0
  /// Whether so much happened at one instant that time will never go on; the run has ended then.
  public private(set) var isStuck = false

  /// What happens at one instant is at most the work of millions of calls in flight; more is a
  /// ring of components that ask one another without taking time.
  private static let mostItems = 100_000_000

  /// A simulation without components.
  public init() {}

  // MARK: Setting up

  /// Makes room for a component and gives its index, so that others can refer to it.
  public mutating func reserveComponent() -> ComponentID { components.reserve() }

  /// Puts a component in the place that was reserved for it, in the order of reservation.
  public mutating func install(_ component: Component) { components.install(component) }

  // MARK: Running

  /// Advances up to and including `horizon`, or until stopped or nothing is pending.
  ///
  /// It can be called again with a later horizon.
  public mutating func run(until horizon: Nanoseconds) {
    _ = run(until: horizon, events: .max)
  }

  /// Advances the simulation like ``run(until:)``, but by so many events at the most.
  ///
  /// - Returns: Whether the limit of events ended it, so that there may be more to do.
  public mutating func run(until horizon: Nanoseconds, events limit: Int) -> Bool {
    isStopped = false
    end = min(horizon, .max - 1)
    var left = limit
    defer { eventCount += limit - left }
    while true {
      var items = Self.mostItems
      while let item = agenda.pop() {
        perform(item)
        items &-= 1
        if items == 0 {
          isStuck = true
          return false
        }
      }
      if left == 0 { return true }
      guard let event = events.next(notAfter: end) else { break }
      left &-= 1
      absorb(event)
      if event.kind < Event.reservedKinds {
        components.entry(event.target)._withUnsafeGuaranteedRef {
          $0.fire(event.payload, event.kind, &self)
        }
      } else {
        dispatchReserved(event.kind, event.payload)
      }
    }
    if !isStopped && horizon < Nanoseconds.longest { events.present = max(now, horizon) }
    return false
  }

  /// Ends the run after the present instant: once all that happens at this time has happened.
  public mutating func stop() {
    isStopped = true
    end = now
  }

  /// Both factors of the product depend on the event, one on all before it as well; a product's
  /// halves together depend on each of their bits.
  @inline(__always)
  private mutating func absorb(_ event: Event) {
    let product = (digest ^ UInt64(bitPattern: event.time)).multipliedFullWidth(
      by: event.what ^ 0x94d0_49bb_1331_11eb)
    digest = product.high ^ product.low
  }

  /// Does what is next at this instant.
  @inline(__always)
  private mutating func perform(_ item: Agenda.Item) {
    let component = components.entry(item.target)
    let kind = item.kind
    if kind >= Self.resumeKind {
      let outcome = Outcome(rawValue: UInt8(truncatingIfNeeded: kind))
      component._withUnsafeGuaranteedRef { $0.resume(item.payload, after: outcome, &self) }
    } else if kind == Self.arriveKind {
      component._withUnsafeGuaranteedRef { $0.arrive(item.payload, &self) }
    } else {
      component._withUnsafeGuaranteedRef { $0.fire(item.payload, kind, &self) }
    }
  }

  @inline(never)
  private mutating func dispatchReserved(_ kind: UInt16, _ payload: UInt32) {
    switch kind {
    case Self.timeoutKind: timeOut(payload)
    case Self.deadlineKind: expireDeadlines(payload)
    default: preconditionFailure("an event of unknown kind \(kind) at \(now) ns")
    }
  }

  // A reserved kind from here on is a reply with the outcome in its low byte.
  @inlinable static var resumeKind: UInt16 { 0xFF00 }
  @inlinable static var arriveKind: UInt16 { 0xFE00 }
  @inlinable static var timeoutKind: UInt16 { 0xFE01 }
  static var deadlineKind: UInt16 { 0xFE02 }

  // MARK: Events

  // What each event needs is inlined where it is used: to enter and leave a function, and to look
  // up the same row in each, costs about as much as what it does.

  /// Schedules `fire` on a component after a delay; no delay means later at this instant.
  @inlinable
  @inline(__always)
  public mutating func schedule(
    after delay: Nanoseconds, _ target: ComponentID, _ kind: UInt16, _ payload: UInt32
  ) {
    if delay > 0 {
      events.push(Event(time: now + delay, payload: payload, target: target, kind: kind))
    } else {
      precondition(delay == 0, "a delay below zero")
      post(target, kind, payload)
    }
  }

  /// Puts `fire` on the agenda of this instant.
  @inlinable
  @inline(__always)
  public mutating func post(_ target: ComponentID, _ kind: UInt16, _ payload: UInt32) {
    agenda.push(Agenda.Item(payload: payload, target: target, kind: kind))
  }

  // MARK: Calls

  /// Makes a call: its component is entered later at this instant.
  ///
  /// - Parameters:
  ///   - component: who is called.
  ///   - operation: what is asked, in the numbering that the component gave when it was prepared.
  ///   - caller: the call to resume when this one ends, or a component, or none.
  ///   - drawKey: what random draws follow from.
  ///   - user: who is behind the request.
  /// - Returns: The call; the caller may set its `key`, `place` and `tag`.
  @inlinable
  @inline(__always)
  @discardableResult
  public mutating func start(
    _ component: ComponentID, operation: UInt16, caller: CallID, drawKey: UInt64, user: UInt32
  ) -> CallID {
    let call = open(component, operation: operation, caller: caller, drawKey: drawKey, user: user)
    agenda.push(Agenda.Item(payload: call, target: component, kind: Self.arriveKind))
    return call
  }

  /// Makes a row for a call that its own component keeps and does not receive: a request of the
  /// client, or a frame of a component's steps.
  @inlinable
  @inline(__always)
  public mutating func open(
    _ component: ComponentID, operation: UInt16, caller: CallID, drawKey: UInt64, user: UInt32
  ) -> CallID {
    let call = calls.claim()
    calls[call] = Call(
      component, operation: operation, caller: caller, drawKey: drawKey, user: user, at: now)
    return call
  }

  /// Gives back the row of a call that was opened.
  @inlinable
  @inline(__always)
  public mutating func close(_ call: CallID) {
    if calls[call].timer != .none { cancelTimer(of: call) }
    calls.remove(call)
  }

  /// Ends a call: its caller, if there still is one, is resumed later at this instant.
  @inlinable
  @inline(__always)
  public mutating func reply(_ call: CallID, _ outcome: Outcome) {
    let caller = calls[call].caller
    if calls[call].timer != .none { cancelTimer(of: call) }
    let kind = Self.resumeKind | UInt16(outcome.rawValue)
    if caller < .firstComponent {
      calls.remove(call)
      agenda.push(Agenda.Item(payload: caller, target: calls[caller].component, kind: kind))
    } else if caller == .none {
      calls.remove(call)
    } else {
      let target = ComponentID(truncatingIfNeeded: caller)
      agenda.push(Agenda.Item(payload: call, target: target, kind: kind))
    }
  }

  /// Gives a call up: it goes on, but nobody waits for it any more.
  @inlinable
  public mutating func abandon(_ call: CallID) {
    if calls[call].timer != .none { cancelTimer(of: call) }
    calls[call].caller = .none
  }

  // MARK: Deadlines

  /// Resumes the caller with ``Outcome/timedOut`` unless the call has ended within `duration`;
  /// the call itself is abandoned then, and goes on.
  public mutating func setTimeout(_ call: CallID, after duration: Nanoseconds) {
    precondition(calls[call].timer == .none, "a call has one timeout")
    precondition(
      calls[call].caller < .firstComponent || calls[call].caller == .none,
      "a timeout resumes a call, not a component")
    calls[call].timer = startTimer(
      after: duration, target: calls[call].component, kind: Self.timeoutKind, payload: call)
  }

  private mutating func timeOut(_ call: CallID) {
    let caller = calls[call].caller
    calls[call].timer = .none
    calls[call].caller = .none
    guard caller != .none else { return }
    components.entry(calls[caller].component)._withUnsafeGuaranteedRef {
      $0.resume(caller, after: .timedOut, &self)
    }
  }

  @usableFromInline
  @inline(never)
  mutating func cancelTimer(of call: CallID) {
    let timer = calls[call].timer
    guard timer != .none else { return }
    calls[call].timer = .none
    cancelTimer(timer)
  }

  /// Starts a deadline that can be called off; when it comes, `fire` is called on the target.
  ///
  /// Cheap when many deadlines share a few durations; for durations that are all different use
  /// an event and ignore it when it is no longer wanted.
  public mutating func startTimer(
    after duration: Nanoseconds, target: ComponentID, kind: UInt16, payload: UInt32
  ) -> TimerID {
    let list = timers.list(of: duration)
    let id = timers.append(
      Timers.Timer(
        expiry: now + duration, payload: payload, next: .none, previous: .none, list: list,
        target: target, kind: kind))
    if !timers.lists[list].isScheduled { scheduleDeadline(list, at: now + duration) }
    return id
  }

  /// Calls a deadline off that has not come yet.
  public mutating func cancelTimer(_ timer: TimerID) { timers.remove(timer) }

  private mutating func scheduleDeadline(_ list: UInt32, at time: Nanoseconds) {
    timers.lists[list].isScheduled = true
    events.push(Event(time: time, payload: list, target: 0, kind: Self.deadlineKind))
  }

  /// The list counts as scheduled meanwhile: what expires may set deadlines of the same duration.
  private mutating func expireDeadlines(_ list: UInt32) {
    while true {
      let head = timers.lists[list].head
      guard head != .none else {
        timers.lists[list].isScheduled = false
        return
      }
      let timer = timers.rows[head]
      guard timer.expiry <= now else {
        scheduleDeadline(list, at: timer.expiry)
        return
      }
      timers.remove(head)
      if timer.kind == Self.timeoutKind {
        timeOut(timer.payload)
      } else {
        components.entry(timer.target)._withUnsafeGuaranteedRef {
          $0.fire(timer.payload, timer.kind, &self)
        }
      }
    }
  }
}
