import Kernel

extension ComponentRecord {
  /// Adds what the number of calls over time tells of a station: `utilization`, `queue_length`
  /// and `in_system`, each a time average, and `in_system_maximum`.
  ///
  /// Averages over no time at all are not reported.
  mutating func add(population: LevelRecorder, servers: Int, until now: Nanoseconds) {
    population.finish(at: now)
    if let busy = population.timeAverage(ofMinimumWith: servers) {
      add("utilization", busy / Double(servers))
    }
    if let waiting = population.timeAverage(above: servers) { add("queue_length", waiting) }
    if let level = population.timeAverage { add("in_system", level) }
    add("in_system_maximum", Double(population.maximum))
  }
}
