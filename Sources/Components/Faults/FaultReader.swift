public import Kernel

extension Fault {
  /// The verbs of faults, each of which names a component, or a zone.
  private enum Verb: String, CaseIterable {
    case stop, interrupt, slow, fail, flush
    case failOver = "fail-over"
    case loseZone = "lose-zone"

    var summary: String {
      switch self {
      case .stop: "Instances of this component stop."
      case .interrupt: "Spot instances of this component are taken back."
      case .slow: "All that is asked of this component takes longer."
      case .fail: "A share of what is asked of this component fails."
      case .flush: "What this component stores is gone."
      case .failOver: "The primary of this component is lost, and another takes over."
      case .loseZone: "All that stands in this Availability Zone, a to f, is lost."
      }
    }

    /// Whether it goes on for a time.
    var lasts: Bool { self == .slow || self == .fail || self == .loseZone }
  }

  /// How an instance stops.
  private enum Manner: String, CaseIterable {
    case abrupt, graceful
  }

  /// Reads one element of `faults`; nil if it cannot be told what it is.
  public init?(from parameters: inout ParameterReader) {
    let at = parameters.duration("at", default: nil, "When it begins, from the start of the run.")
    let written = Verb.allCases.compactMap { verb -> (Verb, Setting)? in
      let setting = parameters.setting(verb.rawValue, verb.summary, required: false)
      return setting.map { (verb, $0) }
    }
    guard let (verb, target) = written.first, written.count == 1 else {
      Self.reportVerbs(written.map(\.0), &parameters)
      return nil
    }
    self.at = at
    location = target.location
    duration =
      verb.lasts
      ? parameters.duration(
        "for", default: nil, in: 1...Nanoseconds.longest, "How long it lasts.") : nil
    guard let name = target.text, !name.isEmpty else {
      parameters.report("'\(verb.rawValue)' takes a name, not \(target.form)", at: target)
      return nil
    }
    component = verb == .loseZone ? nil : name
    guard let action = Self.action(verb, name, target, &parameters) else { return nil }
    self.action = action
  }

  private static func reportVerbs(_ written: [Verb], _ parameters: inout ParameterReader) {
    let verbs = Verb.allCases.map(\.rawValue).joined(separator: ", ")
    parameters.ignoreRest()
    guard written.count > 1 else {
      return parameters.report(
        "\(parameters.owner) does not say what happens", at: nil, help: "write one of \(verbs)")
    }
    parameters.report(
      "'\(written[0].rawValue)' and '\(written[1].rawValue)' are two faults",
      at: written[1].rawValue, help: "write each as an element of its own")
  }

  private static func action(
    _ verb: Verb, _ name: String, _ target: Setting, _ parameters: inout ParameterReader
  ) -> Action? {
    switch verb {
    case .stop:
      let manner = parameters.choice(
        "how", default: Manner.abrupt,
        "abrupt: what is in flight is lost; graceful: it may end within 'grace'.")
      let grace =
        manner == .graceful
        ? parameters.duration(
          "grace", default: .seconds(30), "How long requests in flight may take to end.",
          source: "gunicorn 27.0.1") : nil
      return .stop(instances: count(&parameters), grace: grace)
    case .interrupt:
      return .interrupt(
        instances: count(&parameters),
        notice: parameters.duration(
          "notice", from: "ec2.spot-notice", "How long before the instances are told."),
        drains: parameters.flag(
          "drain", default: false, "Whether they take no more requests from the notice on."))
    case .slow:
      return .slow(
        by: parameters.timeDistribution("by", default: nil, "How much longer each request takes."))
    case .fail:
      return .fail(
        share: parameters.share("share", default: 1, "The share of the requests that fail."))
    case .flush: return .flush
    case .failOver: return .failOver
    case .loseZone:
      guard let zone = ["a", "b", "c", "d", "e", "f"].firstIndex(of: name) else {
        parameters.report(
          "there is no Availability Zone '\(name)'", at: target, help: "write a letter from a to f")
        return nil
      }
      return .loseZone(zone)
    }
  }

  private static func count(_ parameters: inout ParameterReader) -> Int {
    parameters.count("instances", default: 1, in: 1...5000, "How many of them.")
  }
}
