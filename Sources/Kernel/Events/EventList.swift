/// The future event list: events in the order of (time, insertion), without a sequence number.
///
/// Two parts. The *near* part is a short run of the next events; the *far* part is a radix heap
/// (Ahuja, Mehlhorn, Orlin and Tarjan 1990), which needs that time never runs backwards.
/// A few pending events never leave the near part, where they cost less than in any heap; with
/// many, the cost of the far part hardly grows with their number.
///
/// The near part is sorted but for the events that were added last, the *unsettled* ones, which
/// are put in their places when the first of them is due. Where an event belongs cannot be
/// foreseen by the processor, which goes wrong there and begins again; by then it knows the times
/// to be compared, which it does not yet when they were just drawn.
///
/// Invariant: each near event is before ``boundary``, each far event is at it or after, so ties
/// are always in the same part and in the order of insertion. (In a run of ties too long for the
/// near part, near events may be *at* the boundary; they are then the present and older than
/// their far ties.) The times of the far part are told apart relative to ``last``, which is never
/// after the present, so that any event that may still come has its place there.
public struct EventList: ~Copyable {
  /// A growable array of far events whose times share their high bits with ``last``.
  @usableFromInline
  struct Bucket {
    @usableFromInline var events: UnsafeMutablePointer<Event>?
    @usableFromInline var first = 0
    @usableFromInline var end = 0
    @usableFromInline var capacity = 0
    @usableFromInline init() {}
  }

  /// When the near part is full, so many events or more are spilled to the far part.
  @usableFromInline static var nearLimit: Int { 32 }
  /// At most so many far events are moved to the near part at once.
  @usableFromInline static var refillLimit: Int { 20 }
  /// A bucket of more capacity than this gives its memory back when it has been emptied.
  @usableFromInline static var keptCapacity: Int { 4096 }

  /// Room for near events; those that were taken are moved out of the way only now and then.
  @usableFromInline static var nearCapacity: Int { 2 * nearLimit }

  /// Before the first place is an event before all others, where a search ends.
  @usableFromInline let near: UnsafeMutablePointer<Event>
  @usableFromInline var head = 0
  /// Where the unsettled events begin.
  @usableFromInline var settled = 0
  @usableFromInline var tail = 0
  /// The earliest time of an unsettled event.
  @usableFromInline var soonest: Nanoseconds = .max
  @usableFromInline var boundary: Nanoseconds = .max
  @usableFromInline let buckets: UnsafeMutablePointer<Bucket>
  @usableFromInline var occupied: UInt64 = 0
  @usableFromInline var last: Nanoseconds = 0
  @usableFromInline var farCount = 0

  /// An empty list.
  public init() {
    near = .allocate(capacity: Self.nearCapacity + 1) + 1
    near[-1] = Event(time: .min, payload: 0, target: 0, kind: 0)
    buckets = .allocate(capacity: 64)
    buckets.initialize(repeating: Bucket(), count: 64)
  }

  deinit {
    (near - 1).deallocate()
    for index in 0..<64 { buckets[index].events?.deallocate() }
    buckets.deallocate()
  }

  /// How many events are pending.
  @inlinable
  public var count: Int { tail - head + farCount }

  /// Adds an event; its time must not be before that of the event taken last.
  @inlinable
  @inline(__always)
  public mutating func push(_ event: Event) {
    if event.time < boundary {
      if tail == Self.nearCapacity { makeRoom() }
      if event.time < boundary {
        near[tail] = event
        tail &+= 1
        soonest = min(soonest, event.time)
        return
      }
    }
    appendFar(event)
  }

  /// Takes the next event, or none if the next is after `horizon` or there is none.
  @inlinable
  @inline(__always)
  public mutating func pop(notAfter horizon: Nanoseconds) -> Event? {
    if head == settled {
      if head &+ 1 == tail { return popOnlyUnsettled(notAfter: horizon) }
      if head == tail { refill(notAfter: horizon) } else { settle() }
      if head == settled { return nil }
    } else if near[head].time > soonest {
      if settled &+ 1 == tail { return popOnlyUnsettled(notAfter: horizon) }
      settle()
    }
    let event = near[head]
    guard event.time <= horizon else { return nil }
    head &+= 1
    return event
  }

  /// Takes the only unsettled event, which is the next.
  @inlinable
  @inline(__always)
  mutating func popOnlyUnsettled(notAfter horizon: Nanoseconds) -> Event? {
    let event = near[settled]
    guard event.time <= horizon else { return nil }
    tail = settled
    soonest = .max
    return event
  }

  /// Puts the unsettled events in their places.
  @usableFromInline
  @inline(never)
  mutating func settle() {
    let end = tail
    tail = settled
    while tail < end { insertNear(near[tail]) }
    settled = end
    soonest = .max
  }

  /// Puts an event in its place among those before ``tail``, which are sorted.
  ///
  /// The events before ``head`` were taken and are not after any that may still come, so that the
  /// search for the place needs no other end.
  @inline(__always)
  private mutating func insertNear(_ event: Event) {
    var place = near + tail
    while (place - 1).pointee.time > event.time {
      place.pointee = (place - 1).pointee
      place -= 1
    }
    precondition(place >= near + head, "an event before the present")
    place.pointee = event
    tail &+= 1
  }

