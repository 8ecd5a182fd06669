public import Components

/// What all replications of one arm observed together.
///
/// Rates are per second of simulated time. Arrivals are divided by the load's duration. Endings
/// and successes are divided by the observed duration, which reaches from the start to the end of
/// the load or of the last request, whichever is later: requests that end long after the load
/// have taken the architecture that long, and do not count as throughput under load. As the
/// record of a run has no time of the last ending, that time is taken as the end of the load plus
/// the longest response time, but never later than the end of the run.
public struct ArmResult: Sendable {
  /// The arm's name.
  public var name: String
  /// Who calls whom in it.
  public var architecture: Architecture
  /// How many replications were run.
  public var replications: Int
  /// The mean duration of the load in seconds.
  public var loadDuration: Double
  /// The mean observed duration in seconds: the denominator of throughput and goodput.
  public var observedDuration: Double
  /// What happened to the requests of all endpoints.
  public var total: Outcomes
  /// Arrivals per second of the load.
  public var offeredEstimate: Estimate?
  /// Endings per second of the observed duration.
  public var throughputEstimate: Estimate?
  /// Successes per second of the observed duration.
  public var goodputEstimate: Estimate?
  /// What happened to the requests of each endpoint, in the order of the mix.
  public var endpoints: [EndpointResult]
  /// How the replications came to a steady state; nil in a terminating analysis.
  public var steady: SteadyState?
  /// What the components reported, in the order of the experiment.
  public var components: [ComponentResult]
  /// The changes of capacity in the first replication.
  public var scaling: [ScalingAction]
  /// The monthly bill.
  public var cost: CostResult
  /// The sum of the monthly bill with the pull of each replication.
  public var monthlyCostEstimate: Estimate?
  /// The metrics over time in the first replication.
  public var series: [Series]
  /// Requests that were still in flight when the run ended: the mean per replication.
  public var unfinished: Double
  /// The digests of the replications' event histories, combined in their order.
  public var fingerprint: Fingerprint

  /// Arrivals per second of the load; nil if no time passed.
  public var offered: Double? { offeredEstimate?.value }
  /// Endings per second of the observed duration; nil if no time passed.
  public var throughput: Double? { throughputEstimate?.value }
  /// Successes per second of the observed duration; nil if no time passed.
  public var goodput: Double? { goodputEstimate?.value }

  /// The component of a name, or nil if the arm has none.
  public func component(_ name: String) -> ComponentResult? {
    components.first { $0.name == name }
  }
}
