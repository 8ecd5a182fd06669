import Kernel

/// What a bucket can be asked by a step.
struct S3Request: OperationSpecification {
  /// The methods of S3's interface.
  enum Method: String, CaseIterable, Sendable {
    case get, head, put, copy, post, delete

    /// Whether it counts as a read, for the limits and the bill.
    var isRead: Bool { self == .get || self == .head }
    /// Whether the client gets the object's bytes.
    var downloads: Bool { self == .get }
    /// Whether the client sends the object's bytes.
    var uploads: Bool { self == .put || self == .post }
    /// Whether bytes are moved, be it within S3.
    var moves: Bool { downloads || uploads || self == .copy }

    private var summary: String {
      switch self {
      case .get: "Reads an object."
      case .head: "Asks for an object's data without its bytes."
      case .put: "Writes an object."
      case .copy: "Writes an object from another, within S3."
      case .post: "Writes an object from a form."
      case .delete: "Deletes an object."
      }
    }

    /// The step's verb.
    var declaration: OperationDeclaration {
      OperationDeclaration(
        rawValue, label: "bucket", summary, takesKey: true, mayMiss: isRead
      ) { S3Request(self, &$0) }
    }
  }

  let method: Method
  /// The kind of object; nil if there is only one.
  let object: String?
  let size: Int?
  let clientRetry: RetryPolicy?

  init(_ method: Method, _ parameters: inout ParameterReader) {
    self.method = method
    object = parameters.optionalText(
      "object", "The kind of object, one of the bucket's; needed if there are several.")
    size = parameters.optionalSize(
      "size", in: 0...S3Bucket.Kind.largest, "The object's size, if not that of its kind.")
    clientRetry =
      parameters.choice(
        "retries", default: Retries.legacy, "What the client's SDK does when it is refused.",
        source: "BC:data/_retry.json"
      ).policy
  }

  /// What the AWS SDK does by itself when S3 refuses.
  private enum Retries: String, CaseIterable {
    case legacy
    case standard
    case none

    var policy: RetryPolicy? {
      switch self {
      case .legacy: RetryPolicy(attempts: 5, base: .seconds(1), cap: .seconds(60), jitter: .full)
      case .standard:
        RetryPolicy(
          attempts: 3, base: .seconds(1), cap: .seconds(20), jitter: .full,
          budget: RetryPolicy.Budget(capacity: 500, cost: 5, timeoutCost: 10))
      case .none: nil
      }
    }
  }
}
