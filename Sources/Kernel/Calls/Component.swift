/// A block of the architecture, as the kernel sees it.
///
/// A component is never entered from within another: calls and replies go through the kernel.
/// It is a class to inherit from, not a protocol to conform to: an object of a known class can be
/// entered without being retained, which a protocol's existential cannot.
open class Component {
  /// Where the component stands in the kernel.
  public let id: ComponentID

  /// A component in the place that ``Kernel/reserveComponent()`` gave.
  public init(id: ComponentID) { self.id = id }

  /// A call has arrived.
  ///
  /// The component answers it once, now or later, with `kernel.reply`.
  open func arrive(_ call: CallID, _ kernel: inout Kernel) {
    preconditionFailure("component \(id) takes no calls")
  }

  /// A child of `call` has ended or timed out; `call` is one of this component's own.
  open func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    preconditionFailure("component \(id) was resumed without having called")
  }

  /// An event that this component scheduled has come.
  open func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel) {
    preconditionFailure("component \(id) has no events")
  }
}
