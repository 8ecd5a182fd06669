/// The future event list: events in the order of (time, insertion), without a sequence number.
///
/// Three parts. The *near* part is a short sorted run of the next events. The *fresh* events were
/// added last and are put in their places there when the first of them is due: where an event
/// belongs cannot be foreseen by the processor, which costs it little once it knows the times to be
/// compared, and much while they are still being drawn. The *far* part is a radix heap (Ahuja,
/// Mehlhorn, Orlin and Tarjan 1990), which needs that time never runs backwards. A few pending
/// events never get there, and cost less than in any heap; with many, the cost of the far part
/// hardly grows with their number.
///
/// Invariant: each near or fresh event is before ``boundary``, each far event is at it or after, so
/// ties are never on both sides of it; among near and fresh ones the near are the older. (In a run of ties too long for the
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

  /// When so many events are near, the later half is spilled to the far part.
  static var nearLimit: Int { 32 }
  /// At most so many events are fresh.
  @usableFromInline static var freshLimit: Int { 32 }
  /// At most so many far events are moved to the near part at once.
  static var refillLimit: Int { 20 }
  /// A bucket of more capacity than this gives its memory back when it has been emptied.
  static var keptCapacity: Int { 4096 }

  /// Room for near events; those that were taken are moved out of the way only now and then.
  private static var nearCapacity: Int { 3 * nearLimit }

  /// Before the first place is an event before all others, where a search ends.
  @usableFromInline let near: UnsafeMutablePointer<Event>
  @usableFromInline var head = 0
  @usableFromInline var tail = 0
  @usableFromInline let fresh: UnsafeMutablePointer<Event>
  @usableFromInline var freshCount = 0
  /// The earliest time of a fresh event.
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
    fresh = .allocate(capacity: Self.freshLimit)
    buckets = .allocate(capacity: 64)
    buckets.initialize(repeating: Bucket(), count: 64)
  }

  deinit {
    (near - 1).deallocate()
    fresh.deallocate()
    for index in 0..<64 { buckets[index].events?.deallocate() }
    buckets.deallocate()
  }

  /// How many events are pending.
  @inlinable
  public var count: Int { tail - head + freshCount + farCount }

  /// Adds an event; its time must not be before that of the event taken last.
  @inlinable
  @inline(__always)
  public mutating func push(_ event: Event) {
    guard event.time < boundary, freshCount < Self.freshLimit else { return pushRarely(event) }
    fresh[freshCount] = event
    freshCount &+= 1
    soonest = min(soonest, event.time)
  }

  /// Adds an event that is far, or for which room must be made.
  @usableFromInline
  @inline(never)
  mutating func pushRarely(_ event: Event) {
    if event.time < boundary { settle() }
    if event.time < boundary { push(event) } else { appendFar(event) }
  }

  /// Takes the next event, or none if the next is after `horizon` or there is none.
  @inlinable
  @inline(__always)
  public mutating func pop(notAfter horizon: Nanoseconds) -> Event? {
    if head == tail || near[head].time > soonest {
      if freshCount == 1 { return popOnlyFresh(notAfter: horizon) }
      bringNear(notAfter: horizon)
      if head == tail { return nil }
    }
    let event = near[head]
    guard event.time <= horizon else { return nil }
    head &+= 1
    return event
  }

  /// Takes the only fresh event, which is the next.
  @inlinable
  @inline(__always)
  mutating func popOnlyFresh(notAfter horizon: Nanoseconds) -> Event? {
    let event = fresh[0]
    guard event.time <= horizon else { return nil }
    freshCount = 0
    soonest = .max
    return event
  }

  @usableFromInline
  @inline(never)
  mutating func bringNear(notAfter horizon: Nanoseconds) {
    if freshCount > 0 { settle() }
    // Where all were ties, settling has spilled them all.
    if head == tail { refill(notAfter: horizon) }
  }

  /// Puts the fresh events in their places, and spills near events if they are too many.
  private mutating func settle() {
    if tail + freshCount > Self.nearCapacity {
      near.update(from: near + head, count: tail - head)
      tail -= head
      head = 0
    }
    for index in 0..<freshCount { insertNear(fresh[index]) }
    freshCount = 0
    soonest = .max
    if tail - head >= Self.nearLimit { spill() }
  }

  /// Puts an event in its place among the near ones, after those of its time.
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

  /// Moves the later half of the near events to the far part.
  ///
  /// Ties stay together: if need be, all events are moved.
  private mutating func spill() {
    precondition(near[tail - 1].time < boundary, "an event before the present")
    if farCount == 0, head > 0 { last = near[head - 1].time }
    var kept = head + (tail - head) / 2
    while kept > head, near[kept - 1].time == near[kept].time { kept -= 1 }
    boundary = near[kept].time
    for index in kept..<tail { appendFar(near[index]) }
    tail = kept
  }

  /// The far bucket of a time: the position of the highest bit in which it differs from `last`.
  private func bucketIndex(_ time: Nanoseconds) -> Int {
    64 &- UInt64(bitPattern: time ^ last).leadingZeroBitCount
  }

  private mutating func appendFar(_ event: Event) {
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

  /// Moves the earliest far events to the near part, unless all are after `horizon`; no event is near
  /// or fresh.
  private mutating func refill(notAfter horizon: Nanoseconds) {
    head = 0
    tail = 0
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
