public import Kernel

/// Users in named Regions, and the network between them and where requests enter.
public struct Audience: Sendable {
  /// A Region with its part of the users.
  public struct Share: Sendable {
    /// The Region's name.
    public let region: String
    /// Its weight; weights need not add up to anything.
    public let weight: Double
    /// Where it is written.
    public let location: SourceLocation
  }

  /// What requests and answers go over.
  struct Network: Sendable {
    /// The versions of HTTP.
    enum Version: String, CaseIterable, Sendable {
      case http1 = "http/1.1"
      case http2 = "http/2"
      case http3 = "http/3"
    }

    /// What encrypts connections; HTTP/3 brings its own.
    enum Encryption: String, CaseIterable, Sendable {
      case none
      case tls12 = "1.2"
      case tls13 = "1.3"
    }

    let version: Version
    /// The round trips before the first byte of a request on a new connection.
    let setUpRoundTrips: Int
    let keepAlive: Nanoseconds
    let access: Distribution
    let transfer: Transfer
    /// The size of the answers of each endpoint.
    let responses: [(endpoint: String, bytes: Int, location: SourceLocation)]
  }

  /// The Regions in the order of the file.
  public let shares: [Share]
  let network: Network
  let roundTrips: RoundTrips
  /// What a GB from a Region to users costs.
  let internetPrice: Catalogue.Price?

  /// Reads `regions` and `network`; nil if users are in no Region.
  ///
  /// - Parameters:
  ///   - parameters: the workload.
  ///   - endpoints: the endpoints of the mix; empty if there is none.
  init?(from parameters: inout ParameterReader, endpoints: [String]) {
    let shares = Self.shares(&parameters)
    let network = parameters.section(
      "network", "What is between users in Regions and where their requests enter."
    ) { Network(from: &$0) }
    if parameters.has("network"), !parameters.has("regions") {
      parameters.report(
        "a network needs to know where the users are", at: "network",
        help: "write regions: {us-east-1: 60%, eu-west-1: 40%} or the like")
    }
    for response in network.responses
    where !endpoints.isEmpty && !endpoints.contains(response.endpoint) {
      parameters.context.diagnostics.append(
        Diagnostic(
          at: response.location, length: response.endpoint.unicodeScalars.count,
          "'\(response.endpoint)' is not in the mix",
          help: Spelling.help(for: response.endpoint, among: endpoints)))
    }
    guard !shares.isEmpty else { return nil }
    self.shares = shares
    self.network = network
    roundTrips = RoundTrips(parameters.catalogue)
    internetPrice = parameters.catalogue.price("network.internet-gb")
  }

  private static func shares(_ parameters: inout ParameterReader) -> [Share] {
    let setting = parameters.setting(
      "regions", "The Regions of the users and their weights, as numbers or shares.",
      required: false)
    guard let setting else { return [] }
    guard let entries = setting.map, !entries.isEmpty else {
      parameters.report(
        "'regions' takes a map from Regions to weights, not \(setting.form)", at: setting,
        help: "write regions: {us-east-1: 60%, eu-west-1: 40%}")
      return []
    }
    let known = parameters.catalogue.regions
    let shares = entries.map { entry in
      if !known.contains(entry.key) {
        parameters.context.diagnostics.append(
          Diagnostic(
            at: entry.keyLocation, length: entry.key.unicodeScalars.count,
            "there is no Region '\(entry.key)' in the catalogue",
            help: Spelling.help(for: entry.key, among: known)))
      }
      let weight = entry.value.text.flatMap { (try? Units.share($0)) ?? (try? Units.number($0)) }
      if weight.map({ $0 < 0 }) ?? true {
        parameters.report(
          "the weight of '\(entry.key)' is not a number from 0 up", at: entry.value,
          help: "write 60 or 60%")
      }
      return Share(
        region: entry.key, weight: max(0, weight ?? 0), location: entry.keyLocation)
    }
    if shares.allSatisfy({ $0.weight == 0 }) {
      parameters.report("all weights of the Regions are 0", at: setting)
    }
    return shares
  }

  /// Reports what keeps an arm from being reached by these users.
  ///
  /// - Parameters:
  ///   - home: the arm's Region.
  ///   - further: pairs of Regions that the arm's components need to know the time between.
  ///   - diagnostics: where problems go.
  public func check(
    home: String, further: [(String, String)], _ diagnostics: DiagnosticCollector
  ) {
    for share in shares {
      let pairs = [(share.region, home)] + further.filter { $0.0 == share.region }
      guard let missing = pairs.first(where: { roundTrips.between($0.0, $0.1) == nil }) else {
        continue
      }
      report(missing, at: share.location, diagnostics)
    }
    for pair in further where !shares.contains(where: { $0.region == pair.0 }) {
      guard roundTrips.between(pair.0, pair.1) == nil else { continue }
      report(pair, at: shares[0].location, diagnostics)
    }
  }

  private func report(
    _ pair: (String, String), at place: SourceLocation, _ diagnostics: DiagnosticCollector
  ) {
    let known = roundTrips.known(from: pair.1)
    diagnostics.append(
      Diagnostic(
        at: place,
        "the catalogue knows no round-trip time between \(pair.0) and \(pair.1)",
        help: known.isEmpty
          ? "add it to Models/regions.yaml"
          : "from \(pair.1) it knows \(known.joined(separator: ", "))"))
  }
}

extension Audience.Network {
  /// The largest object of CloudFront (CF/cloudfront-limits).
  private static let largestResponse = 30_000_000_000

  init(from parameters: inout ParameterReader) {
    let version = parameters.choice(
      "protocol", default: Version.http2,
      "HTTP/2 and HTTP/3 have one connection for each user, HTTP/1.1 has six.")
    let encryption = parameters.choice(
      "tls", default: Encryption.tls13, "What encrypts connections of HTTP/1.1 and HTTP/2.")
    self.version = version
    keepAlive = parameters.duration(
      "keep-alive", from: "network.keep-alive", "How long an idle connection stays open.")
    access = parameters.timeDistribution(
      "access", from: "network.access",
      "The way from a user to the next data centre and back, drawn once for each user.")
    transfer = Transfer(from: &parameters)
    let known = parameters.catalogue
    func count(_ key: String) -> Int { Int(known.behaviour("network.\(key)")?.number ?? 1) }
    setUpRoundTrips =
      switch (version, encryption) {
      case (.http3, _): count("quic-round-trips")
      case (_, .none): count("tcp-round-trips")
      case (_, .tls12): count("tcp-round-trips") + count("tls12-round-trips")
      case (_, .tls13): count("tcp-round-trips") + count("tls13-round-trips")
      }
    responses = Self.responses(&parameters)
  }

  private static func responses(
    _ parameters: inout ParameterReader
  ) -> [(endpoint: String, bytes: Int, location: SourceLocation)] {
    let setting = parameters.setting(
      "responses", "The size of the answers of each endpoint: a map from endpoints to sizes.",
      required: false)
    guard let setting else { return [] }
    guard let entries = setting.map else {
      parameters.report(
        "'responses' takes a map from endpoints to sizes, not \(setting.form)", at: setting)
      return []
    }
    return entries.compactMap { entry in
      do throws(UnitProblem) {
        let bytes = try Units.size(entry.value.text ?? "")
        guard bytes <= largestResponse else {
          throw UnitProblem("\(Units.format(size: bytes)) is too large", help: "at most 30GB")
        }
        return (entry.key, bytes, entry.keyLocation)
      } catch {
        parameters.report("'\(entry.key)': \(error.message)", at: entry.value, help: error.help)
        return nil
      }
    }
  }
}
