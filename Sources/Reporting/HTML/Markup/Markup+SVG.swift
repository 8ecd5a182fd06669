// The elements of SVG that charts are made of.
extension Markup {
  /// A line along points, or around a surface.
  static func path(_ outline: Outline, class kind: String) -> Markup {
    .element("path", [Attribute("class", kind), Attribute("d", outline.data)], [])
  }

  /// A rectangle, told of by a title.
  static func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, class kind: String,
    rounding: Double = 0, title: String? = nil
  ) -> Markup {
    var attributes = [
      Attribute("class", kind), Attribute("x", Coordinate.text(x)),
      Attribute("y", Coordinate.text(y)), Attribute("width", Coordinate.text(max(width, 0))),
      Attribute("height", Coordinate.text(max(height, 0))),
    ]
    if rounding > 0 { attributes.append(Attribute("rx", Coordinate.text(rounding))) }
    return .element(
      "rect", attributes, title.map { [.of("title", [.text($0)])] } ?? [])
  }

  /// A straight line.
  static func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class kind: String
  ) -> Markup {
    var outline = Outline()
    outline.move(x1, y1)
    outline.line(x2, y2)
    return .path(outline, class: kind)
  }

  /// The sides of a text at which its place is.
  enum Anchor: String {
    case start, middle, end
  }

  /// A text in a picture.
  static func label(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, class kind: String = ""
  ) -> Markup {
    var attributes = [Attribute("x", Coordinate.text(x)), Attribute("y", Coordinate.text(y))]
    if anchor != .start { attributes.append(Attribute("text-anchor", anchor.rawValue)) }
    if !kind.isEmpty { attributes.append(Attribute("class", kind)) }
    return .element("text", attributes, [.text(text)])
  }
}

/// How wide labels are taken to be, in whatever font the reader has.
enum LabelWidth {
  /// The width of a character of a label of 12 units; the widest usual fonts stay below.
  static let character = 7.6

  /// The room that a label needs.
  static func of(_ text: String) -> Double { Double(TerminalText.width(text)) * character }

  /// The label cut to the room that there is.
  static func fitting(_ text: String, in room: Double) -> String {
    TerminalText.truncated(TerminalText.visible(text), to: max(1, Int(room / character)))
  }
}
