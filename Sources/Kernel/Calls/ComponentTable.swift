/// The components of a simulation by index, kept alive as long as the table.
struct ComponentTable: ~Copyable {
  /// Entries without a reference count: a component is entered millions of times a second.
  private var entries = Slab<Unmanaged<Component>>()
  private var owners: [Component] = []
  private var reserved = 0

  mutating func reserve() -> ComponentID {
    precondition(reserved < Int(ComponentID.max), "too many components")
    reserved += 1
    return ComponentID(reserved - 1)
  }

  mutating func install(_ component: Component) {
    precondition(Int(component.id) == owners.count, "components are installed in order")
    owners.append(component)
    _ = entries.insert(.passUnretained(component))
  }

  @inline(__always)
  func entry(_ id: ComponentID) -> Unmanaged<Component> { entries[UInt32(id)] }
}
