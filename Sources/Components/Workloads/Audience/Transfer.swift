import Kernel

/// How long the bytes of an answer take after the first one.
///
/// A sender begins with the initial window and doubles what it sends with each round trip, until
/// the line is full. Each answer begins anew, as on a connection that has been idle.
struct Transfer: Sendable {
  let bytesPerSecond: Int
  let initialWindow: Int

  init(from parameters: inout ParameterReader) {
    let bandwidth = parameters.catalogue.behaviour("network.bandwidth")
    bytesPerSecond = parameters.size(
      "bandwidth", default: bandwidth?.size ?? 1, in: 1...1_000_000_000_000,
      "Bytes a second of a user's line.", source: bandwidth?.provenance.source ?? "assumed")
    let window = parameters.catalogue.behaviour("network.initial-window")
    initialWindow = parameters.size(
      "initial-window", default: window?.size ?? 1, in: 1...1_000_000_000_000,
      "What a server sends before it waits for the first acknowledgement.",
      source: window?.provenance.source ?? "assumed")
  }

  init(bytesPerSecond: Int, initialWindow: Int) {
    self.bytesPerSecond = bytesPerSecond
    self.initialWindow = initialWindow
  }

  /// The time from the first byte at the user to the last.
  func time(_ bytes: Int, roundTrip: Nanoseconds) -> Nanoseconds {
    guard bytes > 0 else { return 0 }
    let perRoundTrip = Double(bytesPerSecond) * roundTrip.inSeconds
    var window = Double(initialWindow)
    var rest = Double(bytes)
    var rounds: Nanoseconds = 0
    while rest > window, window < perRoundTrip {
      rest -= window
      window *= 2
      rounds += 1
    }
    return rounds * roundTrip + .seconds(rest / Double(bytesPerSecond))
  }
}
