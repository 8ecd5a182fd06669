/// The index of a call in the kernel's slab.
public typealias CallID = UInt32
/// The index of a component in the kernel.
public typealias ComponentID = UInt16

extension CallID {
  /// No call, or no timer.
  @inlinable
  public static var none: UInt32 { .max }

  /// In the place of a caller's call: a component that calls on its own behalf.
  ///
  /// It is resumed with the call itself, whose row it reads and closes: one row does where a call
  /// of its own would hold nothing that the row does not.
  @inlinable
  public static func component(_ id: ComponentID) -> CallID { firstComponent | CallID(id) }

  /// Callers from here on are components, or none; no slab has so many rows.
  @inlinable static var firstComponent: CallID { 0xFFFF_0000 }
}

/// One component asked by another to do something: a request is a stack of calls.
///
/// Some fields belong to the caller, the others to the component that is called, which may use
/// them as it likes from arrival to reply. The row is given back at the reply.
public struct Call: BitwiseCopyable, Sendable {
  // Seventy-two bytes. The fields from `key` to `outcome` are zero in a new row and next to one
  // another, so that few wide stores write them.

  /// Adds to a purpose's key to give a random draw; set by the caller.
  public var drawKey: UInt64 = 0
  /// When the call was made.
  public var began: Nanoseconds = 0
  /// The caller's call, resumed by the reply; none if it is background work or was abandoned.
  public var caller: CallID = .none
  /// The user who is behind the request.
  public var user: UInt32 = 0
  /// The component that is called.
  public var component: ComponentID = 0
  /// What is asked, in the numbering of the component that is called.
  public var operation: UInt16 = 0
  /// The caller's timeout on this call.
  public var timer: UInt32 = .none

  /// The next call in a queue or list.
  public var next: CallID = .none
  /// The previous call in a queue or list.
  public var previous: CallID = .none

  /// The cache or partition key, or any number that the operation needs; set by the caller.
  public var key: UInt64 = 0
  /// When service began, or how much of it is asked.
  public var mark: Nanoseconds = 0
  /// A place in a heap, a timer or the like.
  public var slot: UInt32 = 0
  /// Which of the component's replicas is called; set by the caller.
  public var place: UInt16 = 0
  /// The caller's own number for what it asked.
  public var tag: UInt16 = 0
  /// Where to go on after the outstanding child.
  public var step: UInt16 = 0
  /// Children that have not replied yet.
  public var children: UInt16 = 0
  /// How often a repeated step was done.
  public var counter: UInt16 = 0
  /// The component's own small state.
  public var state: UInt8 = 0
  /// The outcome so far of what the call does.
  public var outcome: Outcome = .ok

  /// A call to nobody yet.
  @inlinable
  public init() {}

  /// A call that is being made.
  @inlinable
  init(
    _ component: ComponentID, operation: UInt16, caller: CallID, drawKey: UInt64, user: UInt32,
    at now: Nanoseconds
  ) {
    self.component = component
    self.operation = operation
    self.caller = caller
    self.drawKey = drawKey
    self.user = user
    began = now
  }
}
