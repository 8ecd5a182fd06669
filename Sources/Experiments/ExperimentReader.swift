public import Components
import Foundation

/// Reads experiment files: everything that is wrong with one is reported in one pass.
public struct ExperimentReader {
  /// Where problems go.
  public let diagnostics = DiagnosticCollector()
  /// The texts that problems can point into.
  public private(set) var sources: [SourceText] = []

  private let catalogue: Catalogue
  private let overrides: [String]

  /// A reader.
  ///
  /// - Parameters:
  ///   - overrides: `PATH=VALUE` changes to the experiment as written.
  ///   - catalogue: The catalogue of instance types, prices and behaviours.
  public init(overrides: [String] = [], catalogue: Catalogue = CatalogueReader.builtIn) {
    self.overrides = overrides
    self.catalogue = catalogue
  }

  /// The problems as text for people.
  public var report: String { DiagnosticRenderer(sources: sources).render(diagnostics) }

  /// Reads the file at a path.
  ///
  /// - Returns: nil if anything is wrong; ``diagnostics`` tells what.
  public mutating func read(file: String) -> Experiment? {
    let place = SourceLocation(file: file, line: 1, column: 1)
    guard let data = Self.beginning(of: file, SourceText.limit) else {
      diagnostics.append(
        Diagnostic(
          at: place,
          FileManager.default.fileExists(atPath: file)
            ? "the file cannot be read" : "there is no such file",
          help: "name an experiment file, such as Experiments/course-platform/load-test.yaml"))
      return nil
    }
    guard
      let source = SourceText(checking: [UInt8](data), file: file, diagnostics: diagnostics)
    else { return nil }
    return read(source)
  }

  /// What a file holds, but no more than a byte beyond the limit: files such as /dev/zero do not
  /// end.
  private static func beginning(of file: String, _ limit: Int) -> Data? {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue,
      let handle = FileHandle(forReadingAtPath: file)
    else { return nil }
    defer { try? handle.close() }
    var data = Data()
    while data.count <= limit,
      let part = try? handle.read(upToCount: limit + 1 - data.count), !part.isEmpty
    {
      data += part
    }
    return data
  }

  /// Reads a text; files that it names are looked for beside `source.file`.
  public mutating func read(_ source: SourceText) -> Experiment? {
    sources.append(source)
    guard let written = YAMLReader().read(source, diagnostics: diagnostics) else { return nil }
    let changes = Overrides(overrides, diagnostics: diagnostics)
    sources.append(changes.source)
    let root = changes.apply(to: written)
    let experiment = experiment(root, file: source.file)
    return diagnostics.hasErrors ? nil : experiment
  }

  private func context(_ file: String) -> ReadingContext {
    let folder = (file as NSString).deletingLastPathComponent
    return ReadingContext(
      diagnostics: diagnostics, catalogue: catalogue,
      operations: { ComponentCatalog.operations(ofKind: $0).map(\.verb) },
      readFile: { Self.content(of: $0, in: folder) })
  }

  /// Files are read from the experiment's own folder and below it only.
  private static func content(of name: String, in folder: String) -> Result<String, FileProblem> {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard !name.hasPrefix("/"), !parts.contains("..") else {
      return .failure(FileProblem("only files in the experiment's folder can be named"))
    }
    let path = (folder as NSString).appendingPathComponent(name)
    guard let data = FileManager.default.contents(atPath: path) else {
      return .failure(FileProblem("there is no such file beside the experiment"))
    }
    guard data.count <= 256 << 20 else { return .failure(FileProblem("it is larger than 256 MiB")) }
    guard let text = String(data: data, encoding: .utf8) else {
      return .failure(FileProblem("it is not text in UTF-8"))
    }
    return .success(text)
  }

  private func experiment(_ root: Setting, file: String) -> Experiment {
    var parameters = ParameterReader(
      reading: root, context: context(file), owner: "the experiment")
    return experiment(&parameters, file: file)
  }

  /// What an experiment file takes, the workload included, told by the code that reads it; arms are
  /// told by ``armParameters``.
  public var parameters: [ParameterDescription] {
    var parameters = ParameterReader(describing: context(""))
    _ = experiment(&parameters, file: "")
    return parameters.descriptions
  }

  /// What an arm takes, but for its components.
  public var armParameters: [ParameterDescription] {
    ArmReader(context("")).parameters
  }

  private func experiment(_ parameters: inout ParameterReader, file: String) -> Experiment {
    _ = parameters.count("windtunnel", default: nil, in: 1...1, "The version of the file's form.")
    let title = parameters.text("title", default: file, "The title.")
    _ = parameters.optionalText("summary", "What the experiment shows, in a line or a few.")
    let seed = parameters.count("seed", default: 1, in: 0...Int.max, "The seed of all draws.")
    let replications = parameters.count(
      "replications", default: 10, in: 1...100_000, "How often each arm is run.")
    let analysis = parameters.choice(
      "analysis", default: Experiment.Analysis.terminating,
      "Whether the runs have a beginning and an end, or show a steady state.")
    let loadShare = parameters.share(
      "load-share", default: 1, "The share of a month that the load lasts, for costs.",
      source: "assumed")
    let workload =
      parameters.section("workload", "What the users do.", required: true) {
        Workload(from: &$0)
      } ?? Self.emptyWorkload(parameters.context)
    var arms = ArmReader(parameters.context).read(
      parameters.setting("arms", "The architectures: a map from names to arms.", required: true))
    ArmReader.check(workload, arms, diagnostics)
    arms = FaultBinding(diagnostics: diagnostics).bind(FaultBinding.read(&parameters), to: arms)
    let objectives = ObjectiveReader(
      arms: arms, endpoints: workload.mix.map(\.endpoint), diagnostics: diagnostics
    ).read(&parameters)
    let document = DocumentReader(
      arms: arms.map(\.name), endpoints: workload.mix.map(\.endpoint)
    ).read(&parameters)
    parameters.finish()
    return Experiment(
      title: title, file: file, seed: UInt64(seed), replications: replications,
      analysis: analysis, workload: workload, arms: arms, objectives: objectives,
      loadShare: loadShare, document: document)
  }

  /// Stands in for a workload that is missing, so that everything else is checked too.
  private static func emptyWorkload(_ context: ReadingContext) -> Workload {
    var describing = ParameterReader(describing: context)
    return Workload(from: &describing)
  }
}
