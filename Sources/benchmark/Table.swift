import Foundation

/// A Markdown table, its columns padded so that it reads as plain text too.
func table(_ header: [String], _ rows: [[String]]) -> String {
  let widths = header.indices.map { column in
    ([header] + rows).map { $0[column].count }.max() ?? 0
  }
  func line(_ cells: [String]) -> String {
    let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
    return "| " + padded.joined(separator: " | ") + " |"
  }
  let rule = widths.map { String(repeating: "-", count: $0) }
  return ([header, rule] + rows).map(line).joined(separator: "\n")
}

/// A number with so many decimals.
func decimals(_ value: Double, _ places: Int) -> String {
  String(format: "%.\(places)f", value)
}

/// Requests per second in millions.
func rate(_ perSecond: Double) -> String { decimals(perSecond / 1e6, 2) + " M" }

/// Seconds, shown in milliseconds.
func milliseconds(_ seconds: Double) -> String { decimals(1000 * seconds, 3) + " ms" }

/// Bytes, shown in millions of them.
func megabytes(_ bytes: Int) -> String { decimals(Double(bytes) / 1e6, 1) + " MB" }
