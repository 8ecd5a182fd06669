import Kernel

/// Reads an empirical distribution from a CSV file: a time with its unit, and perhaps a weight.
///
/// Empty lines and lines that begin with `#` are passed over, and so is a first line of headings.
struct EmpiricalFile {
  private let name: Setting
  private let context: ReadingContext

  init(named name: Setting, context: ReadingContext) {
    self.name = name
    self.context = context
  }

  /// The distribution; nil if the file cannot be read or holds no value, which is then reported.
  func read() -> Distribution? {
    let file = name.text ?? ""
    let text: String
    switch context.readFile(file) {
    case .success(let content): text = content
    case .failure(let problem):
      report("cannot read '\(file)': \(problem.message)", at: name.location, name.underline)
      return nil
    }
    var values: [Double] = []
    var weights: [Double] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      guard !Units.trimmed(line).isEmpty, !line.hasPrefix("#") else { continue }
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      if index == 0, Units.leadingNumber(Units.trimmed(cells[0])) == nil { continue }
      let location = SourceLocation(file: file, line: index + 1, column: 1)
      do {
        values.append(try time(cells[0]))
        weights.append(cells.count > 1 ? try Quantity.weight.read(cell(cells[1])) : 1)
      } catch {
        report(error.message, at: location, line.unicodeScalars.count, help: error.help)
        return nil
      }
    }
    guard !values.isEmpty else {
      report(
        "'\(file)' holds no value", at: name.location, name.underline,
        help: "write one time on each line, such as '5ms' or '5ms,3' with a weight")
      return nil
    }
    return .empirical(values: values, weights: weights)
  }

  private func time(_ text: Substring) throws(UnitProblem) -> Double {
    try Quantity.seconds(0...Nanoseconds.longest.inSeconds).read(cell(text))
  }

  private func cell(_ text: Substring) -> String { String(Units.trimmed(text)) }

  private func report(
    _ message: String, at location: SourceLocation, _ length: Int, help: String? = nil
  ) {
    context.diagnostics.append(
      Diagnostic(at: location, length: length, message, help: help))
  }
}
