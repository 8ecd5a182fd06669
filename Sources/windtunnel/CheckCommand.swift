import ArgumentParser
import Components
import Experiments
import Reporting

/// `windtunnel check`: reads experiments and runs nothing.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check experiments and run nothing.",
    discussion: "Every problem of a file is told in one pass.")

  @Argument(help: "Experiment files.")
  var files: [String]

  @Option(help: ArgumentHelp("Write the problems as JSON; - is standard output.", valueName: "out"))
  var json: String?

  func run() throws {
    var problems: [JSONValue] = []
    var isInvalid = false
    for file in files {
      var reader = ExperimentReader()
      let experiment = reader.read(file: file)
      if experiment == nil { isInvalid = true }
      problems += reader.diagnostics.all.map { Self.json(EncodedDiagnostic($0)) }
      if json != "-" {
        Terminal.tell(reader.report)
        if let experiment {
          Terminal.put(
            "\(TerminalText.visible(file)): valid, arms "
              + "\(experiment.arms.map { TerminalText.visible($0.name) }.joined(separator: ", "))\n"
          )
        }
      }
    }
    if let json {
      try Output.write(JSONValue.object([("problems", .array(problems))]).document, to: json)
    }
    if isInvalid { throw ExitStatus.invalid }
  }

  private static func json(_ problem: EncodedDiagnostic) -> JSONValue {
    .object([
      ("file", .string(problem.file)), ("line", .count(problem.line)),
      ("column", .count(problem.column)), ("length", .count(problem.length)),
      ("severity", .string(problem.severity)), ("message", .string(problem.message)),
      ("help", .optional(problem.help)),
    ])
  }
}
