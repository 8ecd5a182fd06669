/// To which side the text of a column is set.
enum TableAlignment {
  case left
  case right
}

/// A table that fits a terminal.
///
/// Columns are as wide as their widest cell, and left out if they are empty. Where the sum is too wide, columns are left out in
/// the order of their `dispensability`, then the first column is cut, and at last the columns are
/// printed in blocks beneath each other, each block beginning with the first column.
struct TerminalTable {
  /// A column.
  struct Column {
    var header: String
    var alignment = TableAlignment.right
    /// Columns with more of it are left out first; 0 is never left out.
    var dispensability = 0
    /// The space between it and the column before it.
    var gap = 2
  }

  /// A cell of a row.
  struct Cell {
    var text: String
    var emphasis: TerminalStyle.Emphasis
    /// Columns by which the text is indented.
    var indent: Int

    init(_ text: String, _ emphasis: TerminalStyle.Emphasis = .none, indent: Int = 0) {
      self.text = String(repeating: " ", count: indent) + TerminalText.visible(text)
      self.emphasis = emphasis
      self.indent = indent
    }
  }

  var columns: [Column]
  var rows: [[Cell]] = []

  private static let narrowestFirstColumn = 12

  init(_ columns: [Column]) {
    self.columns = columns.map { column in
      var column = column
      column.header = TerminalText.visible(column.header)
      return column
    }
  }

  /// Adds a row; cells that are missing at its end stay empty.
  mutating func append(_ cells: [Cell]) {
    let missing = max(0, columns.count - cells.count)
    rows.append(cells + Array(repeating: Cell(""), count: missing))
  }

  /// The lines of the table, none wider than `width` if that can be.
  func lines(width: Int, style: TerminalStyle) -> [String] {
    var widths = columns.indices.map(naturalWidth)
    var shown = columns.indices.filter { widths[$0] > 0 }
    while total(shown, widths) > width, let dispensable = mostDispensable(shown) {
      shown.removeAll { $0 == dispensable }
    }
    if let first = shown.first {
      let excess = total(shown, widths) - width
      if excess > 0 {
        widths[first] = max(min(widths[first], Self.narrowestFirstColumn), widths[first] - excess)
      }
    }
    var lines: [String] = []
    for (index, block) in blocks(shown, widths, width: width).enumerated() {
      if index > 0 { lines.append("") }
      lines += self.lines(of: block, widths, style)
    }
    return lines
  }

  private func naturalWidth(_ column: Int) -> Int {
    rows.reduce(TerminalText.width(columns[column].header)) {
      max($0, TerminalText.width($1[column].text))
    }
  }

  private func total(_ shown: [Int], _ widths: [Int]) -> Int {
    shown.reduce(0) { $0 + widths[$1] } + shown.dropFirst().reduce(0) { $0 + columns[$1].gap }
  }

  /// The column to leave out next: of the most dispensable ones, the last.
  private func mostDispensable(_ shown: [Int]) -> Int? {
    let most = shown.map { columns[$0].dispensability }.max() ?? 0
    return most > 0 ? shown.last { columns[$0].dispensability == most } : nil
  }

  /// The columns in groups that fit the width; each begins with the first column.
  private func blocks(_ shown: [Int], _ widths: [Int], width: Int) -> [[Int]] {
    guard let first = shown.first else { return [] }
    var blocks = [[first]]
    for column in shown.dropFirst() {
      let block = blocks[blocks.count - 1]
      if block.count > 1, total(block + [column], widths) > width {
        blocks.append([first, column])
      } else {
        blocks[blocks.count - 1].append(column)
      }
    }
    return blocks
  }

  private func lines(of block: [Int], _ widths: [Int], _ style: TerminalStyle) -> [String] {
    let header = block.map { Cell(columns[$0].header, .bold) }
    return ([header] + rows.map { row in block.map { row[$0] } }).map { cells in
      var line = ""
      for (cell, column) in zip(cells, block) {
        if column != block.first { line += String(repeating: " ", count: columns[column].gap) }
        let text = TerminalText.truncated(cell.text, to: widths[column])
        let missing = max(0, widths[column] - TerminalText.width(text))
        let padding = String(repeating: " ", count: missing)
        let emphasized = style.apply(cell.emphasis, to: text)
        line +=
          columns[column].alignment == .left ? emphasized + padding : padding + emphasized
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
