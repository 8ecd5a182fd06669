public import Components
public import Experiments

/// What a document claims, tested against itself; nothing is simulated.
public struct Audit: Sendable {
  /// Every check that the figures allow, and the failing ones that appear when figures are set
  /// aside.
  public let checks: [AuditCheck]
  /// A small set of claims without which every check holds; those that the experiment itself
  /// sets aside come first.
  public let setAside: [Exclusion]
  /// Whether it is proven that no smaller set will do; of many contradictions it may not be.
  public let isSmallest: Bool
  /// Other smallest sets that differ in one claim, each in place of the whole of ``setAside``.
  public let alternatives: [[Claim]]
  /// Figures that the experiment sets aside although no check of theirs fails.
  public let needless: [String]

  /// A claim that is not held to.
  public struct Exclusion: Sendable, Hashable {
    /// The claim.
    public var claim: Claim
    /// Why.
    public var reason: String
    /// Whether the experiment itself sets it aside.
    public var isWritten: Bool
  }

  /// Whether a check fails although the experiment sets figures aside.
  public var isContradicted: Bool { setAside.contains { !$0.isWritten } }

  /// Tests a document.
  public init(_ document: Document, catalogue: Catalogue) {
    let laws = LawBook(document, catalogue)
    let written = Self.written(in: document, laws)
    var conflicts = ConflictSearch(laws)
    let base = laws.checks(without: [])
    conflicts.add(base)
    // What the experiment sets aside is taken as given, as far as it is in a failing check.
    let chosen = conflicts.smallest(including: Set(written.map(\.claim)))
    let failing = conflicts.failing
    let claimsInConflict = Set(failing.flatMap(\.claims))
    // A figure is set aside for a check that fails; those that appear on the way are shown for it.
    let known = Set(base.filter { !$0.holds }.flatMap(\.claims))
    let further = Set(chosen).subtracting(known)
    checks =
      base
      + failing.filter { check in
        !base.contains(check) && !further.isDisjoint(with: check.claims)
      }
    needless = document.setAside.filter { entry in
      !claimsInConflict.contains { entry.covers($0) }
    }.map { entry in entry.arm.map { "\(entry.figure) \($0)" } ?? entry.figure }
    setAside = chosen.map { claim in
      let entry = document.setAside.first { $0.covers(claim) }
      let reason = entry?.reason ?? Self.reason(for: claim, failing)
      return Exclusion(claim: claim, reason: reason, isWritten: entry != nil)
    }
    isSmallest = conflicts.isSmallest
    alternatives = conflicts.alternatives(to: chosen)
  }

  /// The claims that the experiment sets aside.
  private static func written(
    in document: Document, _ laws: LawBook
  ) -> [(claim: Claim, entry: SetAside)] {
    laws.claims.compactMap { claim in
      document.setAside.first { $0.covers(claim) }.map { (claim, $0) }
    }
  }

  /// The laws that fail with a claim, and the arithmetic of the first.
  private static func reason(for claim: Claim, _ failing: [AuditCheck]) -> String {
    let own = failing.filter { $0.claims.contains(claim) }
    guard let first = own.first else { return "" }
    let others = own.dropFirst().count
    return "\(first.law): \(first.arithmetic)"
      + (others > 0 ? "; and \(others) further \(others == 1 ? "check" : "checks")" : "")
  }
}

extension SetAside {
  /// Whether a claim is among what is set aside.
  func covers(_ claim: Claim) -> Bool {
    claim.figure == figure && (arm == nil || claim.arm == nil || claim.arm == arm)
  }
}

/// The laws, put to a document with some of its claims set aside.
struct LawBook {
  /// Every claim of the document in its order.
  let claims: [Claim]
  private let arms: [ArmFigures]
  private let catalogue: Catalogue

  init(_ document: Document, _ catalogue: Catalogue) {
    arms = (document.arms.isEmpty ? [""] : document.arms).map { ArmFigures(of: document, arm: $0) }
    self.catalogue = catalogue
    var claims: Set<Claim> = []
    for figure in document.figures {
      let first = document.figures.firstIndex { $0.id == figure.id } ?? 0
      for printed in figure.values {
        claims.insert(
          Claim(
            figure: figure.id, arm: printed.arm, role: document.figures[first].role,
            position: first))
      }
    }
    self.claims = claims.sorted()
  }

  /// All checks, of each arm and of each against the first, each once.
  func checks(without setAside: Set<Claim>) -> [AuditCheck] {
    let arms = arms.map { $0.without(setAside) }
    var checks: [AuditCheck] = []
    for law in AuditLaws.all {
      for (index, arm) in arms.enumerated() {
        checks += law.checks(of: arm, catalogue)
        if index > 0 { checks += law.checks(of: arm, against: arms[0], catalogue) }
      }
    }
    var seen: Set<AuditCheck> = []
    return checks.filter { seen.insert($0).inserted }
  }
}
