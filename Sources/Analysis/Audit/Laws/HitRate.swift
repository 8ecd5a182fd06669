import Components
import Experiments

/// What hits, misses, keys and time to live say about each other.
enum HitRate: AuditLaw {
  static let name = "hit-rate"
  static let statement = "Hits of reads, misses of new keys, and what a time to live allows."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    [ratio(arm), compulsory(arm), ceiling(arm)].compactMap { $0 }
  }

  private static func ratio(_ arm: ArmFigures) -> AuditCheck? {
    guard let rate = arm.term("hit_rate"), let hits = arm.term("hits"),
      let misses = arm.term("misses")
    else { return nil }
    return AuditCheck(name, rate, .equal, (hits / (hits + misses)).counting(.share))
  }

  /// The first read of each key misses.
  private static func compulsory(_ arm: ArmFigures) -> AuditCheck? {
    guard let misses = arm.term("misses"), let keys = arm.term("keys") else { return nil }
    return AuditCheck(name, misses, .atLeast, keys, why: "the first read of each key")
  }

  /// A key that is read λ times a second misses once in every 1 + λT reads: λT / (1 + λT).
  private static func ceiling(_ arm: ArmFigures) -> AuditCheck? {
    guard let rate = arm.term("hit_rate"), let life = arm.term("ttl"),
      let throughput = arm.term("throughput"), let keys = arm.term("keys")
    else { return nil }
    let reads = (throughput / keys * life).counting(.number)
    let best = (reads / (Term(1, .number) + reads)).within(
      Bounds(
        reads.bounds.low / (1 + reads.bounds.low),
        reads.bounds.high == .infinity ? 1 : reads.bounds.high / (1 + reads.bounds.high)))
    return AuditCheck(name, rate, .atMost, best.counting(.share), why: "λT / (1 + λT)")
  }
}
