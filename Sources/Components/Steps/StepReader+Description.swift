/// What the verbs of steps take, for the reference and the schema.
public enum StepReference {
  /// All verbs, those of the steps themselves first.
  public static var verbs: [String] { StepReader.allVerbs }

  /// The parameters of a verb, told by the code that reads them: one form for each way in which
  /// components answer it.
  public static func forms(
    of verb: String, _ context: ReadingContext
  ) -> [[ParameterDescription]] {
    let answering = ComponentCatalog.operations(named: verb)
    guard !answering.isEmpty else { return [StepReader.form(of: verb, among: [], context)] }
    var forms: [[ParameterDescription]] = []
    for candidate in answering {
      let form = StepReader.form(of: verb, among: [candidate], context)
      if !forms.contains(form) { forms.append(form) }
    }
    return forms
  }
}
