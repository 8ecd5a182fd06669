public import Components
import Kernel

extension ScalingAction {
  /// The sum of the delays, in seconds.
  public var totalDelay: Double { delays.reduce(0) { $0 + $1.duration.inSeconds } }

  /// The longest delay, or nil if none took any time.
  public var longestDelay: Delay? {
    var longest: Delay?
    for delay in delays where delay.duration > longest?.duration ?? 0 { longest = delay }
    return longest
  }
}

extension ScalingAction.Delay {
  /// The delay's name as in a sentence: `metric period`, `launch`, `health check`.
  public var spokenName: String {
    switch name {
    case "metric": "metric period"
    case "publication": "metric publication"
    case "alarm": "alarm evaluation"
    default: Wording.words(name)
    }
  }
}
