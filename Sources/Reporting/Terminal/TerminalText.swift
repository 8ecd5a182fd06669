/// Text for a terminal: how wide it is, how it is cut and wrapped, and what must not reach it.
public enum TerminalText {
  /// The text with everything made visible that would steer a terminal or mislead a reader.
  ///
  /// Control characters become their pictures (`␛`), marks that are invisible or reverse the
  /// direction of writing their number (`‹202e›`).
  public static func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x00...0x1f: result.unicodeScalars.append(picture(scalar.value))
      case 0x7f: result += "␡"
      case 0x80...0x9f, 0x61c, 0x200b, 0x200e...0x200f, 0x2028...0x202e, 0x2060...0x206f, 0xfeff,
        0xfff9...0xfffb, 0xe0000...0xe007f:
        result += "‹" + String(scalar.value, radix: 16) + "›"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func picture(_ control: UInt32) -> Unicode.Scalar {
    Unicode.Scalar(0x2400 + control) ?? "?"
  }

  /// How many columns the text takes: wide characters two, combining ones none.
  public static func width(_ text: String) -> Int {
    text.reduce(0) { $0 + width($1) }
  }

  /// How many columns one character takes.
  static func width(_ character: Character) -> Int {
    var width = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xfe0f { return 2 }
      width = max(width, TerminalText.width(scalar))
    }
    return width
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    return switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3,
      0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1b000...0x1b2ff,
      0x20000...0x3fffd:
      2
    default: scalar.properties.isEmojiPresentation ? 2 : 1
    }
  }

  /// The text cut to a width, an ellipsis in place of what is left out.
  public static func truncated(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    guard limit > 0 else { return "" }
    var result = ""
    var used = 0
    for character in text {
      used += width(character)
      guard used < limit else { break }
      result.append(character)
    }
    return result + "…"
  }

  /// The text broken into lines at spaces, but not between a number and its unit.
  ///
  /// A word wider than a line is broken where it must.
  ///
  /// - Parameters:
  ///   - text: One paragraph.
  ///   - limit: The width of a line.
  ///   - indent: Spaces before every line but the first.
  ///   - used: Columns of the first line that something else takes.
  /// - Returns: The lines, without trailing spaces.
  public static func wrapped(
    _ text: String, to limit: Int, indent: Int = 0, used: Int = 0
  ) -> [String] {
    let margin = String(repeating: " ", count: max(0, min(indent, limit - 10)))
    var lines: [String] = []
    var line = ""
    var isEmpty = true
    for word in words(of: text) {
      var rest = word
      while true {
        let taken = width(line) + (lines.isEmpty ? used : 0)
        if taken + (isEmpty ? 0 : 1) + width(rest) <= limit {
          line += (isEmpty ? "" : " ") + rest
          isEmpty = false
          break
        }
        if isEmpty {
          let head = prefix(of: rest, width: max(1, limit - taken))
          line += head
          rest.removeFirst(head.count)
        }
        lines.append(line)
        line = margin
        isEmpty = true
        if rest.isEmpty { break }
      }
    }
    if !isEmpty || lines.isEmpty { lines.append(line) }
    return lines
  }

  private static let units: Set<String> = ["ns", "µs", "ms", "s", "min", "h", "d"]

  /// The words between which a line may end.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    for word in text.split(separator: " ") {
      let letters = String(word.prefix { $0.isLetter })
      if let last = words.last, last.last?.isNumber == true, units.contains(letters) {
        words[words.count - 1] = last + " " + word
      } else {
        words.append(String(word))
      }
    }
    return words
  }

  /// As many characters as fit, but at least one.
  private static func prefix(of text: String, width limit: Int) -> String {
    var head = ""
    var used = 0
    for character in text {
      used += width(character)
      if used > limit, !head.isEmpty { break }
      head.append(character)
    }
    return head
  }
}
