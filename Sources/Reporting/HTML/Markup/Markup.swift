/// A piece of HTML or SVG that cannot be written wrongly: names are fixed in the source, texts and
/// values are escaped where they are written.
///
/// The text is well-formed XML too, so that any parser can check it.
indirect enum Markup {
  /// An element with its attributes in order and its content.
  case element(StaticString, [Attribute], [Markup])
  /// A text that people read; nothing in it is markup.
  case text(String)
  /// A style sheet of our own.
  case style(StaticString)

  /// The name and the value of an attribute.
  struct Attribute {
    var name: StaticString
    var value: String

    /// An attribute.
    init(_ name: StaticString, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The markup as text.
  var rendered: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .text(let content): Markup.escape(content, into: &text)
    case .style(let sheet): text += "<style>\(sheet)</style>"
    case .element(let name, let attributes, let children):
      text += "<\(name)"
      for attribute in attributes {
        text += " \(attribute.name)=\""
        Markup.escape(attribute.value, into: &text)
        text += "\""
      }
      guard !children.isEmpty || !Markup.mayClose(name) else {
        text += "/>"
        return
      }
      text += ">"
      for child in children { child.write(to: &text) }
      text += "</\(name)>"
      if Markup.endsLine(name) { text += "\n" }
    }
  }

  /// Whether an element without content is written as `<name/>`: HTML allows it in SVG and for
  /// elements that never have content.
  private static func mayClose(_ name: StaticString) -> Bool {
    ["path", "rect", "line", "circle", "meta"].contains(name.description)
  }

  /// Elements that end a line, so that the file can be compared line by line.
  private static func endsLine(_ name: StaticString) -> Bool {
    ["p", "tr", "h1", "h2", "h3", "li", "g", "svg", "figure", "section", "title", "desc", "div"]
      .contains(name.description)
  }

  /// Writes a text so that it is only a text.
  ///
  /// Neither markup nor what is invisible or reverses the direction of writing gets through. Line
  /// feeds stay, as they are white space.
  private static func escape(_ content: String, into text: inout String) {
    var isFirst = true
    for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
      if !isFirst { text += "\n" }
      isFirst = false
      for scalar in TerminalText.visible(String(line)).unicodeScalars {
        switch scalar {
        case "&": text += "&amp;"
        case "<": text += "&lt;"
        case ">": text += "&gt;"
        case "\"": text += "&quot;"
        case "'": text += "&#39;"
        case "\u{fffe}", "\u{ffff}": text += "\u{fffd}"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
  }
}

extension Markup: ExpressibleByStringLiteral {
  init(stringLiteral value: String) { self = .text(value) }
}
