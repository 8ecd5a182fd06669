import Kernel

/// How much an on-demand table serves at once: twice its previous peak.
///
/// DDB/HowItWorks.ReadWriteCapacityMode: beyond that, requests may be throttled if it is reached
/// within 30 minutes. That a peak is the highest average of a minute, and counts from 30 minutes
/// after that minute on, is how this reads here.
struct OnDemandLimit {
  private static let minutes = 30
  private static let minute = Nanoseconds.seconds(60)

  /// What a new table serves.
  let initial: Double
  private var previousPeak: Double
  /// The averages of the last minutes, which do not count yet; the oldest is at `next`.
  private var recent = [Double](repeating: 0, count: OnDemandLimit.minutes)
  private var next = 0
  private var units = 0.0
  private var end = OnDemandLimit.minute

  init(initial: Double, previousPeak: Double) {
    self.initial = initial
    self.previousPeak = previousPeak
  }

  /// Units a second at this time.
  mutating func value(at now: Nanoseconds) -> Double {
    if now >= end { advance(to: now) }
    return max(initial, 2 * previousPeak)
  }

  mutating func add(_ used: Double) { units += used }

  private mutating func advance(to now: Nanoseconds) {
    var steps = 0
    while now >= end {
      previousPeak = max(previousPeak, recent[next])
      recent[next] = units / 60
      next = (next + 1) % Self.minutes
      units = 0
      end += Self.minute
      steps += 1
      // After so long without use, nothing recent is left.
      if steps > Self.minutes, now >= end {
        end += (now - end) / Self.minute * Self.minute + Self.minute
      }
    }
  }
}
