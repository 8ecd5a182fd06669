import ArgumentParser

/// The command line.
@main
struct Windtunnel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "windtunnel",
    abstract: "A wind tunnel for cloud architectures: simulate before and after a change.",
    discussion: """
      Exit status: 0 done, 1 a run failed, 64 wrong usage, 65 the experiment is invalid, \
      70 a defect of the program, 99 an objective was missed or figures contradict each other, \
      130 or 143 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, CheckCommand.self, AuditCommand.self, ComponentsCommand.self,
      SchemaCommand.self,
    ])
}

/// The exit statuses that scripts rely on.
enum ExitStatus {
  /// A run failed.
  static let failed = ExitCode(1)
  /// The experiment is invalid.
  static let invalid = ExitCode(65)
  /// A law that holds in every run by counting is broken: a defect of the program.
  static let defect = ExitCode(70)
  /// An objective was missed by an arm that it binds.
  static let missed = ExitCode(99)
}
