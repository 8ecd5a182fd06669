/// A block of the architecture, as the kernel sees it.
///
/// A component is never entered from within another: calls and replies go through the kernel.
public protocol Component: AnyObject {
  /// A call has arrived. The component answers it once, now or later, with `kernel.reply`.
  func arrive(_ call: CallID, _ kernel: inout Kernel)

  /// A child of `call` has ended or timed out; `call` is one of this component's own.
  func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel)

  /// An event that this component scheduled has come.
  func fire(_ payload: UInt32, _ kind: UInt16, _ kernel: inout Kernel)
}

extension Component {
  /// A component that makes no calls is never resumed.
  public func resume(_ call: CallID, after outcome: Outcome, _ kernel: inout Kernel) {
    preconditionFailure("resumed without having called")
  }
}
