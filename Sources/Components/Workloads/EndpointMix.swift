import Kernel

/// Chooses the endpoint of a request.
struct EndpointMix {
  /// The endpoints; a single nil stands for the entry's only one.
  let names: [String?]
  private let thresholds: [Double]
  private let hasChoice: Bool
  private let key = RandomKey("endpoint").bits

  init(_ entries: [Workload.MixEntry]) {
    let total = entries.reduce(0) { $0 + $1.weight }
    guard !entries.isEmpty, total > 0 else {
      names = [nil]
      thresholds = [1]
      hasChoice = false
      return
    }
    names = entries.map(\.endpoint)
    hasChoice = entries.count > 1
    var sum = 0.0
    thresholds = entries.map {
      sum += $0.weight
      return sum / total
    }
  }

  /// The number of the endpoint of the request of that key.
  @inline(__always)
  func choose(_ requestKey: UInt64) -> Int {
    hasChoice ? chosen(requestKey) : 0
  }

  @inline(never)
  private func chosen(_ requestKey: UInt64) -> Int {
    let draw = uniform(mixed(requestKey &+ key))
    var index = 0
    while index < names.count - 1, draw > thresholds[index] { index += 1 }
    return index
  }
}
