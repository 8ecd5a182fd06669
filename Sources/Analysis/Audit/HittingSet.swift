import Experiments

/// The smallest set of claims that has one of every conflict, by branch and bound.
///
/// What need not be looked at is left out at every node: a conflict that another is part of, and a
/// claim whose conflicts all hold another claim that is no dearer.
struct HittingSet {
  /// The most steps of the search.
  private static let nodes = 300
  private let claims: [Claim]
  private let conflicts: [Set<Int>]

  /// Sets that hit conflicts.
  init(_ conflicts: [[Claim]]) {
    // The dearest claims first, so that a greater number is never dearer.
    let claims = Set(conflicts.joined()).sorted {
      ($0.role, $0.position, $0.arm ?? "") < ($1.role, $1.position, $1.arm ?? "")
    }
    let numbers = Dictionary(uniqueKeysWithValues: zip(claims, claims.indices))
    self.claims = claims
    self.conflicts = conflicts.map { Set($0.compactMap { numbers[$0] }) }
  }

  /// The smallest set; of several the one that keeps what is more trusted, then what is earlier.
  ///
  /// After ``nodes`` steps the best so far is taken.
  var best: (set: Set<Claim>, isProven: Bool) {
    var best: Cost?
    var steps = Self.nodes
    search([], conflicts, &best, &steps)
    return (Set((best?.members ?? []).map { claims[$0] }), steps > 0)
  }

  private func search(
    _ chosen: [Int], _ conflicts: [Set<Int>], _ best: inout Cost?, _ steps: inout Int
  ) {
    guard steps > 0 || best == nil else { return }
    steps -= 1
    var chosen = chosen
    var open = Self.minimal(conflicts)
    while let reduced = Self.withoutDominated(open) { open = Self.minimal(reduced) }
    for conflict in open where conflict.count == 1 { chosen += conflict }
    open.removeAll { $0.count == 1 }
    let cost = cost(chosen)
    if let best {
      let least = chosen.count + Self.disjoint(open)
      guard least < best.size || least == best.size && cost < best else { return }
    }
    guard let claim = Self.mostFrequent(open) else {
      best = cost
      return
    }
    search(chosen + [claim], open.filter { !$0.contains(claim) }, &best, &steps)
    search(chosen, open.map { $0.subtracting([claim]) }, &best, &steps)
  }

  /// The conflicts that no other is part of.
  private static func minimal(_ conflicts: [Set<Int>]) -> [Set<Int>] {
    var minimal: [Set<Int>] = []
    for conflict in conflicts.sorted(by: { $0.count < $1.count })
    where !minimal.contains(where: { $0.isSubset(of: conflict) }) {
      minimal.append(conflict)
    }
    return minimal
  }

  /// The conflicts without claims that a cheaper one replaces; nil if there is none.
  private static func withoutDominated(_ conflicts: [Set<Int>]) -> [Set<Int>]? {
    var places: [Int: Set<Int>] = [:]
    for (index, conflict) in conflicts.enumerated() {
      for claim in conflict { places[claim, default: []].insert(index) }
    }
    let claims = places.keys.sorted()
    let dominated = claims.filter { claim in
      claims.contains { other in
        guard other > claim, let own = places[claim], let others = places[other] else {
          return false
        }
        return own.isSubset(of: others)
      }
    }
    return dominated.isEmpty ? nil : conflicts.map { $0.subtracting(dominated) }
  }

  /// The claim of the most conflicts, the cheapest of equals.
  private static func mostFrequent(_ conflicts: [Set<Int>]) -> Int? {
    var counts: [Int: Int] = [:]
    for claim in conflicts.joined() { counts[claim, default: 0] += 1 }
    return counts.keys.max { (counts[$0] ?? 0, $0) < (counts[$1] ?? 0, $1) }
  }

  /// How many conflicts share no claim: each needs one of its own.
  private static func disjoint(_ conflicts: [Set<Int>]) -> Int {
    var used: Set<Int> = []
    var count = 0
    for conflict in conflicts where used.isDisjoint(with: conflict) {
      used.formUnion(conflict)
      count += 1
    }
    return count
  }

  private func cost(_ set: [Int]) -> Cost {
    let roles = DocumentedFigure.Role.allCases.map { role in
      set.count { claims[$0].role == role }
    }
    return Cost(members: set.sorted(), byRole: roles)
  }

  /// What a set costs: its size, then how much it takes of what is trusted most.
  private struct Cost: Comparable {
    var members: [Int]
    var byRole: [Int]
    var size: Int { members.count }

    static func < (left: Cost, right: Cost) -> Bool {
      if left.size != right.size { return left.size < right.size }
      if left.byRole != right.byRole { return left.byRole.lexicographicallyPrecedes(right.byRole) }
      return right.members.lexicographicallyPrecedes(left.members)
    }
  }
}
