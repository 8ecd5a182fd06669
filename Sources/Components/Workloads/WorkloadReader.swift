import Kernel

/// Reads the part of a workload that says how requests come about.
enum WorkloadReader {
  /// The words for arrival processes.
  private enum Process: String, CaseIterable {
    case poisson
    case constant
  }

  /// Reads exactly one of `users`, `rate`, `interarrival`, `stages` and `trace`.
  ///
  /// - Returns: the load, and how long it lasts if it says so itself.
  static func load(
    _ parameters: inout ParameterReader, _ duration: Nanoseconds?
  ) -> (Workload.Load, length: Nanoseconds?) {
    let process = parameters.choice(
      "process", default: Process.poisson,
      "How arrivals at a rate are spread: poisson, or constant for even ones.")
    let users = parameters.section(
      "users", "Users who ask, wait for the answer, think, and ask again.", required: false
    ) { Self.users(&$0) }
    let rate = parameters.optionalRate(
      "rate", in: 1e-9...1e9, "Arrivals at this rate, whatever the answers.")
    let interarrival = parameters.optionalTimeDistribution(
      "interarrival", "The time from one arrival to the next, instead of a rate.")
    let start = parameters.rate(
      "start-rate", default: 0, in: 0...1e9, "The rate at which the first stage begins.")
    let stages = parameters.sections(
      "stages", "Rates that change in straight lines, in k6's words."
    ) { stage in
      (
        duration: stage.duration("duration", default: nil, "How long the stage lasts."),
        target: stage.rate("target", default: nil, in: 0...1e9, "The rate at its end.")
      )
    }
    let trace = parameters.optionalText(
      "trace", "A CSV file of arrivals: time in seconds, endpoint and user.")
    let written = ["users", "rate", "interarrival", "stages", "trace"].filter { parameters.has($0) }
    if !parameters.isDescribing, written.count != 1 {
      parameters.report(
        written.isEmpty
          ? "a workload needs a load"
          : "a workload has one load, not \(written.joined(separator: " and "))",
        at: written.dropFirst().first,
        help: "write one of users, rate, interarrival, stages, trace")
    }
    if let users { return users }
    if let rate {
      return (
        .arrivals(
          interarrival: process == .poisson ? .exponential(mean: 1 / rate) : .constant(1 / rate)),
        nil
      )
    }
    if let interarrival { return (.arrivals(interarrival: interarrival), nil) }
    if !stages.isEmpty {
      var level = start
      let ramps = stages.map { stage in
        defer { level = stage.target }
        return Workload.Ramp(duration: stage.duration, from: level, to: stage.target)
      }
      return (
        .ramps(ramps, isPoisson: process == .poisson), ramps.reduce(0) { $0 + $1.duration }
      )
    }
    if let trace {
      let arrivals = Trace.read(trace, &parameters)
      return (.trace(arrivals), (arrivals.last?.at ?? 0) + 1)
    }
    return (.arrivals(interarrival: .constant(1)), nil)
  }

  private static func users(
    _ parameters: inout ParameterReader
  ) -> (Workload.Load, length: Nanoseconds?) {
    let count = parameters.optionalCount("count", in: 1...10_000_000, "How many users there are.")
    let think = parameters.timeDistribution(
      "think", default: .constant(0),
      "How long a user thinks between an answer and the next request.")
    let spawn = parameters.optionalRate(
      "spawn", in: 1e-6...1e9, "How many users start per second; all at once if none is written.")
    let stages = parameters.sections(
      "stages", "Numbers of users that change in straight lines, in k6's words."
    ) { stage in
      (
        duration: stage.duration("duration", default: nil, "How long the stage lasts."),
        target: stage.count(
          "target", default: nil, in: 0...10_000_000, "The number of users at its end.")
      )
    }
    if !parameters.isDescribing, (count == nil) == stages.isEmpty {
      parameters.report(
        "users are either a 'count' or 'stages'", at: count == nil ? nil : "stages",
        help: "write count: 200, or stages: [{duration: 1min, target: 200}]")
    }
    guard stages.isEmpty else {
      return (
        .users(think: think, starts: starts(stages)), stages.reduce(0) { $0 + $1.duration }
      )
    }
    let starts = (0..<(count ?? 1)).map { user in
      Workload.UserStart(
        at: spawn.map { .seconds(Double(user) / $0) } ?? 0, user: UInt32(user), isStart: true)
    }
    return (.users(think: think, starts: starts), nil)
  }

  /// When each user comes and goes: where the line passes the user's number.
  private static func starts(
    _ stages: [(duration: Nanoseconds, target: Int)]
  ) -> [Workload.UserStart] {
    var starts: [Workload.UserStart] = []
    var begin: Nanoseconds = 0
    var level = 0
    for stage in stages {
      let steps = abs(stage.target - level)
      for step in 0..<steps {
        let part = Double(step) / Double(steps)
        let at = begin + Nanoseconds(Double(stage.duration) * part)
        let rises = stage.target > level
        starts.append(
          Workload.UserStart(
            at: at, user: UInt32(rises ? level + step : level - step - 1), isStart: rises))
      }
      begin += stage.duration
      level = stage.target
    }
    return starts
  }
}
