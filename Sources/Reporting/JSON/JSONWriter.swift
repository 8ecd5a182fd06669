extension JSONValue {
  /// The document as text, indented by two spaces and ended by a line feed.
  ///
  /// Arrays whose elements are plain values stay on one line.
  public var document: String {
    var writer = JSONWriter(isIndented: true)
    writer.write(self)
    return writer.text + "\n"
  }

  /// The value on one line, without spaces.
  public var compact: String {
    var writer = JSONWriter(isIndented: false)
    writer.write(self)
    return writer.text
  }
}

/// Writes JSON values as text.
private struct JSONWriter {
  let isIndented: Bool
  var text = ""
  private var depth = 0

  init(isIndented: Bool) { self.isIndented = isIndented }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .object(let members): write(members)
    case .array(let elements): write(elements)
    case .string(let string): write(string)
    case .number(let number): write(number)
    case .integer(let integer): text += String(integer)
    case .bool(let bool): text += bool ? "true" : "false"
    case .null: text += "null"
    }
  }

  private mutating func write(_ members: [(String, JSONValue)]) {
    let ordered = uniqueMembers(members)
    guard !ordered.isEmpty else { return text += "{}" }
    text += "{"
    depth += 1
    for (index, member) in ordered.enumerated() {
      if index > 0 { text += "," }
      newLine()
      write(member.0)
      text += isIndented ? ": " : ":"
      write(member.1)
    }
    depth -= 1
    newLine()
    text += "}"
  }

  /// The members in the order of their keys' bytes, the last of each key.
  private func uniqueMembers(_ members: [(String, JSONValue)]) -> [(String, JSONValue)] {
    let ordered = members.enumerated().sorted { left, right in
      let (leftKey, rightKey) = (left.element.0.utf8, right.element.0.utf8)
      if leftKey.elementsEqual(rightKey) { return left.offset < right.offset }
      return leftKey.lexicographicallyPrecedes(rightKey)
    }
    var unique: [(String, JSONValue)] = []
    for (_, member) in ordered {
      if let last = unique.last, last.0.utf8.elementsEqual(member.0.utf8) { unique.removeLast() }
      unique.append(member)
    }
    return unique
  }

  private mutating func write(_ elements: [JSONValue]) {
    let isPlain = elements.allSatisfy(\.isPlain)
    text += "["
    depth += 1
    for (index, element) in elements.enumerated() {
      if index > 0 { text += "," }
      if !isPlain {
        newLine()
      } else if index > 0, isIndented {
        text += " "
      }
      write(element)
    }
    depth -= 1
    if !isPlain { newLine() }
    text += "]"
  }

  private mutating func newLine() {
    guard isIndented else { return }
    text += "\n" + String(repeating: "  ", count: depth)
  }

  private mutating func write(_ number: Double) {
    guard number.isFinite else { return text += "null" }
    if number == number.rounded(), number.magnitude < 0x1p53 {
      text += String(Int64(number))
    } else {
      text += number.description
    }
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue {
  /// Whether the value has no parts.
  fileprivate var isPlain: Bool {
    switch self {
    case .object, .array: false
    default: true
    }
  }
}
