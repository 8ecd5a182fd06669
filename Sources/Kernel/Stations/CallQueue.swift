/// Calls in a line, linked through their own rows: joining, leaving and passing cost no memory.
public struct CallQueue: BitwiseCopyable, Sendable {
  /// The first call, or none.
  public private(set) var first: CallID = .none
  private var last: CallID = .none
  /// How many calls there are.
  public private(set) var count = 0

  /// An empty line.
  public init() {}

  /// Whether there is no call.
  public var isEmpty: Bool { first == .none }

  /// Puts a call at the end.
  public mutating func append(_ call: CallID, _ kernel: inout Kernel) {
    kernel.calls[call].next = .none
    kernel.calls[call].previous = last
    if last == .none { first = call } else { kernel.calls[last].next = call }
    last = call
    count &+= 1
  }

  /// Puts a call at the front.
  public mutating func prepend(_ call: CallID, _ kernel: inout Kernel) {
    kernel.calls[call].previous = .none
    kernel.calls[call].next = first
    if first == .none { last = call } else { kernel.calls[first].previous = call }
    first = call
    count &+= 1
  }

  /// Takes the first call, or none if there is none.
  public mutating func removeFirst(_ kernel: inout Kernel) -> CallID {
    let call = first
    if call != .none { remove(call, &kernel) }
    return call
  }

  /// Takes a call out that is somewhere in the line.
  public mutating func remove(_ call: CallID, _ kernel: inout Kernel) {
    let next = kernel.calls[call].next
    let previous = kernel.calls[call].previous
    if previous == .none { first = next } else { kernel.calls[previous].next = next }
    if next == .none { last = previous } else { kernel.calls[next].previous = previous }
    count &-= 1
  }
}
