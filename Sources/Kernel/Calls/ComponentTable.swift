/// The components of a simulation by index, kept alive as long as the table.
///
/// A component is entered millions of times a second, so an entry is lent without being retained.
struct ComponentTable: ~Copyable {
  private struct Entry {
    unowned(unsafe) let component: any Component
  }

  private var entries: UnsafeMutablePointer<Entry>
  private var owners: [(any Component)?] = []

  init() {
    entries = .allocate(capacity: Int(ComponentID.max) + 1)
  }

  deinit { entries.deallocate() }

  mutating func reserve() -> ComponentID {
    precondition(owners.count < Int(ComponentID.max), "too many components")
    owners.append(nil)
    return ComponentID(owners.count - 1)
  }

  mutating func install(_ component: any Component, at id: ComponentID) {
    precondition(owners[Int(id)] == nil, "a component is installed once")
    owners[Int(id)] = component
    (entries + Int(id)).initialize(to: Entry(component: component))
  }

  @inline(__always)
  func at(_ id: ComponentID) -> any Component {
    precondition(Int(id) < owners.count)
    return entries[Int(id)].component
  }
}