  /// Moves the near events to the front of their memory, and spills the later half if they are
  /// too many.
  @usableFromInline
  @inline(never)
  mutating func makeRoom() {
    settle()
    let count = tail - head
    if head > 0 {
      if farCount == 0 { last = near[head - 1].time }
      near.update(from: near + head, count: count)
      head = 0
      tail = count
      settled = count
    }
    if count < Self.nearLimit { return }
    precondition(near[count - 1].time < boundary, "an event before the present")
    // Ties stay together: if need be, all events are spilled.
    var kept = count / 2
    while kept > 0, near[kept - 1].time == near[kept].time { kept -= 1 }
    boundary = near[kept].time
    for index in kept..<count { appendFar(near[index]) }
    tail = kept
    settled = kept
  }

  /// The far bucket of a time: the position of the highest bit in which it differs from `last`.
  @inlinable
  func bucketIndex(_ time: Nanoseconds) -> Int {
    64 &- UInt64(bitPattern: time ^ last).leadingZeroBitCount
  }

  @usableFromInline
  mutating func appendFar(_ event: Event) {
    precondition(event.time >= last, "an event before the present")
    let index = bucketIndex(event.time)
    let bucket = buckets + index
    if bucket.pointee.end == bucket.pointee.capacity { Self.grow(bucket) }
    if let events = bucket.pointee.events { events[bucket.pointee.end] = event }
    bucket.pointee.end &+= 1
    occupied |= 1 &<< UInt64(index)
    farCount &+= 1
  }

  private static func grow(_ bucket: UnsafeMutablePointer<Bucket>) {
    let count = bucket.pointee.end - bucket.pointee.first
    let capacity = max(16, count * 2)
    let larger = UnsafeMutablePointer<Event>.allocate(capacity: capacity)
    if let events = bucket.pointee.events {
      larger.update(from: events + bucket.pointee.first, count: count)
      events.deallocate()
    }
    bucket.pointee.events = larger
    bucket.pointee.first = 0
    bucket.pointee.end = count
    bucket.pointee.capacity = capacity
  }

  /// Moves the earliest far events to the near part, which is empty, unless all are after
  /// `horizon`.
  @usableFromInline
  @inline(never)
  mutating func refill(notAfter horizon: Nanoseconds) {
    head = 0
    tail = 0
    defer { settled = tail }
    if farCount <= Self.refillLimit {
      while occupied != 0 { takeAll(occupied.trailingZeroBitCount) }
      boundary = .max
      return
    }
    while true {
      let index = occupied.trailingZeroBitCount
      let bucket = buckets + index
      if bucket.pointee.end - bucket.pointee.first <= Self.refillLimit {
        takeAll(index)
        // The bucket holds the times that agree with `last` above bit `index` and differ there.
        let span: Nanoseconds = index < 2 ? 1 : 1 &<< Nanoseconds(index &- 1)
        let start = index == 0 ? last : (last | span) & ~(span &- 1)
        boundary = start &+ span
        return
      }
      if index == 0 {
        takeTies()
        return
      }
      guard redistribute(index, notAfter: horizon) else { return }
    }
  }

  /// Moves a whole bucket to the near part.
  private mutating func takeAll(_ index: Int) {
    let bucket = buckets + index
    if let events = bucket.pointee.events {
      for position in bucket.pointee.first..<bucket.pointee.end { insertNear(events[position]) }
    }
    farCount -= bucket.pointee.end - bucket.pointee.first
    empty(bucket, index)
  }

  /// Moves the oldest of many events of the same time to the near part.
  private mutating func takeTies() {
    let bucket = buckets
    guard let events = bucket.pointee.events else { return }
    for _ in 0..<Self.refillLimit {
      near[tail] = events[bucket.pointee.first]
      tail += 1
      bucket.pointee.first += 1
    }
    farCount -= Self.refillLimit
    boundary = last
  }

  /// Spreads a bucket over the lower ones, all empty, which keeps the order of insertion.
  ///
  /// - Returns: Whether it did. It does not if the present will not come to these events, for
  ///   ``last`` becomes the time of the earliest.
  private mutating func redistribute(_ index: Int, notAfter horizon: Nanoseconds) -> Bool {
    let bucket = buckets + index
    guard let events = bucket.pointee.events else { return false }
    var earliest = Nanoseconds.max
    for position in bucket.pointee.first..<bucket.pointee.end {
      earliest = min(earliest, events[position].time)
    }
    guard earliest <= horizon else { return false }
    last = earliest
    farCount -= bucket.pointee.end - bucket.pointee.first
    for position in bucket.pointee.first..<bucket.pointee.end { appendFar(events[position]) }
    empty(bucket, index)
    return true
  }

  private mutating func empty(_ bucket: UnsafeMutablePointer<Bucket>, _ index: Int) {
    bucket.pointee.first = 0
    bucket.pointee.end = 0
    occupied &= ~(1 &<< UInt64(index))
    if bucket.pointee.capacity > Self.keptCapacity {
      bucket.pointee.events?.deallocate()
      bucket.pointee.events = nil
      bucket.pointee.capacity = 0
    }
  }
}
