import Components
import Reporting

/// The forms of values in a schema, and of maps of parameters.
struct SchemaValues {
  /// Forms that are read elsewhere than by the parameter that takes them.
  private static let settings = [
    "do": "steps", "otherwise": "steps", "miss": "steps", "endpoints": "endpoints",
    "branches": "branches", "key": "key", "mix": "mix", "arms": "arms", "require": "text",
    "tuned-to": "names",
  ]

  /// The definitions that other parts of the schema refer to.
  var definitions: [(String, JSONValue)] {
    let scalars: [ParameterDescription.ValueType] = [
      .duration, .share, .count, .number, .rate, .size, .money, .timeDistribution,
    ]
    return scalars.map { (Self.name(of: $0), scalar($0)) } + [
      ("flag", Self.type("boolean")),
      ("text", .object([("type", Self.strings(["string", "number", "boolean"]))])),
      ("names", Self.either([Self.type("string"), Self.list(of: Self.type("string"))])),
      ("steps", Self.list(of: Self.reference("step"))),
      ("endpoints", Self.map(of: Self.reference("steps"))),
      ("endpoints-change", Self.map(of: Self.orNull(Self.reference("steps")))),
      ("branches", Self.list(of: branch)),
      ("key", key),
      ("mix", Self.map(of: Self.reference("share"))),
      ("arms", Self.map(of: Self.reference("arm"))),
    ]
  }

  // MARK: Maps of parameters

  /// The members of a schema for a map of parameters.
  ///
  /// - Parameters:
  ///   - parameters: what the map takes.
  ///   - isChange: whether it changes another map, so that nothing is required and null deletes.
  ///   - special: the form of a parameter, if it is not the usual one.
  /// - Returns: Keywords of the schema with their values.
  func object(
    _ parameters: [ParameterDescription], isChange: Bool,
    special: (ParameterDescription) -> JSONValue? = { _ in nil }
  ) -> [(String, JSONValue)] {
    let forms = parameters.map { parameter -> (String, JSONValue) in
      let form = special(parameter) ?? form(of: parameter, isChange: isChange)
      let value = isChange ? Self.orNull(form) : form
      return (parameter.name, described(value, parameter))
    }
    // A key in angle brackets stands for names from elsewhere, such as those of arms.
    let others = forms.first { $0.0.hasPrefix("<") }?.1
    var members: [(String, JSONValue)] = [
      ("type", .string("object")),
      ("properties", .object(forms.filter { !$0.0.hasPrefix("<") })),
      ("additionalProperties", others ?? .bool(false)),
    ]
    let required = parameters.filter(\.isRequired).map(\.name)
    if !isChange, !required.isEmpty { members.append(("required", Self.strings(required))) }
    return members
  }

  private func form(of parameter: ParameterDescription, isChange: Bool) -> JSONValue {
    switch parameter.type {
    case .choice: return .object([("enum", Self.choices(parameter.choices))])
    case .section: return .object(object(parameter.nested, isChange: isChange))
    // A change replaces a list.
    case .sections: return Self.list(of: .object(object(parameter.nested, isChange: false)))
    case .namedSections:
      let section = JSONValue.object(object(parameter.nested, isChange: isChange))
      return Self.map(of: isChange ? Self.orNull(section) : section)
    case .setting:
      guard let name = Self.settings[parameter.name] else { return .object([]) }
      return Self.reference(isChange && name == "endpoints" ? "endpoints-change" : name)
    default: return Self.reference(Self.name(of: parameter.type))
    }
  }

  /// The form with what the reference says about the parameter.
  private func described(_ form: JSONValue, _ parameter: ParameterDescription) -> JSONValue {
    guard case .object(var members) = form else { return form }
    var text = parameter.summary
    if let range = parameter.range { text += " [\(range)]" }
    if parameter.source != "definition" { text += " (\(parameter.source))" }
    members.append(("description", .string(text)))
    if let value = parameter.defaultValue { members.append(("default", .string(value))) }
    return .object(members)
  }

  // MARK: Forms

  private static func name(of type: ParameterDescription.ValueType) -> String {
    switch type {
    case .timeDistribution: "time"
    case .components: "names"
    case .component: "text"
    default: type.rawValue
    }
  }

  /// A quantity: a text with its unit, or a number where none is needed.
  private func scalar(_ type: ParameterDescription.ValueType) -> JSONValue {
    let text = JSONValue.object([
      ("type", .string("string")), ("pattern", .string(type.pattern ?? "")),
    ])
    switch type {
    case .count, .number, .share: return Self.either([Self.type("number"), text])
    case .timeDistribution:
      let names = ParameterDescription.ValueType.distributionNames
      let map = JSONValue.object([
        ("type", .string("object")), ("minProperties", .integer(1)),
        ("maxProperties", .integer(1)),
        ("properties", .object(names.map { ($0, .object([])) })),
        ("additionalProperties", .bool(false)),
      ])
      return Self.either([.object([("const", .integer(0))]), text, map])
    default: return Self.either([.object([("const", .integer(0))]), text])
    }
  }

  private var branch: JSONValue {
    .object([
      ("type", .string("object")),
      (
        "properties",
        .object([("share", Self.reference("share")), ("do", Self.reference("steps"))])
      ),
      ("required", Self.strings(["share", "do"])), ("additionalProperties", .bool(false)),
    ])
  }

  private var key: JSONValue {
    let drawn = JSONValue.object([
      ("type", .string("object")),
      (
        "properties",
        .object([
          ("of", Self.reference("count")),
          ("popularity", .object([("enum", Self.strings(["uniform", "zipf"]))])),
          ("exponent", Self.reference("number")),
        ])
      ),
      ("required", Self.strings(["of"])), ("additionalProperties", .bool(false)),
    ])
    return Self.either([
      .object([("enum", Self.strings(["user", "shared", "request"]))]), drawn,
    ])
  }
}

// What schemas are made of.
extension SchemaValues {
  static func name(_ name: String, isChange: Bool) -> String { isChange ? "\(name)-change" : name }

  static func reference(_ name: String) -> JSONValue {
    .object([("$ref", .string("#/$defs/\(name)"))])
  }

  static func type(_ name: String) -> JSONValue { .object([("type", .string(name))]) }

  /// Words to choose from; one that looks like a number may be written as one, `tls: 1.3`.
  static func choices(_ words: [String]) -> JSONValue {
    .array(words.flatMap { word in [.string(word)] + (Double(word).map { [.number($0)] } ?? []) })
  }

  static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

  static func either(_ forms: [JSONValue]) -> JSONValue { .object([("anyOf", .array(forms))]) }

  static func orNull(_ form: JSONValue) -> JSONValue { either([form, type("null")]) }

  static func list(of element: JSONValue) -> JSONValue {
    .object([("type", .string("array")), ("items", element)])
  }

  static func map(of value: JSONValue) -> JSONValue {
    .object([("type", .string("object")), ("additionalProperties", value)])
  }
}
