public import Components

/// A law that figures of a document must meet, whatever the architecture.
protocol AuditLaw {
  /// The name in results, such as "littles-law".
  static var name: String { get }
  /// What it says, in a line.
  static var statement: String { get }
  /// The checks that an arm's figures allow.
  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck]
  /// The checks that compare an arm with the first one.
  static func checks(
    of arm: ArmFigures, against baseline: ArmFigures, _ catalogue: Catalogue
  ) -> [AuditCheck]
}

extension AuditLaw {
  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] { [] }

  static func checks(
    of arm: ArmFigures, against baseline: ArmFigures, _ catalogue: Catalogue
  ) -> [AuditCheck] { [] }
}

/// Every law of the audit.
public enum AuditLaws {
  static let all: [any AuditLaw.Type] = [
    OneValue.self, Total.self, WeightedMean.self, RequestsRateDuration.self,
    InteractiveResponseTime.self, LittlesLaw.self, UtilizationLaw.self, ThroughputBound.self,
    ForcedFlow.self, HitRate.self, Mixture.self, SequentialSteps.self, CapacityUnits.self,
    BytesMoved.self, OrderOfResponses.self, PercentilesBoundMean.self, AttainableShare.self,
    ControlLoop.self, InstanceHours.self, InstanceCost.self, CataloguePrice.self, Change.self,
  ]

  /// The names of the laws, and what each says.
  public static var statements: [(name: String, statement: String)] {
    all.map { ($0.name, $0.statement) }
  }
}
