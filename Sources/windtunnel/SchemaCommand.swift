import ArgumentParser
import Reporting

/// `windtunnel schema`: the form of experiment files, for editors and for scripts.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of experiment files.",
    discussion: """
      An editor that knows it completes keys and underlines unknown ones. It tells the structure; \
      'windtunnel check' tells whether a file is right.
      """)

  func run() throws {
    Terminal.put(SchemaDocument().json.document)
  }
}
