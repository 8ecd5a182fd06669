import Kernel

/// The targets of a load balancer, what each of its nodes knows of them, and how it chooses one.
///
/// A node keeps a list of the targets that it sends to for each target group.
final class TargetTable {
  /// The most rows: those that drain keep theirs beside those in their place.
  static let limit = 4 * ApplicationLoadBalancer.mostTargets

  /// The targets that a node sends to; the members of the list stand in `eligible` from `first` on.
  private struct List: BitwiseCopyable {
    var first = 0
    var count = 0
    /// Whose turn is next.
    var turn = 0
    /// How many of them may be in slow start.
    var slowCount = 0
  }

  let targets = Cells(
    Target(component: 0, place: 0, member: 0, zone: 0, state: .gone), count: limit)
  /// How many rows of targets were ever used.
  private(set) var count = 0
  /// Healthy targets, added up over the nodes that send to them.
  let healthy = LevelRecorder(at: 0)
  /// Unhealthy targets, added up likewise.
  let unhealthy = LevelRecorder(at: 0)

  private let algorithm: ApplicationLoadBalancer.Algorithm
  private let slowStart: Nanoseconds
  private let zones: ApplicationLoadBalancer.Zones
  private let minimum: ApplicationLoadBalancer.MinimumHealthy
  private let nodeCount: Int
  private let groupCount: Int
  /// Node after node.
  private let standings: Cells<Standing>
  private let eligible: Cells<UInt32>
  /// Node after node, and there group after group.
  private let lists: Cells<List>
  private var serial: UInt32 = 0

  init(_ specification: ApplicationLoadBalancer) {
    algorithm = specification.algorithm
    slowStart = specification.slowStart ?? 0
    zones = specification.zones
    minimum = specification.minimumHealthy
    nodeCount = specification.zones.nodeCount
    groupCount = specification.groupCount
    standings = Cells(Standing(health: .initial), count: nodeCount * Self.limit)
    eligible = Cells(0, count: nodeCount * Self.limit)
    lists = Cells(List(), count: nodeCount * groupCount)
  }

  // MARK: Choosing

  /// The target of a request that a node sends to a group, or none.
  func choose(node: Int, group: Int, draw: UInt64, at now: Nanoseconds) -> UInt32 {
    let list = node * groupCount + group
    let count = lists[list].count
    guard count > 0 else { return .none }
    let first = lists[list].first
    switch algorithm {
    case .roundRobin:
      if lists[list].slowCount > 0 { return slowTurn(list, node, now) }
      return eligible[first + nextTurn(list)]
    case .random:
      return eligible[first + Int(draw.multipliedFullWidth(by: UInt64(count)).high)]
    case .leastOutstanding: return leastOutstanding(list, node)
    }
  }

  private func nextTurn(_ list: Int) -> Int {
    let turn = lists[list].turn
    lists[list].turn = turn &+ 1 < lists[list].count ? turn &+ 1 : 0
    return turn
  }

  /// Goes round until a target takes its turn; if none does, as when all have just begun, the turn
  /// is taken by whose it is.
  private func slowTurn(_ list: Int, _ node: Int, _ now: Nanoseconds) -> UInt32 {
    let first = lists[list].first
    for _ in 0..<lists[list].count {
      let index = eligible[first + nextTurn(list)]
      let isTaken = standings[row(index, node)].slowStart.takesTurn(at: now, lasting: slowStart)
      if isTaken { return index }
    }
    return eligible[first + nextTurn(list)]
  }

  /// The target with the fewest requests; among equals the next in turn.
  private func leastOutstanding(_ list: Int, _ node: Int) -> UInt32 {
    let (first, count) = (lists[list].first, lists[list].count)
    let turn = nextTurn(list)
    var best = eligible[first + turn]
    var least = standings[row(best, node)].outstanding
    var place = turn
    for _ in 1..<max(2, count) where least > 0 {
      place = place &+ 1 < count ? place &+ 1 : 0
      let other = eligible[first + place]
      let outstanding = standings[row(other, node)].outstanding
      if outstanding < least { (best, least) = (other, outstanding) }
    }
    return best
  }

  /// A node has sent a request to a target, or has nothing more to do with one.
  @inline(__always)
  func changeOutstanding(_ index: UInt32, _ node: Int, by delta: Int) {
    if algorithm == .leastOutstanding { standings[row(index, node)].outstanding += delta }
  }

  /// Whether a user's session may stay on a target.
  func keepsSession(_ index: UInt32, serial: UInt32, node: Int) -> Bool {
    let target = targets[Int(index)]
    return target.serial == serial && target.state == .registered
      && standings[row(index, node)].health == .healthy
  }

  // MARK: Coming and going

