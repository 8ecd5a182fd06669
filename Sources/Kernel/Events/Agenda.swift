/// What happens at the present instant, first in, first out, before time goes on.
///
/// Calls, replies and zero delays go through it rather than through the future event list: it
/// costs less, and no component is ever entered from within another.
struct Agenda: ~Copyable {
  /// An event without its time, which is now.
  struct Item {
    var payload: UInt32
    var target: ComponentID
    var kind: UInt16
  }

  private var slots: Slab<Item>
  private var head: UInt32 = 0
  private var end: UInt32 = 0
  private var mask: UInt32

  init() {
    slots = Slab()
    mask = 63
    for _ in 0...63 { _ = slots.insert(Item(payload: 0, target: 0, kind: 0)) }
  }

  mutating func push(_ item: Item) {
    if end &- head > mask { grow() }
    slots[end & mask] = item
    end &+= 1
  }

  mutating func pop() -> Item? {
    guard head != end else { return nil }
    let item = slots[head & mask]
    head &+= 1
    return item
  }

  private mutating func grow() {
    let count = mask + 1
    var larger = Slab<Item>()
    for offset in 0..<count { _ = larger.insert(slots[(head &+ offset) & mask]) }
    for _ in 0..<count { _ = larger.insert(Item(payload: 0, target: 0, kind: 0)) }
    slots = larger
    head = 0
    end = count
    mask = 2 * count - 1
  }
}
