/// Calls in a line, linked through their own rows: joining, leaving and passing cost no memory.
public struct CallQueue: BitwiseCopyable, Sendable {
  /// The first call, or none.
  @inlinable
  public var first: CallID { head }
  @usableFromInline var head: CallID = .none
  @usableFromInline var last: CallID = .none
  /// How many calls there are.
  @inlinable
  public var count: Int { length }
  @usableFromInline var length = 0

  /// An empty line.
  @inlinable
  public init() {}

  /// Whether there is no call.
  @inlinable
  public var isEmpty: Bool { head == .none }

  /// Puts a call at the end.
  @inlinable
  @inline(__always)
  public mutating func append(_ call: CallID, _ kernel: inout Kernel) {
    kernel.calls[call].next = .none
    kernel.calls[call].previous = last
    if last == .none { head = call } else { kernel.calls[last].next = call }
    last = call
    length &+= 1
  }

  /// Puts a call at the front.
  @inlinable
  @inline(__always)
  public mutating func prepend(_ call: CallID, _ kernel: inout Kernel) {
    kernel.calls[call].previous = .none
    kernel.calls[call].next = head
    if head == .none { last = call } else { kernel.calls[head].previous = call }
    head = call
    length &+= 1
  }

  /// Takes the first call, or none if there is none.
  @inlinable
  @inline(__always)
  public mutating func removeFirst(_ kernel: inout Kernel) -> CallID {
    let call = head
    guard call != .none else { return .none }
    head = kernel.calls[call].next
    if head == .none { last = .none } else { kernel.calls[head].previous = .none }
    length &-= 1
    return call
  }

  /// Takes a call out that is somewhere in the line.
  @inlinable
  @inline(__always)
  public mutating func remove(_ call: CallID, _ kernel: inout Kernel) {
    let next = kernel.calls[call].next
    let previous = kernel.calls[call].previous
    if previous == .none { head = next } else { kernel.calls[previous].next = next }
    if next == .none { last = previous } else { kernel.calls[next].previous = previous }
    length &-= 1
  }
}
