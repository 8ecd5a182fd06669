/// The future event list: events in the order of (time, insertion), without a sequence number.
///
/// Three parts. The *near* part is a short sorted run of the next events. Where one belongs there
/// cannot be foreseen by the processor, so it is put in its place without a branch: those before it
/// are counted, and a block of fixed size moves, whatever lies below the first. The *fresh* event
/// was added last and goes there only when another comes: what is next need not wait then until its
/// time has been drawn. The *far* part is a radix heap (Ahuja, Mehlhorn, Orlin and Tarjan 1990),
/// which needs that time never runs backwards. A few pending events never get there, and cost less
/// than in any heap; with many, the cost of the far part hardly grows with their number.
///
/// Invariant: each near or fresh event is before ``boundary``, each far event is at it or after, so
/// ties are never on both sides of it; the fresh event is the youngest of all. (In a run of ties too
/// long for the near part, near events may be *at* the boundary; they are then the present and older
/// than their far ties.) The times of the far part are told apart relative to ``last``, which is
/// never after the present, so that any event that may still come has its place there.
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
  static var nearLimit: Int { 40 }
  /// At most so many far events are moved to the near part at once.
  static var refillLimit: Int { 20 }
  /// A bucket of more capacity than this gives its memory back when it has been emptied.
  static var keptCapacity: Int { 4096 }
  /// So many events are looked at to put one in its place, and as many are moved.
  private static var reach: Int { 8 }

  /// The next event.
  ///
  /// The last one is always in the last place of the near part, and behind it are as many that
  /// stand for none as are looked at.
  private var head: UnsafeMutablePointer<Event>
  private let near: UnsafeMutablePointer<Event>
  private let nearEnd: UnsafeMutablePointer<Event>
  private var fresh = noEvent
  /// The time of the event taken last, or later.
  @usableFromInline var present: Nanoseconds = 0
  private(set) var boundary: Nanoseconds = .max
  private let buckets: UnsafeMutablePointer<Bucket>
  private var occupied: UInt64 = 0
  private var last: Nanoseconds = 0
  private var farCount = 0

  /// Stands for no event and is after all horizons.
  private static var noEvent: Event { Event(time: .max, payload: 0, target: 0, kind: 0) }

  /// An empty list.
  public init() {
    // Blocks reach below the first place, by one event more than they move.
    let capacity = Self.reach + 1 + Self.nearLimit + Self.reach
    let start = UnsafeMutablePointer<Event>.allocate(capacity: capacity)
    start.initialize(repeating: Self.noEvent, count: capacity)
    near = start + Self.reach + 1
    nearEnd = near + Self.nearLimit
    head = nearEnd
    buckets = .allocate(capacity: 64)
    buckets.initialize(repeating: Bucket(), count: 64)
  }

  deinit {
    (near - Self.reach - 1).deallocate()
    for index in 0..<64 { buckets[index].events?.deallocate() }
    buckets.deallocate()
  }

  /// How many events are pending.
  public var count: Int { nearEnd - head + (fresh.time < .max ? 1 : 0) + farCount }

  /// Adds an event; its time must not be before that of the event taken last.
  @inlinable
  @inline(__always)
  public mutating func push(_ event: Event) { Self.push(event, to: &self) }

  @usableFromInline
  @inline(never)
  static func push(_ event: Event, to list: inout EventList) {
    guard event.time < list.boundary, list.head > list.near else {
      return pushRarely(event, to: &list)
    }
    let older = list.fresh
    list.fresh = event
    if older.time < .max { list.insertNear(older) }
  }

  /// Adds an event that is far, or for which room must be made.
  @inline(never)
  private static func pushRarely(_ event: Event, to list: inout EventList) {
    if event.time < list.boundary { list.spill() }
    if event.time < list.boundary { push(event, to: &list) } else { list.appendFar(event) }
  }

  /// Takes the next event, or none if the next is after `horizon` or there is none.
  public mutating func pop(notAfter horizon: Nanoseconds) -> Event? {
    next(notAfter: min(horizon, .max - 1))
  }

  /// Takes the next event, or none; the horizon must be before the end of all times.
  @inline(__always)
  mutating func next(notAfter horizon: Nanoseconds) -> Event? {
    let event = head.pointee
    if fresh.time < event.time { return nextFresh(notAfter: horizon) }
    if event.time > horizon { return nextFar(notAfter: horizon) }
    head += 1
    present = event.time
    return event
  }

  @inline(__always)
  private mutating func nextFresh(notAfter horizon: Nanoseconds) -> Event? {
    let event = fresh
    guard event.time <= horizon else { return nil }
    fresh = Self.noEvent
    present = event.time
    return event
  }

  @inline(never)
  private mutating func nextFar(notAfter horizon: Nanoseconds) -> Event? {
    guard head == nearEnd, farCount > 0 else { return nil }
    refill(notAfter: horizon)
    let event = head.pointee
    guard event.time <= horizon else { return nil }
    head += 1
    present = event.time
    return event
  }

  /// Puts an event in its place among the near ones, after those of its time.
  @inline(__always)
  private mutating func insertNear(_ event: Event) {
    // The sign of a difference of times, for a comparison would become a branch.
    let after = event.time &+ 1
    var earlier = 0
    for offset in 0..<Self.reach {
      earlier &+= Int(UInt64(bitPattern: head[offset].time &- after) &>> 63)
    }
    if earlier == Self.reach { return insertFarther(event) }
    let place = UnsafeMutableRawPointer(head + earlier)
    let size = MemoryLayout<Event>.stride
    let moved = (place - Self.reach * size).loadUnaligned(as: SIMD16<UInt64>.self)
    (place - (Self.reach + 1) * size).storeBytes(of: moved, as: SIMD16<UInt64>.self)
    // By one store: a block that is loaded at once cannot be forwarded from two.
    (place - size).storeBytes(of: event.words, as: SIMD2<UInt64>.self)
    head -= 1
  }

  /// Puts an event in its place behind all that are looked at.
  @inline(never)
  private mutating func insertFarther(_ event: Event) {
    var place = head
    while place.pointee.time <= event.time {
      (place - 1).pointee = place.pointee
      place += 1
    }
    (place - 1).pointee = event
    head -= 1
  }

  /// Moves the later half of the near events to the far part, the fresh one among them.
  ///
  /// Ties stay together: if need be, all events are moved.
  private mutating func spill() {
    if fresh.time < .max { insertNear(fresh) }
    fresh = Self.noEvent
    if farCount == 0 { last = present }
    var kept = head + (nearEnd - head) / 2
    while kept > head, (kept - 1).pointee.time == kept.pointee.time { kept -= 1 }
    boundary = kept.pointee.time
    let spilledCount = nearEnd - kept
    for index in 0..<spilledCount { appendFar(kept[index]) }
    let first = head + spilledCount
    first.update(from: head, count: kept - head)
    head = first
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

  /// Moves the earliest far events to the near part, unless all are after `horizon`; no event is
  /// near or fresh.
  private mutating func refill(notAfter horizon: Nanoseconds) {
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
    head = nearEnd - Self.refillLimit
    head.update(from: events + bucket.pointee.first, count: Self.refillLimit)
    bucket.pointee.first += Self.refillLimit
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
