import Components

/// Reads `documented`, `assumptions` and `set-aside`, and checks that what they name exists.
struct DocumentReader {
  private let arms: [String]
  private let endpoints: [String]

  /// A reader of figures of arms, and of the endpoints that the workload asks for.
  init(arms: [String], endpoints: [String]) {
    self.arms = arms
    self.endpoints = endpoints
  }

  func read(_ parameters: inout ParameterReader) -> Document {
    var document = Document()
    document.arms = arms
    document.figures = parameters.sections("documented", "What a document claims.") {
      figure(&$0)
    }.compactMap { $0 }
    let known = document.figures.map(\.id)
    document.assumptions = parameters.sections(
      "assumptions", "What is assumed where the document is silent."
    ) { assumption(&$0, known) }
    document.setAside = parameters.sections(
      "set-aside", "The figures that are not held to, because they contradict others."
    ) { setAside(&$0, known) }
    return document
  }

  // MARK: Figures

  private func figure(_ parameters: inout ParameterReader) -> DocumentedFigure? {
    let id = parameters.text("figure", default: nil, "The figure's identifier, such as B22.")
    let text = parameters.text(
      "quantity", default: nil, "What it is about, such as response.p95(courses).")
    let quantity = quantity(text, parameters)
    let place = parameters.optionalText("where", "The place in the document.")
    let usual = quantity.flatMap { DocumentedQuantity.kind(of: $0.name)?.role } ?? .measured
    let written = parameters.has("role")
    let chosen = parameters.choice(
      "role", default: DocumentedFigure.Role.measured,
      "What the document does with it; what is usual for the quantity, if none is written.")
    let role = written ? chosen : usual
    var texts: [(arm: String?, text: String)] = []
    if let value = parameters.optionalText(
      "value", "What is printed for every arm: 4.8s, 80%..90%.")
    {
      texts.append((nil, value))
    }
    for (arm, value) in parameters.texts(named: arms, as: "<arm>", "What is printed for an arm.") {
      texts.append((arm, value))
    }
    guard let quantity else { return nil }
    let isExact = role == .setting || quantity.form == .count
    let reader = DocumentedValueReader(form: quantity.form, isExact: isExact)
    var values: [DocumentedFigure.Printed] = []
    for (arm, text) in texts {
      do {
        values.append(DocumentedFigure.Printed(arm: arm, value: try reader.read(text)))
      } catch {
        parameters.report(
          "'\(quantity.text)': \(error.message)", at: arm ?? "value", help: error.help)
      }
    }
    if texts.isEmpty {
      parameters.report(
        "figure '\(id)' has no value", at: nil,
        help: "write what is printed, such as value: 4.8s"
          + (arms.first.map { " or \($0): 4.8s" } ?? ""))
    }
    if texts.count > 1, texts[0].arm == nil {
      parameters.report(
        "a value for every arm and one for an arm exclude each other", at: "value",
        help: "write one of them")
    }
    return DocumentedFigure(
      id: id, quantity: quantity, values: values, role: role, place: place,
      location: parameters.location)
  }

  /// The quantity that a text names; nil if there is none, which is then reported.
  private func quantity(
    _ text: String, _ parameters: ParameterReader
  ) -> DocumentedQuantity? {
    guard !text.isEmpty else { return nil }
    let quantity = DocumentedQuantity(parsing: text)
    guard let quantity, let kind = DocumentedQuantity.kind(of: quantity.name) else {
      let name = quantity?.name ?? text
      parameters.report(
        "there is no quantity '\(name)'", at: "quantity",
        help: Spelling.help(for: name, among: DocumentedQuantity.kinds.map(\.name)))
      return nil
    }
    let count = quantity.arguments.count
    guard count == kind.arguments.count || count == 0 && kind.argumentsAreOptional else {
      let example = kind.arguments.contains(.endpoint) ? "an endpoint" : "a name"
      parameters.report(
        "'\(quantity.name)' takes \(kind.arguments.isEmpty ? "nothing" : example) in parentheses",
        at: "quantity",
        help: kind.arguments.isEmpty
          ? "write '\(kind.name)'" : "write '\(quantity.name)(\(endpoints.first ?? "name"))'")
      return nil
    }
    for (argument, what) in zip(quantity.arguments, kind.arguments)
    where what == .endpoint && !endpoints.isEmpty && !endpoints.contains(argument) {
      parameters.report(
        "there is no endpoint '\(argument)'", at: "quantity",
        help: Spelling.help(for: argument, among: endpoints))
      return nil
    }
    return quantity
  }