  /// Puts a target into a row.
  func add(_ target: Target, isHealthy: Bool, at now: Nanoseconds) -> UInt32 {
    // The row of a target that is gone is used again once nothing on its way means it.
    var free = (0..<count).first { targets[$0].state == .gone && targets[$0].pending == 0 }
    if free == nil {
      precondition(count < Self.limit, "a load balancer has too many targets")
      free = count
      count += 1
    }
    let index = UInt32(free ?? 0)
    serial &+= 1
    targets[Int(index)] = target
    targets[Int(index)].serial = serial
    for node in 0..<nodeCount {
      standings[row(index, node)] = Standing(health: isHealthy ? .healthy : .initial)
      count(index, node, by: 1, now)
    }
    refresh(now)
    return index
  }

  /// Sends nothing more to a target.
  func retire(_ index: UInt32, to state: Target.State, at now: Nanoseconds) {
    for node in 0..<nodeCount { count(index, node, by: -1, now) }
    targets[Int(index)].state = state
    refresh(now)
  }

  // MARK: Health

  /// Whether a node sends to a target, and so checks it.
  func serves(_ index: UInt32, from node: Int) -> Bool {
    zones.serves(Int(targets[Int(index)].zone), from: node)
  }

  /// The number of the check that a node makes of a target now, from 1.
  func nextCheck(_ index: UInt32, _ node: Int) -> UInt64 {
    standings[row(index, node)].checks += 1
    return standings[row(index, node)].checks
  }

  /// Takes the answer to a node's check of a target.
  ///
  /// - Returns: what the node finds the target to be from now on; nil if that is what it was.
  func checked(
    _ index: UInt32, _ node: Int, isPassed: Bool, _ rules: ApplicationLoadBalancer.HealthChecks,
    at now: Nanoseconds
  ) -> Standing.Health? {
    let row = row(index, node)
    standings[row].passes = isPassed ? standings[row].passes + 1 : 0
    standings[row].failures = isPassed ? 0 : standings[row].failures + 1
    let standing = standings[row]
    let isHealthy =
      isPassed && (standing.health == .initial || standing.passes >= rules.healthyAfter)
    let isUnhealthy = standing.failures >= rules.unhealthyAfter
    let health: Standing.Health? = isHealthy ? .healthy : isUnhealthy ? .unhealthy : nil
    guard let health, health != standing.health else { return nil }
    change(index, node, to: health, now)
    return health
  }

  private func change(
    _ index: UInt32, _ node: Int, to health: Standing.Health, _ now: Nanoseconds
  ) {
    count(index, node, by: -1, now)
    standings[row(index, node)].health = health
    count(index, node, by: 1, now)
    standings[row(index, node)].slowStart = SlowStart()
    if health == .healthy, slowStart > 0, hasFullTarget(besides: index, node, now) {
      standings[row(index, node)].slowStart.begin(at: now)
    }
    refresh(now)
  }

  /// Whether a node has another healthy target of the group that takes all of its turns.
  private func hasFullTarget(besides index: UInt32, _ node: Int, _ now: Nanoseconds) -> Bool {
    registered(node, group(of: index)).contains {
      let standing = standings[row($0, node)]
      return $0 != index && standing.health == .healthy
        && !standing.slowStart.isActive(at: now, lasting: slowStart)
    }
  }

  private func count(_ index: UInt32, _ node: Int, by delta: Int, _ now: Nanoseconds) {
    guard targets[Int(index)].state == .registered, serves(index, from: node) else { return }
    switch standings[row(index, node)].health {
    case .healthy: healthy.change(by: delta, at: now)
    case .unhealthy: unhealthy.change(by: delta, at: now)
    case .initial: break
    }
  }

  // MARK: Lists

  /// Makes the lists anew: the healthy targets or, if these are too few, all (fail open).
  private func refresh(_ now: Nanoseconds) {
    for node in 0..<nodeCount {
      var first = node * Self.limit
      for group in 0..<groupCount {
        let registered = registered(node, group)
        let healthy = registered.filter { standings[row($0, node)].health == .healthy }
        let isMet = minimum.isMet(by: healthy.count, of: registered.count)
        let chosen = isMet ? healthy : registered
        for (place, index) in chosen.enumerated() { eligible[first + place] = index }
        let list = node * groupCount + group
        lists[list].first = first
        lists[list].count = chosen.count
        if lists[list].turn >= chosen.count { lists[list].turn = 0 }
        lists[list].slowCount = chosen.count {
          standings[row($0, node)].slowStart.isActive(at: now, lasting: slowStart)
        }
        first += chosen.count
      }
    }
  }

  private func registered(_ node: Int, _ group: Int) -> [UInt32] {
    (0..<UInt32(count)).filter {
      targets[Int($0)].state == .registered && self.group(of: $0) == group
        && serves($0, from: node)
    }
  }

  private func group(of index: UInt32) -> Int {
    groupCount == 1 ? 0 : Int(targets[Int(index)].member)
  }

  @inline(__always)
  private func row(_ index: UInt32, _ node: Int) -> Int { node &* Self.limit &+ Int(index) }
}
