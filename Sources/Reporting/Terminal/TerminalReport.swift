public import Analysis

/// What `windtunnel run` prints of one experiment: the arms side by side, the verdict first.
public struct TerminalReport: Sendable {
  let result: ExperimentResult
  let width: Int
  let style: TerminalStyle
  let filesWritten: [String]

  /// The narrowest terminal that is laid out for; a narrower one wraps lines.
  private static let narrowest = 40

  /// Prepares a report.
  ///
  /// - Parameters:
  ///   - result: What the experiment showed.
  ///   - width: The width of the terminal in columns; 80 where there is none.
  ///   - style: Whether colours are written.
  ///   - filesWritten: The files that the command has written, to be named at the end.
  public init(
    _ result: ExperimentResult, width: Int, style: TerminalStyle, filesWritten: [String] = []
  ) {
    self.result = result
    self.width = max(width, Self.narrowest)
    self.style = style
    self.filesWritten = filesWritten
  }

  /// The verdict and the objectives alone, as `--quiet` prints them; ended by a line feed.
  public var quiet: String { text([heading + verdict, objectives]) }

  /// The whole report, ended by a line feed.
  public var full: String {
    text([
      heading + verdict, objectives, responseTable, uncertainty, warmUps, loadTable, endpointTable,
      componentTable,
      scalingTimeline, costTable, bottlenecks, footer,
    ])
  }

  /// The sections that have lines, an empty line between them.
  private func text(_ sections: [[String]]) -> String {
    sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var heading: [String] {
    let title = TerminalText.wrapped(TerminalText.visible(result.title), to: width)
    return title.map { style.apply(.bold, to: $0) }
  }

  private var bottlenecks: [String] {
    let findings = result.arms.map { Bottleneck(of: $0) }
    guard result.arms.count > 1 else {
      return findings.flatMap { paragraph($0.sentence) }
    }
    return [sectionHeading("Bottleneck")]
      + findings.flatMap { item($0.arm, .bold, $0.sentence, separator: ": ") }
  }

  private var footer: [String] {
    let count = result.replications
    var lines = paragraph(
      "\(count) \(count == 1 ? "replication" : "replications")"
        + "\(result.arms.count > 1 ? " of each arm" : ""), seed \(result.seed), "
        + "\(result.analysis.rawValue), fingerprint \(result.fingerprint.hexadecimal)")
    if !filesWritten.isEmpty {
      lines += paragraph("Written: " + filesWritten.joined(separator: ", "))
    }
    return lines.map { style.apply(.dim, to: $0) }
  }

  // MARK: - What all sections use

  /// The line above a section without a table.
  func sectionHeading(_ text: String) -> String { style.apply(.bold, to: text) }

  /// A text in lines of the report's width.
  func paragraph(_ text: String) -> [String] {
    TerminalText.wrapped(TerminalText.visible(text), to: width)
  }

  /// A text behind an emphasized label, its further lines indented, or beneath the first if it
  /// hangs.
  func item(
    _ label: String, _ emphasis: TerminalStyle.Emphasis, _ text: String,
    separator: String = "  ", isHanging: Bool = false
  ) -> [String] {
    let label = TerminalText.visible(label)
    let head = "  " + style.apply(emphasis, to: label) + separator
    let used = 2 + TerminalText.width(label + separator)
    let text = TerminalText.visible(text)
    if used > width / 2 {
      return [head] + TerminalText.wrapped(text, to: width - 4).map { "    " + $0 }
    }
    var lines = TerminalText.wrapped(text, to: width, indent: isHanging ? used : 4, used: used)
    lines[0] = head + lines[0]
    return lines
  }
}
