/// How a call ended.
///
/// Components add outcomes of their own to the kernel's.
public struct Outcome: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
  /// Below ``firstFailure`` a success, else a failure.
  public let rawValue: UInt8

  /// An outcome by its number.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Outcomes from this number on are failures.
  @inlinable
  public static var firstFailure: UInt8 { 8 }

  /// Whether the caller got what it asked for; a miss is an answer too.
  @inlinable
  public var isSuccess: Bool { rawValue < Self.firstFailure }

  /// Done.
  @inlinable
  public static var ok: Outcome { Outcome(rawValue: 0) }
  /// Found.
  @inlinable
  public static var hit: Outcome { Outcome(rawValue: 1) }
  /// Looked for and not found.
  @inlinable
  public static var miss: Outcome { Outcome(rawValue: 2) }

  /// The caller's patience ran out first.
  @inlinable
  public static var timedOut: Outcome { Outcome(rawValue: 8) }
  /// Refused at arrival: no room to wait.
  @inlinable
  public static var blocked: Outcome { Outcome(rawValue: 9) }
  /// Left the queue before service began.
  @inlinable
  public static var reneged: Outcome { Outcome(rawValue: 10) }
  /// Failed while being served.
  @inlinable
  public static var failed: Outcome { Outcome(rawValue: 11) }
  /// Components number their own failures from here on.
  @inlinable
  public static var firstOfComponents: UInt8 { 16 }
}
