public import Analysis

/// The audit of documents as JSON.
public enum AuditDocument {
  /// The audits of one or several files, their checks one after the other.
  public static func json(_ audits: [(file: String, audit: Audit)]) -> JSONValue {
    .object([
      (
        "checks",
        .array(audits.flatMap { entry in entry.audit.checks.map { check($0, entry.file) } })
      ),
      (
        "set_aside",
        .array(audits.flatMap { entry in entry.audit.setAside.map { exclusion($0, entry.file) } })
      ),
      (
        "alternatives",
        .array(
          audits.flatMap { entry in
            entry.audit.alternatives.map { set in .array(figures(set).map { .string($0) }) }
          })
      ),
    ])
  }

  private static func check(_ check: AuditCheck, _ file: String) -> JSONValue {
    .object([
      ("law", .string(check.law)), ("figures", .array(check.figures.map { .string($0) })),
      ("arms", .array(arms(of: check).map { .string($0) })),
      ("documented", .optional(check.documented)), ("implied", .optional(check.implied)),
      ("holds", .bool(check.holds)), ("arithmetic", .string(check.arithmetic)),
      ("file", .string(file)),
    ])
  }

  private static func exclusion(_ exclusion: Audit.Exclusion, _ file: String) -> JSONValue {
    .object([
      ("figure", .string(exclusion.claim.figure)), ("arm", .optional(exclusion.claim.arm)),
      ("because", .string(exclusion.reason)), ("written", .bool(exclusion.isWritten)),
      ("file", .string(file)),
    ])
  }

  private static func arms(of check: AuditCheck) -> [String] {
    check.claims.compactMap(\.arm).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The figures of claims, each once.
  private static func figures(_ claims: [Claim]) -> [String] {
    claims.map(\.figure).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
