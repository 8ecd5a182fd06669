import Components
import Experiments
import Reporting

/// The JSON Schema of experiment files, made of what the readers of parameters say that they take.
///
/// It tells structure: keys, forms of values, words to choose from. Ranges, references and
/// everything that needs more than one value are for `windtunnel check`. An arm that extends
/// another is a change, in which nothing is required and `null` deletes.
struct SchemaDocument {
  private let context = ReadingContext(
    diagnostics: DiagnosticCollector(), catalogue: CatalogueReader.builtIn,
    operations: { ComponentCatalog.operations(ofKind: $0).map(\.verb) })
  private let values = SchemaValues()

  /// The whole document.
  var json: JSONValue {
    let experiment = ExperimentReader()
    var members: [(String, JSONValue)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("Windtunnel experiment")),
      ("$defs", .object(definitions(experiment.armParameters))),
    ]
    members += values.object(experiment.parameters, isChange: false)
    return .object(members)
  }

  private func definitions(_ arm: [ParameterDescription]) -> [(String, JSONValue)] {
    var definitions = values.definitions
    definitions.append(("step", step))
    let shared = arm.first { $0.name == "components" }?.nested ?? []
    for type in ComponentCatalog.all {
      let parameters = shared + ComponentsCommand.parameters(of: type)
      for isChange in [false, true] {
        let name = SchemaValues.name("component-\(type.kind)", isChange: isChange)
        definitions.append(
          (
            name,
            .object(
              [("description", .string(type.summary))]
                + values.object(parameters, isChange: isChange) { parameter in
                  parameter.name == "kind" ? .object([("const", .string(type.kind))]) : nil
                })
          ))
      }
    }
    for isChange in [false, true] {
      definitions.append(
        (SchemaValues.name("component", isChange: isChange), component(isChange: isChange)))
      definitions.append(
        (SchemaValues.name("whole-arm", isChange: isChange), self.arm(arm, isChange: isChange)))
    }
    definitions.append(
      (
        "arm",
        .object([
          ("if", .object([("required", .array([.string("extends")]))])),
          ("then", SchemaValues.reference("whole-arm-change")),
          ("else", SchemaValues.reference("whole-arm")),
        ])
      ))
    return definitions
  }

  /// An arm, whose components are told by their kind.
  private func arm(_ parameters: [ParameterDescription], isChange: Bool) -> JSONValue {
    let component = SchemaValues.reference(SchemaValues.name("component", isChange: isChange))
    return .object(
      values.object(parameters, isChange: isChange) { parameter in
        guard parameter.name == "components" else { return nil }
        return .object([
          ("type", .string("object")),
          ("additionalProperties", isChange ? SchemaValues.orNull(component) : component),
        ])
      })
  }

  /// A component: its kind says what else it takes.
  ///
  /// A change need not repeat the kind; then it may set whatever some kind takes.
  private func component(isChange: Bool) -> JSONValue {
    let kinds = ComponentCatalog.all.map { $0.kind }
    let cases = kinds.map { kind in
      JSONValue.object([
        (
          "if",
          .object([
            ("properties", .object([("kind", .object([("const", .string(kind))]))])),
            ("required", .array([.string("kind")])),
          ])
        ),
        (
          "then",
          SchemaValues.reference(SchemaValues.name("component-\(kind)", isChange: isChange))
        ),
      ])
    }
    var members: [(String, JSONValue)] = [
      ("type", .string("object")),
      (
        "properties",
        .object([("kind", .object([("enum", .array(kinds.map { .string($0) }))]))])
      ),
      ("allOf", .array(cases)),
    ]
    if isChange {
      members.append(
        (
          "anyOf",
          .array(
            kinds.map {
              SchemaValues.reference(SchemaValues.name("component-\($0)", isChange: true))
            })
        ))
    } else {
      members.append(("required", .array([.string("kind")])))
    }
    return .object(members)
  }

  /// A step: a map with one verb.
  private var step: JSONValue {
    let verbs = StepReference.verbs.map { verb -> (String, JSONValue) in
      let forms = StepReference.forms(of: verb, context).map { parameters in
        JSONValue.object(
          values.object(parameters, isChange: false) { parameter in
            // The branches of 'parallel' are lists of steps.
            verb == "parallel" && parameter.name == "do"
              ? SchemaValues.list(of: SchemaValues.reference("steps")) : nil
          })
      }
      return (verb, forms.count == 1 ? forms[0] : .object([("anyOf", .array(forms))]))
    }
    return .object([
      ("type", .string("object")), ("minProperties", .integer(1)), ("maxProperties", .integer(1)),
      ("properties", .object(verbs)), ("additionalProperties", .bool(false)),
    ])
  }
}
