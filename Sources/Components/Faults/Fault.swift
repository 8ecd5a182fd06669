public import Kernel

/// Something that goes wrong in a run, at a time that the experiment says.
public struct Fault: Sendable {
  /// When it begins.
  public var at: Nanoseconds
  /// How long it lasts; nil if it happens at once.
  public var duration: Nanoseconds?
  /// The component it happens to; nil if it happens to all that can suffer it.
  public var component: String?
  /// What happens.
  public var action: Action
  /// Where it is written.
  public var location: SourceLocation

  /// What goes wrong.
  public enum Action: Sendable {
    /// Instances stop; gracefully they finish what they have within the grace.
    case stop(instances: Int, grace: Nanoseconds?)
    /// Spot instances are taken back; they are told `notice` before, and may stop taking requests.
    case interrupt(instances: Int, notice: Nanoseconds, drains: Bool)
    /// Everything that is asked of it takes longer.
    case slow(by: Distribution)
    /// A share of what is asked of it fails.
    case fail(share: Double)
    /// What it stores is gone.
    case flush
    /// Its primary is lost and another takes over.
    case failOver
    /// All that stands in an Availability Zone is lost while it lasts.
    case loseZone(Int)
  }

  /// The faults that a kind of component must know how to suffer.
  public enum Kind: String, CaseIterable, Sendable {
    /// Instances stop.
    case stop
    /// Spot instances are taken back.
    case interrupt
    /// What it stores is gone.
    case flush
    /// Its primary is lost.
    case failOver = "fail-over"
    /// An Availability Zone is lost.
    case loseZone = "lose-zone"

    /// What is done to a component, as a past participle.
    public var participle: String {
      switch self {
      case .stop: "stopped"
      case .interrupt: "interrupted"
      case .flush: "flushed"
      case .failOver: "failed over"
      case .loseZone: "lost with a zone"
      }
    }
  }

  /// The kind that a component must be able to suffer; nil if any can.
  public var kind: Kind? {
    switch action {
    case .stop: .stop
    case .interrupt: .interrupt
    case .flush: .flush
    case .failOver: .failOver
    case .loseZone: .loseZone
    case .slow, .fail: nil
    }
  }

  /// Whether it acts before the component and without its help.
  var actsAtGate: Bool { kind == nil }
}
