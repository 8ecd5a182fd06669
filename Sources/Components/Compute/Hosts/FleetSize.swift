/// How many hosts a fleet has at the start, and within which limits.
struct FleetSize: Sendable {
  let minimum: Int
  let maximum: Int
  let desired: Int
  /// What the hosts are called.
  private let hosts: String

  /// The most processes of a fleet, so that those of hosts that come and go can be numbered.
  private static let mostProcesses = 20_000

  /// Reads the limits.
  ///
  /// - Parameters:
  ///   - parameters: the parameters of the group or service.
  ///   - hosts: what its hosts are called.
  ///   - atStart: what those at the start are, in words.
  init(from parameters: inout ParameterReader, of hosts: String, atStart: String) {
    self.hosts = hosts
    minimum = parameters.count("min", default: 1, in: 0...5000, "The fewest \(hosts).")
    maximum = parameters.count(
      "max", default: minimum, in: 0...5000, "The most \(hosts); 'min' if none is written.")
    if minimum > maximum {
      parameters.report(
        "'min' is \(minimum), above 'max' \(maximum)", at: "min",
        help: "write a 'min' of at most \(maximum)")
    }
    desired = parameters.count(
      "desired", default: minimum, in: 0...5000, "\(atStart); 'min' if none is written.")
    if maximum >= minimum, !(minimum...maximum).contains(desired) {
      parameters.report(
        "'desired' is \(desired), not from \(minimum) to \(maximum)", at: "desired", help: nil)
    }
  }

  /// Reports more processes than can be numbered.
  func check(_ application: Application, _ parameters: inout ParameterReader) {
    let most = max(maximum, minimum)
    guard most * application.processes > Self.mostProcesses else { return }
    parameters.report(
      "\(most) \(hosts) of \(application.processes) processes are more than "
        + "\(Self.mostProcesses) processes", at: "processes",
      help: "write fewer 'processes', with more 'threads' each")
  }
}
