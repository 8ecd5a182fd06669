import Analysis

/// A picture with its name, what it shows in words, its legend, and its values in a table.
struct Figure {
  /// The name.
  var title: String
  /// What the picture shows, for those who do not see it.
  var description: String
  /// What the colours and dashes mean; empty where nothing needs to be told apart.
  var legend: [LegendEntry] = []
  /// What should be known to read it.
  var note: String?
  /// The size of the picture in its own units.
  var width = Plot.width
  var height: Double
  /// The picture.
  var drawing: [Markup]
  /// The values.
  var table: DataTable

  /// One entry of a legend.
  struct LegendEntry {
    /// The class of the line or of the surface.
    var style: String
    /// Whether it is a surface.
    var isSurface = false
    /// What it means.
    var text: String
  }

  /// The legend of lines of arms; a single arm needs none.
  static func legend(of arms: [ArmResult], _ shown: [Int]) -> [LegendEntry] {
    arms.count > 1 ? shown.map { .init(style: LineStyle.line($0), text: arms[$0].name) } : []
  }

  /// The figure, whose ids begin with a prefix of its own.
  func markup(id: String) -> Markup {
    var parts = [Markup.of("h3", [.text(title)]), picture(id)]
    if !legend.isEmpty { parts.append(legendMarkup) }
    if let note { parts.append(.paragraph(note, class: "note")) }
    parts.append(.details("Values of this chart", [table.markup]))
    return .of("figure", class: width > Plot.width ? "wide" : nil, parts)
  }

  private func picture(_ id: String) -> Markup {
    typealias Attribute = Markup.Attribute
    var attributes = [
      Attribute("viewBox", "0 0 \(Coordinate.text(width)) \(Coordinate.text(height))"),
      Attribute("role", "img"), Attribute("aria-labelledby", "\(id)t \(id)d"),
    ]
    if width > Plot.width {
      let (least, most) = (Coordinate.text(width * 0.85), Coordinate.text(width * 1.25))
      attributes.append(Attribute("style", "min-width:\(least)px;max-width:\(most)px"))
    }
    let words: [Markup] = [
      .element("title", [Attribute("id", id + "t")], [.text(title)]),
      .element("desc", [Attribute("id", id + "d")], [.text(description)]),
    ]
    let svg = Markup.element("svg", attributes, words + drawing)
    guard width > Plot.width else { return svg }
    return .element(
      "div",
      [
        Attribute("class", "scroll"), Attribute("tabindex", "0"), Attribute("role", "region"),
        Attribute("aria-label", title),
      ], [svg])
  }

  private var legendMarkup: Markup {
    typealias Attribute = Markup.Attribute
    return .of(
      "ul", class: "legend",
      legend.map { entry in
        let sample =
          entry.isSurface
          ? Markup.rectangle(0, 1, 26, 10, class: entry.style)
          : Markup.line(0, 6, 26, 6, class: entry.style)
        let key = Markup.element(
          "svg",
          [
            Attribute("viewBox", "0 0 26 12"), Attribute("class", "key"),
            Attribute("aria-hidden", "true"),
          ], [sample])
        return .of("li", [key, .text(entry.text)])
      })
  }
}

/// The look of the lines of a chart: by colour and by dashes, so that neither is needed.
enum LineStyle {
  /// How many differ.
  static let count = 6

  /// The class of the line of the n-th arm.
  static func line(_ index: Int) -> String { "line c\(index % count + 1)" }

  /// The class of a surface of the n-th arm.
  static func surface(_ index: Int) -> String { "surface c\(index % count + 1)" }
}
