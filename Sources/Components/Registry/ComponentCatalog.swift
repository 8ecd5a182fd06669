/// Every kind of component there is: a new one is added by a line here.
public enum ComponentCatalog {
  /// The kinds in the order of the reference.
  public static let all: [any ComponentSpecification.Type] = [
    ApplicationLoadBalancer.self,
    AutoScalingGroup.self,
    ECSService.self,
    Redis.self,
    ProcessCache.self,
    DynamoDBTable.self,
    RDSDatabase.self,
    S3Bucket.self,
    Service.self,
    Batch.self,
    CloudFront.self,
    QueueingStation.self,
    Delay.self,
  ]

  /// The kind of a name.
  public static func specification(ofKind kind: String) -> (any ComponentSpecification.Type)? {
    all.first { $0.kind == kind }
  }

  /// The operations that a kind answers; none if there is no such kind.
  public static func operations(ofKind kind: String) -> [OperationDeclaration] {
    specification(ofKind: kind)?.operations ?? []
  }

  /// The kinds that answer a verb, with how they do.
  static func operations(named verb: String) -> [(kind: String, operation: OperationDeclaration)] {
    all.flatMap { type in
      type.operations.filter { $0.verb == verb }.map { (type.kind, $0) }
    }
  }
}
