/// What an experiment showed: its arms in the order of the file, and how they compare.
public struct ExperimentResult: Sendable {
  /// The experiment's title.
  public var title: String
  /// The experiment's file, as named on the command line.
  public var file: String
  /// The seed.
  public var seed: UInt64
  /// The replications of each arm that were asked for.
  public var replications: Int
  /// Whether the experiment is a test with a beginning and an end, or a steady state.
  public var analysis: AnalysisKind
  /// The digest of the event histories and of all that the caller added to it.
  public var fingerprint: Fingerprint
  /// The arms in the order of the file.
  public var arms: [ArmResult]
  /// Every arm after the first, compared with the first.
  public var comparisons: [Comparison]
  /// What became of the objectives, in the order of the file.
  public var objectives: [ObjectiveOutcome]
  /// Whether the run was interrupted, so that replications are missing.
  public var isPartial: Bool

  /// The ways to look at a run.
  public enum AnalysisKind: String, Sendable {
    /// The run starts empty, nothing is cut, the replication is the unit.
    case terminating
    /// The warm-up period is cut.
    case steady
  }

  /// Puts the arms side by side.
  ///
  /// - Parameters:
  ///   - title: The experiment's title.
  ///   - file: The experiment's file.
  ///   - seed: The seed.
  ///   - replications: The replications of each arm that were asked for.
  ///   - analysis: How the runs are looked at.
  ///   - arms: The arms in the order of the file; the first is the baseline.
  ///   - objectives: What became of the objectives.
  ///   - inputs: A digest of what went in beside the seed, such as the catalogue.
  ///   - isPartial: Whether replications are missing.
  public init(
    title: String, file: String, seed: UInt64, replications: Int, analysis: AnalysisKind,
    arms: [ArmResult], objectives: [ObjectiveOutcome] = [], inputs: Fingerprint = Fingerprint(),
    isPartial: Bool = false
  ) {
    self.title = title
    self.file = file
    self.seed = seed
    self.replications = replications
    self.analysis = analysis
    self.arms = arms
    self.objectives = objectives
    self.isPartial = isPartial
    comparisons = Comparison.all(arms)
    fingerprint = inputs
    for arm in arms {
      fingerprint.combine(arm.name)
      fingerprint.combine(arm.fingerprint.bits)
    }
  }

  /// The comparison of an arm with the first in one metric, or nil if there is none.
  public func comparison(_ metric: String, of arm: String) -> Comparison? {
    comparisons.first { $0.metric == metric && $0.arm == arm }
  }
}
