import Kernel

/// From what load balancer capacity units (LCUs) are counted: how requests share connections, and
/// what they weigh, which the simulation does not tell.
///
/// An hour is billed the units of the dimension that uses the most. All dimensions grow with the
/// requests here, so that the same one leads in every hour, and the average over hours is that of
/// the requests.
struct CapacityUsage: Sendable {
  let requestsPerConnection: Double
  let connectionTime: Nanoseconds
  let requestSize: Int
  let responseSize: Int
  let rules: Int
  /// How much of each dimension makes a unit.
  let newConnectionsPerUnit: Double
  let activeConnectionsPerUnit: Double
  let bytesPerHourPerUnit: Double
  let evaluationsPerUnit: Double
  let freeRules: Int

  init(from parameters: inout ParameterReader) {
    let known = parameters.catalogue
    let perConnection = known.behaviour("alb.requests-per-connection")
    requestsPerConnection = parameters.number(
      "requests-per-connection", default: perConnection?.number ?? 1, in: 1...1e6, unit: "1",
      "Requests that a client sends by one connection.",
      source: perConnection?.provenance.source ?? "assumed")
    connectionTime = parameters.duration(
      "connection-time", from: "alb.connection-time",
      "How long a client's connection is open.")
    requestSize = Self.size(
      "request-size", "alb.request-size", "Bytes of a request.", &parameters)
    responseSize = Self.size(
      "response-size", "alb.response-size", "Bytes of an answer.", &parameters)
    rules = parameters.count(
      "rules", default: 1, in: 1...100, "Listener rules that a request is held against.")
    newConnectionsPerUnit = known.behaviour("alb.lcu.new-connections")?.rate ?? 25
    activeConnectionsPerUnit = known.behaviour("alb.lcu.active-connections")?.number ?? 3000
    bytesPerHourPerUnit = Double(known.behaviour("alb.lcu.bytes-per-hour")?.size ?? 1_000_000_000)
    evaluationsPerUnit = known.behaviour("alb.lcu.rule-evaluations")?.rate ?? 1000
    freeRules = Int(known.behaviour("alb.lcu.free-rules")?.number ?? 10)
  }

  private static func size(
    _ name: String, _ key: String, _ summary: String, _ parameters: inout ParameterReader
  ) -> Int {
    let behaviour = parameters.catalogue.behaviour(key)
    return parameters.size(
      name, default: behaviour?.size ?? 0, in: 0...1_000_000_000_000, summary,
      source: behaviour?.provenance.source ?? "assumed")
  }

  /// New connections of clients for a number of requests.
  func newConnections(_ requests: Double) -> Double { requests / requestsPerConnection }

  /// Connections that are open at a time, at a rate of requests per second (Little's law).
  func activeConnections(rate: Double) -> Double {
    newConnections(rate) * connectionTime.inSeconds
  }

  /// The units at a rate of requests per second.
  func units(rate: Double) -> Double {
    let bytesPerHour = rate * Double(requestSize + responseSize) * 3600
    let evaluations = rate * Double(max(0, rules - freeRules))
    return max(
      newConnections(rate) / newConnectionsPerUnit,
      activeConnections(rate: rate) / activeConnectionsPerUnit,
      bytesPerHour / bytesPerHourPerUnit, evaluations / evaluationsPerUnit)
  }
}
