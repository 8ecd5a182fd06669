import Analysis
import ArgumentParser
import Experiments
import Reporting

/// `windtunnel audit`: tests what documents claim against itself, and runs nothing.
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Test documented figures against each other with operational laws.",
    discussion: """
      Nothing is simulated. Each check shows its arithmetic, with every value as precise as it is \
      printed. Exits with 99 if a check fails whose figures the experiment does not set aside.
      """)

  @Argument(help: "Experiment files that document figures.")
  var files: [String]

  @Option(help: ArgumentHelp("Write the checks as JSON; - is standard output.", valueName: "out"))
  var json: String?

  @Flag(name: .customLong("no-color"), help: "Print without colour.")
  var noColor = false

  func run() throws {
    let experiments = try ExperimentFiles.read(files, overrides: [])
    let audits = experiments.map { experiment in
      (experiment.file, Audit(experiment.document, catalogue: CatalogueReader.builtIn))
    }
    if let json { try Output.write(AuditDocument.json(audits).document, to: json) }
    if json != "-" {
      let style = TerminalStyle(usesColor: Terminal.showsColor && !noColor)
      let reports = zip(experiments, audits).map { experiment, audit in
        AuditReport(
          title: experiment.title, audit: audit.1, width: Terminal.width, style: style
        ).text
      }
      Terminal.put(reports.joined(separator: "\n"))
    }
    if audits.contains(where: { $0.1.isContradicted }) { throw ExitStatus.missed }
  }
}
