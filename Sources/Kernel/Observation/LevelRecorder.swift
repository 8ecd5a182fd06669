/// Follows the number of something over simulated time, such as the requests in a system.
///
/// All sums are integers, so the averages are exact to the last rounding. The time at each level
/// is kept for the levels below ``exactLevels``; the levels from there on share one entry, whose
/// part of the averages is exact all the same.
public final class LevelRecorder {
  @usableFromInline
  struct State {
    @usableFromInline var level: Int
    @usableFromInline var maximum: Int
    @usableFromInline var lastChange: Nanoseconds
    /// The level times the time it lasted, summed over the levels that share an entry.
    @usableFromInline var sharedArea: Int128
    var start: Nanoseconds
  }

  /// How many levels, from zero on, have their time kept one by one.
  public let exactLevels: Int

  @usableFromInline let state: UnsafeMutablePointer<State>
  /// The time at each level; the last entry is shared by all levels from `exactLevels` on.
  @usableFromInline let times: UnsafeMutablePointer<Int64>

  /// Creates a recorder at level zero.
  ///
  /// - Parameters:
  ///   - now: When the recording starts.
  ///   - exactLevels: How many levels have their time kept one by one, at 8 bytes each. Ask for
  ///     more than the number of servers to have their utilization exact.
  public init(at now: Nanoseconds, exactLevels: Int = 1024) {
    precondition(exactLevels > 0, "A level recorder needs at least one exact level.")
    self.exactLevels = exactLevels
    state = .allocate(capacity: 1)
    state.initialize(to: State(level: 0, maximum: 0, lastChange: now, sharedArea: 0, start: now))
    times = .allocate(capacity: exactLevels + 1)
    times.initialize(repeating: 0, count: exactLevels + 1)
  }

  deinit {
    state.deallocate()
    times.deallocate()
  }

  /// The present level.
  @inlinable
  public var level: Int { state.pointee.level }

  /// The highest level since the start.
  public var maximum: Int { state.pointee.maximum }

  /// The time from the start to the last change, or to where the recording was finished.
  public var duration: Nanoseconds { state.pointee.lastChange - state.pointee.start }

  /// Level times time, summed from the start to the last change, in nanoseconds.
  public var area: Int128 { exactArea + state.pointee.sharedArea }

  /// Its part at levels below ``exactLevels``.
  private var exactArea: Int128 {
    var area: Int128 = 0
    for level in 0..<Swift.min(exactLevels, maximum + 1) {
      area += Int128(level) * Int128(times[level])
    }
    return area
  }

  /// Level times time, summed from the start to `now`, in nanoseconds.
  ///
  /// The difference of two areas over the time between them is the average of that window.
  public func area(at now: Nanoseconds) -> Int128 {
    let sinceChange = now - state.pointee.lastChange
    precondition(sinceChange >= 0, "The area of a level was asked for a time gone by.")
    return area + Int128(state.pointee.level) * Int128(sinceChange)
  }

  /// The lesser of level and `servers` times time, summed from the start to `now`.
  ///
  /// As exact as ``timeAverage(ofMinimumWith:)``.
  public func area(ofMinimumWith servers: Int, at now: Nanoseconds) -> Int128 {
    let sinceChange = now - state.pointee.lastChange
    precondition(sinceChange >= 0, "The area of a level was asked for a time gone by.")
    return area(ofMinimumWith: servers)
      + Int128(Swift.min(state.pointee.level, servers)) * Int128(sinceChange)
  }

  /// Raises or lowers the level; it may not fall below zero, nor may time run backwards.
  @inlinable
  @inline(__always)
  public func change(by delta: Int, at now: Nanoseconds) {
    let old = state.pointee.level
    let elapsed = now &- state.pointee.lastChange
    // Checked in debug builds only: nothing but a defect of the recorder's owner can break these.
    assert(elapsed >= 0, "A level changed at a time gone by.")
    if old < exactLevels {
      times[old] &+= elapsed
    } else {
      times[exactLevels] &+= elapsed
      state.pointee.sharedArea += Int128(old) * Int128(elapsed)
    }
    state.pointee.lastChange = now
    let new = old &+ delta
    assert(new >= 0, "A level fell below zero.")
    state.pointee.level = new
    if delta > 0, new > state.pointee.maximum { state.pointee.maximum = new }
  }

  /// Counts the present level up to `now`, the end of what the averages are about.
  public func finish(at now: Nanoseconds) { change(by: 0, at: now) }

  /// Forgets the past but keeps the level, as at the end of a warm-up period.
  public func restart(at now: Nanoseconds) {
    precondition(now >= state.pointee.lastChange, "A level restarted at a time gone by.")
    let level = state.pointee.level
    state.pointee = State(level: level, maximum: level, lastChange: now, sharedArea: 0, start: now)
    times.update(repeating: 0, count: exactLevels + 1)
  }
}

extension LevelRecorder {
  /// The average level over time, or nil before any time has passed.
  public var timeAverage: Double? { average(of: area) }

  /// The nanoseconds spent at each level, from zero to the highest level that took any time.
  ///
  /// If there are `exactLevels + 1` entries, the last one is the time at all levels from
  /// `exactLevels` on.
  public var distribution: [Int64] {
    var entries = Array(UnsafeBufferPointer(start: times, count: exactLevels + 1))
    while entries.count > 1, entries.last == 0 { entries.removeLast() }
    return entries
  }

  /// The average over time of the lesser of level and `servers`: how many servers were busy.
  ///
  /// Exact if `servers` is at most ``exactLevels`` or no level exceeded it; otherwise an upper
  /// bound that takes the levels from `exactLevels` on at their average.
  public func timeAverage(ofMinimumWith servers: Int) -> Double? {
    precondition(servers >= 0, "The number of servers is negative.")
    return average(of: area(ofMinimumWith: servers))
  }

  /// The average over time of the level's excess over `servers`: how many were waiting.
  ///
  /// As exact as ``timeAverage(ofMinimumWith:)``, whose complement it is.
  public func timeAverage(above servers: Int) -> Double? {
    precondition(servers >= 0, "The number of servers is negative.")
    return average(of: area - area(ofMinimumWith: servers))
  }

  /// The share of time with a level of at least `level`, or nil where that is not known.
  ///
  /// Not known are the shares before any time has passed, and those for levels above
  /// ``exactLevels`` that have been exceeded.
  public func share(atLeast level: Int) -> Double? {
    guard duration > 0 else { return nil }
    guard level > 0 else { return 1 }
    guard level <= maximum else { return 0 }
    guard level <= exactLevels else { return nil }
    var time: Int64 = 0
    for entry in level...exactLevels { time += times[entry] }
    return Double(time) / Double(duration)
  }

  private func area(ofMinimumWith servers: Int) -> Int128 {
    if servers >= maximum { return area }
    var area: Int128 = 0
    for level in 0..<exactLevels {
      area += Int128(Swift.min(level, servers)) * Int128(times[level])
    }
    return area
      + Swift.min(state.pointee.sharedArea, Int128(servers) * Int128(times[exactLevels]))
  }

  private func average(of area: Int128) -> Double? {
    duration > 0 ? Double(area) / Double(duration) : nil
  }
}
