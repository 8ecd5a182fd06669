/// What happens at the present instant, first in, first out, before time goes on.
///
/// Calls, replies and zero delays go through it rather than through the future event list: it
/// costs less, and no component is ever entered from within another. Mostly there is one item at a
/// time, so the first has a place of its own and only those behind it are in a ring.
@usableFromInline
struct Agenda: ~Copyable {
  /// An event without its time, which is now.
  @usableFromInline
  struct Item: BitwiseCopyable {
    @usableFromInline let what: UInt64

    @inlinable var payload: UInt32 { UInt32(truncatingIfNeeded: what &>> 32) }
    @inlinable var target: ComponentID { ComponentID(truncatingIfNeeded: what &>> 16) }
    @inlinable var kind: UInt16 { UInt16(truncatingIfNeeded: what) }

    @inlinable
    init(payload: UInt32, target: ComponentID, kind: UInt16) {
      what = UInt64(payload) &<< 32 | UInt64(target) &<< 16 | UInt64(kind)
    }

    @inlinable
    init(what: UInt64) { self.what = what }

    /// Stands for no item: no component has the last index.
    @inlinable static var none: Item { Item(what: .max) }
  }

  /// The first item; if it is none, there are none in the ring either.
  @usableFromInline var front = Item.none

  @usableFromInline var items: UnsafeMutablePointer<Item>
  @usableFromInline var head = 0
  @usableFromInline var end = 0
  /// One less than the room, which is a power of two.
  @usableFromInline var mask = 63

  init() { items = .allocate(capacity: 64) }

  @inlinable
  deinit { items.deallocate() }

  @inlinable
  @inline(__always)
  mutating func push(_ item: Item) {
    if front.what == Item.none.what { front = item } else { pushBehind(item) }
  }

  @usableFromInline
  @inline(never)
  mutating func pushBehind(_ item: Item) {
    if end &- head > mask { grow() }
    items[end & mask] = item
    end &+= 1
  }

  @inlinable
  @inline(__always)
  mutating func pop() -> Item? {
    let item = front
    guard item.what != Item.none.what else { return nil }
    if head == end {
      front = .none
    } else {
      front = items[head & mask]
      head &+= 1
    }
    return item
  }

  @usableFromInline
  @inline(never)
  mutating func grow() {
    let count = end &- head
    let larger = UnsafeMutablePointer<Item>.allocate(capacity: count * 2)
    for offset in 0..<count { larger[offset] = items[(head &+ offset) & mask] }
    items.deallocate()
    items = larger
    head = 0
    end = count
    mask = count * 2 - 1
  }
}
