public import Analysis

/// The audit of a document for people.
public struct AuditReport {
  private let title: String
  private let audit: Audit
  private let width: Int
  private let style: TerminalStyle

  /// Prepares a report.
  ///
  /// - Parameters:
  ///   - title: The title of the experiment.
  ///   - audit: What was found.
  ///   - width: The columns of the terminal.
  ///   - style: How text stands out.
  public init(title: String, audit: Audit, width: Int, style: TerminalStyle) {
    self.title = title
    self.audit = audit
    self.width = width
    self.style = style
  }

  /// The whole report.
  public var text: String {
    let parts = [[heading], failing, passed, setAside, alternatives, needless]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var heading: String {
    let failures = audit.checks.count { !$0.holds }
    let verdict =
      failures == 0
      ? style.apply(.good, to: "nothing contradicts")
      : style.apply(.bad, to: "\(failures) fail")
    return style.apply(.bold, to: TerminalText.visible(title))
      + ": \(audit.checks.count) checks, \(verdict)"
  }

  private var failing: [String] {
    audit.checks.filter { !$0.holds }.flatMap { check in
      [
        style.apply(.bad, to: check.law) + "  "
          + style.apply(.dim, to: check.claims.map(\.text).joined(separator: ", "))
      ] + lines(check.arithmetic, indent: 2)
    }
  }

  private var passed: [String] {
    let laws = audit.checks.filter(\.holds).map(\.law)
    guard !laws.isEmpty else { return [] }
    var counts: [(law: String, count: Int)] = []
    for law in laws {
      if let index = counts.firstIndex(where: { $0.law == law }) {
        counts[index].count += 1
      } else {
        counts.append((law, 1))
      }
    }
    let text = counts.map { "\($0.law) \($0.count)" }.joined(separator: ", ")
    return lines("These hold: \(text).", indent: 0)
  }

  private var setAside: [String] {
    guard !audit.setAside.isEmpty else { return [] }
    let written = audit.setAside.contains(where: \.isWritten)
    let heading =
      written
      ? "Without these every check holds; * is set aside by the experiment:"
      : audit.isSmallest
        ? "The smallest set of figures without which every check holds:"
        : "A set of figures without which every check holds, perhaps not the smallest:"
    return [style.apply(.bold, to: heading)]
      + audit.setAside.flatMap { exclusion in
        let mark = exclusion.isWritten ? " *" : ""
        return lines("\(exclusion.claim.text)\(mark)  \(exclusion.reason)", indent: 2)
      }
  }

  private var alternatives: [String] {
    guard !audit.alternatives.isEmpty else { return [] }
    let chosen = Set(audit.setAside.map(\.claim))
    return [style.apply(.bold, to: "As small, in place of these:")]
      + audit.alternatives.flatMap { set in
        let added = set.filter { !chosen.contains($0) }.map(\.text).joined(separator: ", ")
        let removed = chosen.subtracting(set).sorted().map(\.text).joined(separator: ", ")
        return lines("\(added) for \(removed)", indent: 2)
      }
  }

  private var needless: [String] {
    audit.needless.flatMap { figure in
      lines(
        "\(figure) need not be set aside: no check of it fails.", indent: 0)
    }
  }

  private func lines(_ text: String, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let lines = TerminalText.wrapped(
      TerminalText.visible(text), to: max(20, width - indent), indent: 0)
    return lines.map { margin + $0 }
  }
}
