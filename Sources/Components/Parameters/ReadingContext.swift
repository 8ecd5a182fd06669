/// What a reader of parameters knows about the rest of the experiment.
public struct ReadingContext {
  /// Where problems go.
  public var diagnostics: DiagnosticCollector
  /// The components of the arm in the order of the file, so that references are checked at once.
  public var componentKinds: [(name: String, kind: String)]
  /// The catalogue of instance types, prices and times.
  public var catalogue: Catalogue
  private let operationsOfKind: (String) -> [String]
  private let contentOfFile: (String) -> Result<String, FileProblem>

  /// A context.
  ///
  /// - Parameters:
  ///   - diagnostics: Where problems go.
  ///   - componentKinds: The components of the arm.
  ///   - catalogue: The catalogue in use.
  ///   - operations: The operations that a kind of component answers.
  ///   - readFile: The text of a file named relative to the experiment file.
  public init(
    diagnostics: DiagnosticCollector,
    componentKinds: [(name: String, kind: String)] = [],
    catalogue: Catalogue = Catalogue(),
    operations: @escaping (String) -> [String] = { _ in [] },
    readFile: @escaping (String) -> Result<String, FileProblem> = { _ in
      .failure(FileProblem("no file can be read here"))
    }
  ) {
    self.diagnostics = diagnostics
    self.componentKinds = componentKinds
    self.catalogue = catalogue
    self.operationsOfKind = operations
    self.contentOfFile = readFile
  }

  /// The names of the operations that a kind of component answers; none if there is no such kind.
  public func operations(ofKind kind: String) -> [String] { operationsOfKind(kind) }

  /// The text of a file named relative to the experiment file.
  public func readFile(_ name: String) -> Result<String, FileProblem> { contentOfFile(name) }
}

/// Why a file beside the experiment could not be read.
public struct FileProblem: Error, Hashable, Sendable {
  /// What is wrong, a sentence without its full stop.
  public var message: String

  /// A problem in words.
  public init(_ message: String) { self.message = message }
}
