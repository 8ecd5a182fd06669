import Kernel

/// The number of a process that calls, for components that keep something for each.
enum CallingProcess {
  /// The process that made a call, by its component and place; who calls from nowhere is one.
  static func number(of call: CallID, _ kernel: inout Kernel) -> UInt32 {
    let caller = kernel.calls[call].caller
    guard caller < CallID.component(0) else { return .max }
    return number(kernel.calls[caller].component, kernel.calls[caller].place)
  }

  /// The number of a component's process at a place.
  static func number(_ component: ComponentID, _ place: UInt16) -> UInt32 {
    UInt32(component) << 16 | UInt32(place)
  }
}
