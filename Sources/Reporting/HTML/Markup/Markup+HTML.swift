// The elements of HTML that the report is made of.
extension Markup {
  /// An element of a class.
  static func of(
    _ name: StaticString, class kind: String? = nil, _ children: [Markup]
  ) -> Markup {
    .element(name, kind.map { [Attribute("class", $0)] } ?? [], children)
  }

  /// A paragraph.
  static func paragraph(_ text: String, class kind: String? = nil) -> Markup {
    .of("p", class: kind, [.text(text)])
  }

  /// A section with its heading, to which the table of contents leads.
  static func section(_ id: String, _ heading: String, _ children: [Markup]) -> Markup {
    .element(
      "section", [Attribute("id", id), Attribute("aria-labelledby", id + "-heading")],
      [.element("h2", [Attribute("id", id + "-heading")], [.text(heading)])] + children)
  }

  /// What unfolds on a click or a key, without a script.
  static func details(_ summary: String, _ children: [Markup]) -> Markup {
    .of("details", [.of("summary", [.text(summary)])] + children)
  }

  /// A list of names and values.
  static func definitions(_ entries: [(String, String)]) -> Markup {
    .of(
      "dl",
      entries.flatMap { name, value in
        [Markup.of("dt", [.text(name)]), .of("dd", [.text(value)])]
      })
  }
}

/// A table that is read row by row; wider than the page, it is scrolled within itself.
struct DataTable {
  /// What the table shows; told to screen readers.
  var caption: String
  /// The heads of the columns.
  var columns: [String]
  /// The rows; the first cell of each is its head.
  var rows: [[String]]

  /// The table in a box that can be scrolled with the keyboard.
  var markup: Markup {
    typealias Attribute = Markup.Attribute
    let head = columns.map { Markup.element("th", [Attribute("scope", "col")], [.text($0)]) }
    let body = rows.map { row in
      Markup.of(
        "tr",
        row.enumerated().map { index, cell in
          index == 0
            ? .element("th", [Attribute("scope", "row")], [.text(cell)])
            : .of("td", [.text(cell)])
        })
    }
    return .element(
      "div",
      [
        Attribute("class", "scroll"), Attribute("tabindex", "0"), Attribute("role", "region"),
        Attribute("aria-label", caption),
      ],
      [
        .of(
          "table",
          [
            .of("caption", [.text(caption)]), .of("thead", [.of("tr", head)]),
            .of("tbody", body),
          ])
      ])
  }
}
