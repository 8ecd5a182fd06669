/// Collects what is wrong while an experiment is read, so that one pass shows every problem.
public final class DiagnosticCollector {
  private var collected: [Diagnostic] = []

  /// Whether an error was collected; warnings do not count.
  public private(set) var hasErrors = false

  /// An empty collection.
  public init() {}

  /// Adds a problem.
  public func append(_ diagnostic: Diagnostic) {
    collected.append(diagnostic)
    if diagnostic.severity == .error { hasErrors = true }
  }

  /// Adds problems.
  public func append(contentsOf diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { append(diagnostic) }
  }

  /// Every problem once, in the order of their places.
  public var all: [Diagnostic] {
    let sorted = collected.enumerated()
      .sorted { ($0.element.location, $0.offset) < ($1.element.location, $1.offset) }
    var unique: [Diagnostic] = []
    for (_, diagnostic) in sorted {
      let here = unique.reversed().prefix { $0.location == diagnostic.location }
      if !here.contains(diagnostic) { unique.append(diagnostic) }
    }
    return unique
  }

  /// The first problems, and how many more there are.
  ///
  /// - Parameter limit: How many to show at most.
  /// - Returns: The problems to show, and the number of those left out.
  public func listing(limit: Int = 100) -> (shown: [Diagnostic], omitted: Int) {
    let all = self.all
    return (Array(all.prefix(limit)), max(0, all.count - limit))
  }
}
