import Foundation

/// Validates JSON values by a JSON Schema: the keywords that the schema of experiments uses, and no
/// others.
final class SchemaValidator: @unchecked Sendable {
  private static let known: Set<String> = [
    "$schema", "$defs", "$ref", "title", "description", "default", "type", "properties",
    "required", "additionalProperties", "items", "enum", "const", "anyOf", "allOf", "if", "then",
    "else", "pattern", "minProperties", "maxProperties",
  ]

  private let root: [String: Any]
  /// References that lead nowhere.
  private(set) var deadReferences: [String] = []
  /// Keywords that this validator does not know, and so would ignore.
  private(set) var unknownKeywords: [String] = []

  init(_ schema: [String: Any]) {
    root = schema
    inspect(schema)
  }

  private func inspect(_ schema: Any) {
    guard let schema = schema as? [String: Any] else { return }
    for (keyword, value) in schema {
      if !Self.known.contains(keyword) { unknownKeywords.append(keyword) }
      switch keyword {
      case "$defs", "properties": (value as? [String: Any])?.values.forEach(inspect)
      case "anyOf", "allOf": (value as? [Any])?.forEach(inspect)
      case "items", "additionalProperties", "if", "then", "else": inspect(value)
      case "$ref": if definition(value) == nil { deadReferences.append("\(value)") }
      default: break
      }
    }
  }

  private func definition(_ reference: Any) -> [String: Any]? {
    guard let reference = reference as? String, reference.hasPrefix("#/$defs/") else { return nil }
    return (root["$defs"] as? [String: Any])?[String(reference.dropFirst(8))] as? [String: Any]
  }

  /// What is wrong with a value; nothing if it is valid.
  func problems(_ value: Any) -> [String] { problems(value, root, "") }

  private func isValid(_ value: Any, _ schema: Any, _ path: String) -> Bool {
    problems(value, schema, path).isEmpty
  }

  private func problems(_ value: Any, _ schema: Any, _ path: String) -> [String] {
    if let allows = schema as? Bool { return allows ? [] : ["\(path): nothing is allowed here"] }
    guard let schema = schema as? [String: Any] else { return ["\(path): the schema is broken"] }
    return general(value, schema, path) + combined(value, schema, path)
      + members(value, schema, path)
  }

  private func general(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    if let type = schema["type"] {
      let types = type as? [String] ?? [type as? String ?? ""]
      if !types.contains(where: { Self.isA($0, value) }) { found.append("\(path): not \(types)") }
    }
    if let choices = schema["enum"] as? [Any], !choices.contains(where: { Self.equal($0, value) }) {
      found.append("\(path): \(value) is none of \(choices)")
    }
    if let constant = schema["const"], !Self.equal(constant, value) {
      found.append("\(path): \(value) is not \(constant)")
    }
    if let pattern = schema["pattern"] as? String, let text = value as? String,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      found.append("\(path): '\(text)' does not match \(pattern)")
    }
    if let reference = schema["$ref"] {
      found += definition(reference).map { problems(value, $0, path) } ?? ["\(path): \(reference)"]
    }
    return found
  }

  private func combined(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    var found: [String] = []
    for part in schema["allOf"] as? [Any] ?? [] { found += problems(value, part, path) }
    if let parts = schema["anyOf"] as? [Any], !parts.contains(where: { isValid(value, $0, path) }) {
      found.append(
        "\(path): none of \(parts.count) forms; \(parts.map { problems(value, $0, path) })")
    }
    if let condition = schema["if"] {
      let branch = isValid(value, condition, path) ? "then" : "else"
      if let consequence = schema[branch] { found += problems(value, consequence, path) }
    }
    return found
  }

  private func members(_ value: Any, _ schema: [String: Any], _ path: String) -> [String] {
    if let elements = value as? [Any], let items = schema["items"] {
      return elements.enumerated().flatMap { problems($1, items, "\(path)[\($0)]") }
    }
    guard let object = value as? [String: Any] else { return [] }
    var found: [String] = []
    if let least = schema["minProperties"] as? Int, object.count < least {
      found.append("\(path): too few keys")
    }
    if let most = schema["maxProperties"] as? Int, object.count > most {
      found.append("\(path): too many keys")
    }
    for name in schema["required"] as? [String] ?? [] where object[name] == nil {
      found.append("\(path): lacks '\(name)'")
    }
    let properties = schema["properties"] as? [String: Any] ?? [:]
    for (key, member) in object.sorted(by: { $0.key < $1.key }) {
      if let property = properties[key] ?? schema["additionalProperties"] {
        found += problems(member, property, "\(path).\(key)")
      }
    }
    return found
  }

  private static func isA(_ type: String, _ value: Any) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "null": value is NSNull
    case "boolean": value is Bool
    case "number": value is Double
    default: false
    }
  }

  private static func equal(_ one: Any, _ other: Any) -> Bool {
    switch (one, other) {
    case (let one as String, let other as String): one == other
    case (let one as NSNumber, let other as Double): one.doubleValue == other
    case (let one as Bool, let other as Bool): one == other
    default: false
    }
  }
}
