/// A JSON document, or a part of one, that is always written as the same bytes.
public enum JSONValue: Sendable {
  /// Members by key; written in the order of their keys' UTF-8 bytes. Of two members with the
  /// same key the later one counts.
  case object([(String, JSONValue)])
  /// Values in their order.
  case array([JSONValue])
  /// A text.
  case string(String)
  /// A number; written as short as possible while it reads back exactly, a whole number without
  /// a fraction, and null if it is not finite.
  case number(Double)
  /// A whole number.
  case integer(Int64)
  /// True or false.
  case bool(Bool)
  /// Nothing: the value is undefined.
  case null

  /// A number, or null if it is undefined.
  public static func optional(_ number: Double?) -> JSONValue {
    number.map { .number($0) } ?? .null
  }

  /// A text, or null if there is none.
  public static func optional(_ text: String?) -> JSONValue {
    text.map { .string($0) } ?? .null
  }

  /// A count.
  public static func count(_ count: Int) -> JSONValue { .integer(Int64(count)) }
}