  // MARK: Assumptions and what is set aside

  private func assumption(
    _ parameters: inout ParameterReader, _ figures: [String]
  ) -> Assumption {
    let name = parameters.text("name", default: nil, "The name.")
    let value = parameters.text("value", default: nil, "The value.")
    let range = parameters.text(
      "range", default: nil, "The values that would be as plausible, as in 10%..40%.")
    let reason = parameters.text("because", default: nil, "Why this value, and why this range.")
    let tunedTo = parameters.names("tuned-to", "The figures that it was tuned to.")
    for name in tunedTo { check(name, figures, "tuned-to", parameters) }
    if !value.isEmpty, !range.isEmpty, let problem = Self.problem(value, range) {
      parameters.report(problem.message, at: "range", help: problem.help)
    }
    return Assumption(name: name, value: value, range: range, reason: reason, tunedTo: tunedTo)
  }

  private func setAside(_ parameters: inout ParameterReader, _ figures: [String]) -> SetAside {
    let figure = parameters.text("figure", default: nil, "The figure's identifier.")
    check(figure, figures, "figure", parameters)
    let arm = parameters.optionalText("arm", "The only arm in which it is set aside.")
    if let arm, !arms.contains(arm) {
      parameters.report(
        "there is no arm '\(arm)'", at: "arm", help: Spelling.help(for: arm, among: arms))
    }
    let reason = parameters.text("because", default: nil, "Why it cannot hold.")
    return SetAside(figure: figure, arm: arm, reason: reason)
  }

  private func check(
    _ name: String, _ figures: [String], _ parameter: String, _ parameters: ParameterReader
  ) {
    guard !name.isEmpty, !figures.contains(name) else { return }
    var known: [String] = []
    for figure in figures where !known.contains(figure) { known.append(figure) }
    parameters.report(
      "no figure '\(name)' is documented", at: parameter,
      help: Spelling.help(for: name, among: known))
  }

  /// Whether a value is in a range, both written in the same form.
  private static func problem(_ value: String, _ range: String) -> UnitProblem? {
    let forms: [DocumentedQuantity.Form] = [.count, .duration, .share, .rate, .size, .money]
    for form in forms {
      let reader = DocumentedValueReader(form: form, isExact: true)
      guard let read = try? reader.read(value), let least = read.number else { continue }
      guard let ends = try? reader.read(range), ends.isRange, let bounds = ends.bounds else {
        continue
      }
      return bounds.meets(Bounds(exactly: least))
        ? nil
        : UnitProblem("the value '\(value)' is not in '\(range)'", help: "widen the range")
    }
    return UnitProblem(
      "'\(range)' is no range for '\(value)'",
      help: "write its least and its greatest value, as in '10%..40%'")
  }
}

extension DocumentedQuantity {
  /// Splits `name(argument, …)`; nil if it is not written like that.
  init?(parsing text: String) {
    guard let open = text.firstIndex(of: "(") else {
      self.init(name: text, arguments: [])
      return
    }
    guard text.last == ")" else { return nil }
    let inner = text[text.index(after: open)...].dropLast()
    let arguments = inner.split(separator: ",", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    guard !arguments.contains("") else { return nil }
    self.init(name: String(text[..<open]), arguments: arguments)
  }
}
