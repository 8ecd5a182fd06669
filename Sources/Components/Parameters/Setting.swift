/// One value of an experiment as it was written, with its place: a tree of texts, lists and maps.
///
/// Texts keep the characters of the file (`1:30`, `no`, `010`); what they mean is decided by the
/// parameter that reads them.
public struct Setting: Sendable, Hashable {
  /// What was written.
  public var content: Content
  /// Where it begins.
  public var location: SourceLocation

  /// A value and its place.
  public init(_ content: Content, at location: SourceLocation) {
    self.content = content
    self.location = location
  }

  /// The forms of a written value.
  public enum Content: Sendable, Hashable {
    /// A text, number or word; `quoted` tells whether it stood in quotes or in a block.
    case text(String, quoted: Bool)
    /// A list, in order.
    case list([Setting])
    /// A map, its entries in the order of the file.
    case map([Entry])
    /// Nothing: `~`, `null`, or a key without a value.
    case null
  }

  /// One key of a map with its value.
  public struct Entry: Sendable, Hashable {
    /// The key as written.
    public var key: String
    /// Where the key stands.
    public var keyLocation: SourceLocation
    /// What the key is set to.
    public var value: Setting

    /// A key, its place and its value.
    public init(key: String, keyLocation: SourceLocation, value: Setting) {
      self.key = key
      self.keyLocation = keyLocation
      self.value = value
    }
  }
}

extension Setting {
  /// The characters if this is a text.
  public var text: String? {
    if case .text(let text, _) = content { text } else { nil }
  }

  /// The elements if this is a list.
  public var list: [Setting]? {
    if case .list(let elements) = content { elements } else { nil }
  }

  /// The entries if this is a map.
  public var map: [Entry]? {
    if case .map(let entries) = content { entries } else { nil }
  }

  /// Whether nothing was written.
  public var isNull: Bool { content == .null }

  /// The value of a key, nil if this is no map or has no such key.
  public subscript(key: String) -> Setting? {
    map?.first { $0.key == key }?.value
  }

  /// What this is, for messages: "a text", "a list", "a map" or "nothing".
  public var form: String {
    switch content {
    case .text: "a text"
    case .list: "a list"
    case .map: "a map"
    case .null: "nothing"
    }
  }

  /// The number of characters to underline when a message points here.
  public var underline: Int {
    guard case .text(let text, let quoted) = content else { return 1 }
    return max(1, text.unicodeScalars.count + (quoted ? 2 : 0))
  }
}
