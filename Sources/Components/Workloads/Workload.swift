public import Kernel

/// What users ask of an architecture, when, and how they react: the same for all arms.
public struct Workload: Sendable {
  /// How requests come about.
  enum Load: Sendable {
    /// A renewal process: independent times from one arrival to the next.
    case arrivals(interarrival: Distribution)
    /// A rate that changes in straight lines.
    case ramps([Ramp], isPoisson: Bool)
    /// Users who ask, wait for the answer, think, and ask again.
    case users(think: Distribution, starts: [UserStart])
    /// Recorded arrivals.
    case trace([Trace.Arrival])
  }

  /// A part of a load that changes in a straight line.
  struct Ramp: Sendable {
    let duration: Nanoseconds
    let from: Double
    let to: Double
  }

  /// A user comes or goes.
  struct UserStart: Sendable {
    let at: Nanoseconds
    let user: UInt32
    let isStart: Bool
  }

  /// The endpoints and their weights in the order of the file; empty if there is only one.
  public let mix: [MixEntry]

  /// One endpoint of the mix.
  public struct MixEntry: Sendable {
    /// The endpoint's name.
    public let endpoint: String
    /// Its weight; weights need not add up to anything.
    public let weight: Double
    /// Where it is written.
    public let location: SourceLocation
  }

  /// Where the workload is written.
  public let location: SourceLocation
  let load: Load
  /// The Regions of the users; nil if their network is left out.
  public let audience: Audience?
  /// When the load ends; nil if it ends with a number of requests.
  public let duration: Nanoseconds?
  /// How many requests there are; nil if the load ends with time.
  public let requests: Int?
  let identities: Int?
  let timeout: Nanoseconds?
  let retry: RetryPolicy?
  let grace: Nanoseconds
  /// How long the architecture is observed after the load ends.
  public let observation: Nanoseconds

  /// How long a run lasts at least, if it ends with time.
  public var span: Nanoseconds? { duration.map { $0 + observation } }

  /// How long the load lasts, or about how long if a number of requests ends it; nil if only the run
  /// can tell.
  public var expectedDuration: Nanoseconds? {
    if let duration { return duration }
    guard let requests, case .arrivals(let interarrival) = load else { return nil }
    return .seconds(interarrival.mean * Double(requests))
  }

  /// Reads a workload.
  public init(from parameters: inout ParameterReader) {
    location = parameters.location
    mix = Self.mix(&parameters)
    audience = Audience(from: &parameters, endpoints: mix.map(\.endpoint))
    let duration = parameters.optionalDuration(
      "duration", in: 1...Nanoseconds.longest / 4, "How long the load lasts.")
    requests = parameters.optionalCount(
      "requests", in: 1...1_000_000_000_000, "After how many requests the load ends.")
    let (load, length) = WorkloadReader.load(&parameters, duration)
    self.load = load
    self.duration = duration ?? length
    identities = parameters.optionalCount(
      "identities", in: 1...4_000_000_000,
      "How many users there are behind open arrivals; each request has its own if none is written.")
    timeout = parameters.optionalDuration(
      "timeout", in: 1...Nanoseconds.longest, "How long a client waits for an attempt.")
    retry = parameters.section(
      "retry", "What a client does when an attempt fails.", required: false
    ) { RetryPolicy(from: &$0) }
    grace = parameters.duration(
      "grace", default: requests == nil ? .seconds(30) : .longest / 4,
      "How long requests in flight may finish after the load ends; then they count as unfinished.",
      source: "k6 gracefulStop")
    observation = parameters.duration(
      "observe", default: 0, "How long the architecture is observed after the load ends.")
    checkTrace(&parameters)
    if case .arrivals(.constant(0)) = load, requests == nil {
      parameters.report(
        "arrivals without time between them never end", at: "interarrival",
        help: "write a number of 'requests'")
    }
    if self.duration == nil, requests == nil {
      parameters.report(
        "the load never ends", at: nil, help: "write a 'duration' or a number of 'requests'")
    }
  }

  /// Endpoints that a trace names must be part of the mix, where they can be checked.
  private func checkTrace(_ parameters: inout ParameterReader) {
    guard case .trace(let arrivals) = load else { return }
    var missing: [String] = []
    for endpoint in arrivals.compactMap(\.endpoint) where !missing.contains(endpoint) {
      if !mix.contains(where: { $0.endpoint == endpoint }) { missing.append(endpoint) }
      if missing.count == 3 { break }
    }
    for endpoint in missing {
      parameters.report(
        "the trace asks for '\(endpoint)', which is not in the mix", at: "trace",
        help: Spelling.nearest(to: endpoint, among: mix.map(\.endpoint))
          .map { "did you mean '\($0)'?" } ?? "write mix: {\(endpoint): 1} or the like")
    }
  }

  private static func mix(_ parameters: inout ParameterReader) -> [MixEntry] {
    let setting = parameters.setting(
      "mix", "The endpoints and their weights, as numbers or shares.", required: false)
    guard let setting else { return [] }
    guard let entries = setting.map, !entries.isEmpty else {
      parameters.report(
        "'mix' takes a map from endpoints to weights, not \(setting.form)", at: setting)
      return []
    }
    let mix = entries.compactMap { entry -> MixEntry? in
      guard let text = entry.value.text, let weight = try? Units.share(text), weight >= 0 else {
        guard let text = entry.value.text, let weight = try? Units.number(text), weight >= 0 else {
          parameters.report(
            "the weight of '\(entry.key)' is not a number from 0 up", at: entry.value,
            help: "write 60 or 60%")
          return nil
        }
        return MixEntry(endpoint: entry.key, weight: weight, location: entry.keyLocation)
      }
      return MixEntry(endpoint: entry.key, weight: weight, location: entry.keyLocation)
    }
    if !mix.isEmpty, mix.allSatisfy({ $0.weight == 0 }) {
      parameters.report("all weights of the mix are 0", at: setting)
    }
    return mix
  }

  /// Builds the client that makes the requests.
  ///
  /// - Parameters:
  ///   - entry: the component where requests enter.
  ///   - site: the client's place.
  /// - Returns: The client, in its place but not yet linked.
  public func build(entry: String, at site: Site) -> Client {
    Client(self, entry: entry, generator(site), at: site)
  }

  private func generator(_ site: Site) -> LoadGenerator {
    switch load {
    case .arrivals(let interarrival):
      OpenArrivals(interarrival, identities: identities, key: site.ownKey("arrivals"))
    case .ramps(let ramps, let isPoisson):
      RampedArrivals(
        ramps, isPoisson: isPoisson, identities: identities, key: site.ownKey("arrivals"))
    case .users(let think, let starts):
      ClosedUsers(think, starts, key: site.ownKey("users"))
    case .trace(let arrivals):
      TracedArrivals(
        arrivals, endpoints: mix.map(\.endpoint), identities: identities,
        key: site.ownKey("arrivals"))
    }
  }
}
