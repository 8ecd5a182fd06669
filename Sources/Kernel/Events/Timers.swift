/// A deadline that can be called off: the index of its row.
public typealias TimerID = UInt32

/// Deadlines that are mostly called off before they come.
///
/// Deadlines of one constant duration expire in the order in which they were set. They wait in a
/// list of their own, of which only the head is in the future event list, so that a deadline is
/// set and called off at the cost of a few words, and a cancelled one leaves nothing behind.
struct Timers: ~Copyable {
  struct Timer: BitwiseCopyable {
    var expiry: Nanoseconds
    var payload: UInt32
    var next: TimerID
    var previous: TimerID
    var list: UInt32
    var target: ComponentID
    var kind: UInt16
  }

  struct List: BitwiseCopyable {
    var duration: Nanoseconds
    var head: TimerID = .none
    var end: TimerID = .none
    var isScheduled = false
  }

  var rows = Slab<Timer>()
  var lists = Slab<List>()

  /// The list of a duration, made if there is none yet.
  mutating func list(of duration: Nanoseconds) -> UInt32 {
    for index in 0..<UInt32(lists.count) where lists[index].duration == duration { return index }
    return lists.insert(List(duration: duration))
  }

  /// Appends a deadline to its list.
  mutating func append(_ timer: Timer) -> TimerID {
    let id = rows.insert(timer)
    let previous = lists[timer.list].end
    rows[id].previous = previous
    if previous == .none { lists[timer.list].head = id } else { rows[previous].next = id }
    lists[timer.list].end = id
    return id
  }

  /// Takes a deadline out of its list.
  mutating func remove(_ id: TimerID) {
    let timer = rows[id]
    if timer.previous == .none {
      lists[timer.list].head = timer.next
    } else {
      rows[timer.previous].next = timer.next
    }
    if timer.next == .none {
      lists[timer.list].end = timer.previous
    } else {
      rows[timer.next].previous = timer.previous
    }
    rows.remove(id)
  }
}
