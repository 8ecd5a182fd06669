public import Components
import Kernel

/// Reads the catalogue from the files of `Models/`, with the same reader as experiments.
public struct CatalogueReader {
  private let diagnostics: DiagnosticCollector
  private var catalogue = Catalogue()

  /// The catalogue that the binary carries.
  ///
  /// - Precondition: Its files have no errors, which the tests see to.
  public static let builtIn: Catalogue = {
    let diagnostics = DiagnosticCollector()
    let catalogue = read(CatalogueFiles.all, diagnostics: diagnostics)
    if let first = diagnostics.all.first {
      preconditionFailure("\(first.location): \(first.message)")
    }
    return catalogue
  }()

  /// Reads files of a catalogue.
  ///
  /// - Parameters:
  ///   - files: The name of each file as shown to the user, and its text.
  ///   - diagnostics: Where problems go.
  /// - Returns: What could be read.
  public static func read(
    _ files: [(name: String, text: String)], diagnostics: DiagnosticCollector
  ) -> Catalogue {
    var reader = CatalogueReader(diagnostics: diagnostics)
    for (name, text) in files {
      let source = SourceText(file: name, text: text)
      guard let setting = YAMLReader().read(source, diagnostics: diagnostics) else { continue }
      reader.read(setting)
    }
    return reader.catalogue
  }

  private init(diagnostics: DiagnosticCollector) { self.diagnostics = diagnostics }

  private mutating func read(_ setting: Setting) {
    let context = ReadingContext(diagnostics: diagnostics)
    var file = ParameterReader(reading: setting, context: context, owner: "the catalogue")
    let sources = file.namedSections("sources", "Where the columns come from.", required: false) {
      _, reader in Self.provenance(&reader)
    }
    let table = file.keys.first { $0 != "sources" } ?? ""
    for (column, provenance) in sources {
      catalogue.columns.append(("\(table).\(column)", provenance))
    }
    catalogue.instanceTypes += file.namedSections(
      "instance-types", "The types of virtual machine.", required: false, read: Self.instanceType
    ).map(\.value)
    catalogue.cacheNodes += file.namedSections(
      "cache-nodes", "The types of cache node.", required: false, read: Self.cacheNode
    ).map(\.value)
    catalogue.prices += file.namedSections(
      "prices", "What things cost.", required: false, read: Self.price
    ).map(\.value)
    catalogue.behaviours += file.namedSections(
      "behaviours", "How services behave.", required: false, read: Self.behaviour
    ).map(\.value)
    catalogue.edgeLocations += file.namedSections(
      "edge-locations", "Where CloudFront meets the users of a Region.", required: false,
      read: Self.edgeLocation
    ).map(\.value)
    let usual = sources.first { $0.name == "time" }?.value
    catalogue.roundTrips += file.sections("round-trips", "Times between Regions.") { reader in
      Self.roundTrip(&reader, usual: usual)
    }
    file.finish()
    catalogue.digest = mixed(catalogue.digest &+ setting.digest)
  }
}

extension CatalogueReader {
  private static func provenance(_ reader: inout ParameterReader) -> Provenance {
    let source = reader.text("source", default: nil, "The page, or 'assumed'.")
    let reason = reader.optionalText("because", "Why the value is assumed.")
    if (source == "assumed") != (reason != nil) {
      reader.report("a value is assumed for a reason, and only then", at: "source")
    }
    return reason.map { Provenance(assumedBecause: $0) } ?? Provenance(source: source)
  }

  private static func price(_ reader: inout ParameterReader) -> Double {
    reader.money("price", "US dollars per hour.")
  }

  private static func instanceType(
    _ name: String, _ reader: inout ParameterReader
  ) -> Catalogue.InstanceType {
    let type = Catalogue.InstanceType(
      name: name,
      vCPUs: reader.count("vcpus", default: nil, in: 1...1_024, "How many vCPUs it has."),
      processor: reader.choice("processor", default: nil, "What a vCPU is."),
      memory: reader.size("memory", default: nil, "Its memory."),
      pricePerHour: price(&reader),
      speed: reader.number(
        "speed", default: nil, in: 0.01...100, unit: "1", "Its speed beside a vCPU of t3."),
      credits: nil)
    guard reader.has("baseline") else { return type }
    var burstable = type
    burstable.credits = Catalogue.InstanceType.Credits(
      baseline: reader.share("baseline", default: nil, "What credits sustain of each vCPU."),
      perHour: reader.number(
        "credits-per-hour", default: nil, in: 0...1e6, unit: "1", "Credits earned per hour."),
      maximum: reader.number(
        "max-credits", default: nil, in: 0...1e6, unit: "1", "The most credits kept."))
    return burstable
  }

  private static func cacheNode(
    _ name: String, _ reader: inout ParameterReader
  ) -> Catalogue.CacheNode {
    Catalogue.CacheNode(
      name: name,
      maximumMemory: reader.size("maxmemory", default: nil, "What the server may use."),
      pricePerHour: price(&reader),
      vCPUs: reader.count("vcpus", default: nil, in: 1...1_024, "How many vCPUs it has."))
  }

  private static func edgeLocation(
    _ region: String, _ reader: inout ParameterReader
  ) -> Catalogue.EdgeLocation {
    Catalogue.EdgeLocation(
      region: region,
      points: reader.count("points", default: nil, in: 1...1_000, "How many points users reach."),
      regionalCache: reader.text("regional-cache", default: nil, "The Region of the cache behind."),
      priceArea: reader.text("price-area", default: nil, "The area whose prices hold."))
  }

  private static func price(_ key: String, _ reader: inout ParameterReader) -> Catalogue.Price {
    Catalogue.Price(
      key: key, amount: reader.money("amount", "US dollars for one unit."),
      provenance: provenance(&reader))
  }

  private static func behaviour(
    _ key: String, _ reader: inout ParameterReader
  ) -> Catalogue.Behaviour {
    Catalogue.Behaviour(
      key: key, value: reader.text("value", default: nil, "The value with its unit."),
      provenance: provenance(&reader))
  }

  private static func roundTrip(
    _ reader: inout ParameterReader, usual: Provenance?
  ) -> Catalogue.RoundTrip {
    let between = reader.setting("between", "The two Regions.", required: true)
    let names = between?.list?.compactMap(\.text) ?? []
    if names.count != 2 { reader.report("two Regions are expected", at: "between") }
    let time = reader.duration("time", default: nil, "The median time there and back.")
    let source = reader.optionalText("source", "The page, if another than the table's.")
    return Catalogue.RoundTrip(
      from: names.first ?? "", to: names.last ?? "", time: time,
      provenance: source.map { Provenance(source: $0) } ?? usual
        ?? Provenance(assumedBecause: "the table names no source"))
  }
}
