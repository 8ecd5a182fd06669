public import Components

/// An experiment as read and checked: what will be simulated, and what is asked of the results.
public struct Experiment: Sendable {
  /// The title.
  public var title: String
  /// The file as named by the user.
  public var file: String
  /// The seed that all random draws follow from.
  public var seed: UInt64
  /// How often each arm is run, each time with other draws.
  public var replications: Int
  /// Whether the runs have a beginning and an end, or show a steady state.
  public var analysis: Analysis
  /// What the users do.
  public var workload: Workload
  /// The architectures in the order of the file.
  public var arms: [Arm]
  /// What is asked of the results.
  public var objectives: [BoundObjective]
  /// The share of a month that the load lasts, for costs.
  public var loadShare: Double
  /// What the document claims that the experiment reproduces.
  public var document = Document()

  /// How the runs are looked at.
  public enum Analysis: String, CaseIterable, Sendable {
    /// A test with a beginning and an end, of which nothing is cut.
    case terminating
    /// A system that has run for long.
    case steady
  }

  /// One architecture.
  public struct Arm: Sendable {
    /// Its name.
    public var name: String
    /// Where it is written.
    public var location: SourceLocation
    /// The Region of its components, if it says so.
    public var region: String?
    /// The component where requests enter.
    public var entry: String
    /// The components in the order of the file.
    public var components: [(name: String, specification: any ComponentSpecification)]
    /// What goes wrong: its own faults, and those of the experiment that are about its components.
    public var faults: [Fault]
  }

  /// An objective and the arm it binds.
  public struct BoundObjective: Sendable {
    /// The arm; nil binds every arm.
    public var arm: String?
    /// What is asked.
    public var objective: Objective
  }
}
