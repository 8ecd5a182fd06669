import Analysis
import ArgumentParser
import Components
import Experiments
import Foundation
import Kernel
import Reporting
import Runner

/// `windtunnel run`: simulates the arms of experiments and puts them side by side.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Simulate the arms of experiments side by side.")

  @Argument(help: "Experiment files.")
  var files: [String]

  @Option(name: .customLong("arm"), help: "Run only this arm; may be repeated.")
  var armNames: [String] = []

  @Option(help: "The seed of all random draws, instead of the experiment's.")
  var seed: UInt64?

  @Option(help: "How often each arm is run, instead of the experiment's number.")
  var replications: Int?

  @Option(
    help: ArgumentHelp(
      "Add replications until the 95% interval of each mean response time is within ± this share.",
      valueName: "ci=share"),
    transform: Precision.read)
  var until: Precision?

  @Option(help: "How many replications run at a time; the results do not depend on it.")
  var threads: Int?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a value of the experiment as written: arms.before.components.app.min=4.",
      valueName: "path=value"))
  var overrides: [String] = []

  @Option(help: ArgumentHelp("Write the results as JSON; - is standard output.", valueName: "out"))
  var json: String?

  @Option(help: ArgumentHelp("Write the results as CSV files into a folder.", valueName: "dir"))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "Write a report as a web page of its own; - is standard output.", valueName: "out"))
  var html: String?

  @Option(help: ArgumentHelp("Write how fast the simulation was, as JSON.", valueName: "out"))
  var timing: String?

  @Flag(help: "Print the verdict and the objectives only, and no progress.")
  var quiet = false

  @Flag(name: .customLong("no-color"), help: "Print without colour.")
  var noColor = false

  func validate() throws {
    if let replications, !(1...100_000).contains(replications) {
      throw ValidationError("'--replications' takes a number from 1 to 100000")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("'--threads' takes a number from 1 to 1024")
    }
    if [json, html, timing].filter({ $0 == "-" }).count > 1 {
      throw ValidationError(
        "only one of '--json', '--html' and '--timing' can go to standard output")
    }
  }

  func run() throws {
    let experiments = try ExperimentFiles.read(files, overrides: overrides).map { configured($0) }
    for experiment in experiments { try checkArms(of: experiment) }
    var results: [ExperimentResult] = []
    var timings: [ArmTiming] = []
    for var experiment in experiments {
      let runs = try simulate(&experiment)
      results.append(result(of: experiment, runs))
      timings += runs.map { timing(of: $0, among: experiments, experiment) }
    }
    try write(results, timings)
    if results.contains(where: { $0.objectives.contains(where: \.isMissed) }) {
      throw ExitStatus.missed
    }
  }

  private func configured(_ experiment: Experiment) -> Experiment {
    var experiment = experiment
    if let seed { experiment.seed = seed }
    if let replications { experiment.replications = replications }
    return experiment
  }

  private func checkArms(of experiment: Experiment) throws {
    for name in armNames where !experiment.arms.contains(where: { $0.name == name }) {
      let known = experiment.arms.map(\.name).joined(separator: ", ")
      throw ValidationError("'\(experiment.file)' has no arm '\(name)'; it has \(known)")
    }
  }

  /// Runs the replications that the experiment asks for, and those that precision does: then the
  /// experiment's number is raised to them.
  private func simulate(_ experiment: inout Experiment) throws -> [ExperimentRun.ArmRun] {
    do {
      var all = try runs(of: experiment, from: 1)
      guard let until else { return all }
      while let count = until.replications(after: all.map(\.result)) {
        let first = experiment.replications + 1
        experiment.replications = count
        all = zip(all, try runs(of: experiment, from: first)).map { $0.adding($1) }
      }
      for arm in until.missed(by: all.map(\.result)) {
        Terminal.tell(
          "warning: '\(TerminalText.visible(arm.name))' is less precise than asked for after "
            + "\(arm.replications) replications\n")
      }
      return all
    } catch {
      let file = TerminalText.visible(experiment.file)
      Terminal.tell("\(file): error: \(TerminalText.visible(error.description))\n")
      throw error.isDefect ? ExitStatus.defect : ExitStatus.failed
    }
  }

  private func runs(
    of experiment: Experiment, from first: Int
  ) throws(RunFailure) -> [ExperimentRun.ArmRun] {
    let arms = experiment.arms.filter { armNames.isEmpty || armNames.contains($0.name) }
    let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let run = ExperimentRun(experiment, arms: arms, threads: count, from: first)
    guard !quiet, Terminal.showsProgress else { return try run.run() }
    let width = Terminal.progressWidth
    let runs = try run.run(progress: { progress in
      let line = ProgressLine(
        label: progress.arm, finished: progress.finished, total: progress.total)
      Terminal.tell("\r\u{1B}[K" + line.text(width: width))
    })
    Terminal.tell("\r\u{1B}[K")
    return runs
  }

  private func result(
    of experiment: Experiment, _ runs: [ExperimentRun.ArmRun]
  ) -> ExperimentResult {
    let arms = runs.map { run in
      let arm = experiment.arms.first { $0.name == run.arm }
      return ArmResult(
        name: run.arm, records: run.records,
        architecture: arm.map { Architecture(of: $0) } ?? Architecture())
    }
    var inputs = Fingerprint()
    inputs.combine(CatalogueReader.builtIn.digest)
    return ExperimentResult(
      title: experiment.title, file: experiment.file, seed: experiment.seed,
      replications: experiment.replications,
      analysis: experiment.analysis == .steady ? .steady : .terminating, arms: arms,
      objectives: ObjectiveOutcome.all(experiment.objectives, in: arms), inputs: inputs)
  }

  /// The timing of an arm, named after its file too if there are several experiments.
  private func timing(
    of run: ExperimentRun.ArmRun, among experiments: [Experiment], _ experiment: Experiment
  ) -> ArmTiming {
    ArmTiming(
      arm: experiments.count == 1 ? run.arm : "\(experiment.file): \(run.arm)",
      events: run.records.reduce(0) { $0 + $1.events },
      requests: run.records.reduce(0) { total, record in
        total + record.endpoints.reduce(0) { $0 + $1.succeeded.count + $1.failed.count }
      },
      wallSeconds: run.wallSeconds, peakMemoryBytes: ProcessMemory.peak)
  }

  private func write(_ results: [ExperimentResult], _ timings: [ArmTiming]) throws {
    var written: [String] = []
    if let csv {
      try Output.write(CSVFolder.files(for: results), into: csv)
      written.append(csv)
    }
    if let timing {
      try Output.write(TimingDocument.json(timings).document, to: timing)
      if timing != "-" { written.append(timing) }
    }
    if let html {
      try Output.write(HTMLReport(results, inputs: inputs).document, to: html)
      if html != "-" { written.append(html) }
    }
    if let json {
      try Output.write(ResultDocument.json(results).document, to: json)
      if json != "-" { written.append(json) }
    }
    // Data on standard output stands alone.
    guard json != "-", html != "-", timing != "-" else { return }
    let style = TerminalStyle(usesColor: Terminal.showsColor && !noColor)
    for result in results {
      let report = TerminalReport(
        result, width: Terminal.width, style: style, filesWritten: written)
      Terminal.put(quiet ? report.quiet : report.full)
    }
  }

  /// What went in, for the report; a file that cannot be read twice, such as a pipe, is left out.
  private var inputs: [HTMLReport.Inputs] {
    files.map { file in
      let attributes = try? FileManager.default.attributesOfItem(
        atPath: (file as NSString).resolvingSymlinksInPath)
      let isRegular = attributes?[.type] as? FileAttributeType == .typeRegular
      let text = isRegular ? try? String(contentsOfFile: file, encoding: .utf8) : nil
      return HTMLReport.Inputs(text: text, overrides: overrides)
    }
  }
}

extension ExperimentRun.ArmRun {
  /// What its records say together.
  fileprivate var result: ArmResult { ArmResult(name: arm, records: records) }
}

extension Precision {
  /// Reads `ci=2%`.
  fileprivate static func read(_ text: String) throws -> Precision {
    guard text.hasPrefix("ci="), text.hasSuffix("%"),
      let percent = Double(text.dropFirst(3).dropLast()), percent >= 0.01, percent <= 100
    else { throw ValidationError("'--until' takes ci=SHARE, such as ci=2%, from 0.01% to 100%") }
    return Precision(share: percent / 100)
  }
}
