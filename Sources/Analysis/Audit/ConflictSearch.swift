/// Finds smallest sets of claims without which every check holds.
///
/// A set that hits every failing check may uncover another one, because a law takes the next best
/// figure in place of one that is set aside. Such a check joins the others, and the search goes on
/// until nothing fails. As checks only join, the set found last is smallest for all.
struct ConflictSearch {
  private let laws: LawBook
  /// The checks that fail, each with other claims.
  private(set) var failing: [AuditCheck] = []

  /// Whether no smaller set is possible.
  private(set) var isSmallest = true
  /// Of each failing check, the claims that are enough for one to fail.
  private var cores: [[Claim]] = []
  /// How often a set is tried before one that need not be smallest is taken.
  private static let rounds = 8

  init(_ laws: LawBook) { self.laws = laws }

  /// Adds those of some checks that fail, each with what is enough to make it fail.
  mutating func add(_ checks: [AuditCheck]) {
    for check in checks where !check.holds && !failing.contains(check) {
      failing.append(check)
      let core = core(of: check)
      if !cores.contains(core) { cores.append(core) }
    }
  }

  /// The claims of a check without those that it fails without.
  private func core(of check: AuditCheck) -> [Claim] {
    var core = check.claims
    let others = Set(laws.claims).subtracting(core)
    for claim in check.claims {
      let rest = core.filter { $0 != claim }
      let missing = others.union(check.claims).subtracting(rest)
      if laws.checks(without: missing).contains(where: { !$0.holds }) { core = rest }
    }
    return core
  }

  /// The smallest set, of the least trusted claims, that includes given ones where they fail.
  mutating func smallest(including given: Set<Claim>) -> [Claim] {
    for _ in 0..<Self.rounds {
      let chosen = hittingSet(given)
      let found = laws.checks(without: chosen).filter { !$0.holds }
      if found.isEmpty { return chosen.sorted() }
      add(found)
    }
    // Too many ways to go: what is chosen is kept from here on, and may be more than the smallest.
    isSmallest = false
    var chosen = hittingSet(given)
    while true {
      let found = laws.checks(without: chosen).filter { !$0.holds }
      if found.isEmpty { return chosen.sorted() }
      add(found)
      chosen.formUnion(hittingSet(chosen))
    }
  }

  private mutating func hittingSet(_ given: Set<Claim>) -> Set<Claim> {
    let hit = given.filter { claim in failing.contains { $0.claims.contains(claim) } }
    let open = cores.filter { hit.isDisjoint(with: $0) }
    var chosen = hit
    for part in Self.parts(open) {
      let best = HittingSet(part).best
      chosen.formUnion(best.set)
      if !best.isProven { isSmallest = false }
    }
    return chosen
  }

  /// Other sets of the same size, which differ from one in a single claim.
  func alternatives(to chosen: [Claim]) -> [[Claim]] {
    chosen.flatMap { claim -> [[Claim]] in
      let rest = chosen.filter { $0 != claim }
      let open = cores.filter { core in !rest.contains { core.contains($0) } }
      guard let first = open.first else { return [] }
      let common = open.reduce(Set(first)) { $0.intersection($1) }
      return common.subtracting([claim]).sorted().compactMap { other in
        let whole = (rest + [other]).sorted()
        return laws.checks(without: Set(whole)).allSatisfy(\.holds) ? whole : nil
      }
    }
  }

  /// Conflicts in groups that share no claim.
  private static func parts(_ conflicts: [[Claim]]) -> [[[Claim]]] {
    var parts: [(claims: Set<Claim>, sets: [Set<Claim>])] = []
    for conflict in conflicts {
      var joined: (claims: Set<Claim>, sets: [Set<Claim>]) = (Set(conflict), [])
      let touching = parts.filter { !$0.claims.isDisjoint(with: joined.claims) }
      parts.removeAll { !$0.claims.isDisjoint(with: conflict) }
      for part in touching {
        joined.claims.formUnion(part.claims)
        joined.sets += part.sets
      }
      joined.sets.append(Set(conflict))
      parts.append(joined)
    }
    return parts.map { $0.sets.map { $0.sorted() } }
  }
}
