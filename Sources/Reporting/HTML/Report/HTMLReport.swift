public import Analysis

/// One experiment as a web page that needs nothing else: no script, no other file, no network.
///
/// The same result gives the same bytes. Whatever names an experiment has, they stay texts.
public struct HTMLReport: Sendable {
  /// What went in, to be shown beside what came out.
  public struct Inputs: Sendable {
    /// The experiment's file as it was read.
    public var text: String?
    /// The values that the command line changed, as written there.
    public var overrides: [String]

    /// What went in.
    public init(text: String? = nil, overrides: [String] = []) {
      self.text = text
      self.overrides = overrides
    }
  }

  let results: [ExperimentResult]
  let inputs: [Inputs]

  /// Prepares a report of the experiments of one command.
  ///
  /// - Parameters:
  ///   - results: What the experiments showed.
  ///   - inputs: What went in, for each of them; empty if it is not to be shown.
  public init(_ results: [ExperimentResult], inputs: [Inputs] = []) {
    self.results = results
    self.inputs = inputs
  }

  /// The page, ended by a line feed.
  public var document: String {
    typealias Attribute = Markup.Attribute
    let pages = results.indices.map { index in
      ExperimentPage(
        result: results[index], inputs: index < inputs.count ? inputs[index] : Inputs(),
        prefix: results.count > 1 ? "e\(index + 1)-" : "")
    }
    let title = results.count == 1 ? results[0].title : "\(results.count) experiments"
    let head = Markup.of(
      "head",
      [
        .element("meta", [Attribute("charset", "utf-8")], []),
        .element(
          "meta",
          [
            Attribute("name", "viewport"),
            Attribute("content", "width=device-width,initial-scale=1"),
          ], []),
        .element(
          "meta",
          [
            Attribute("http-equiv", "Content-Security-Policy"),
            Attribute("content", "default-src 'none';style-src 'unsafe-inline'"),
          ], []),
        .of("title", [.text("\(title) – Windtunnel")]), .style(StyleSheet.text),
      ])
    let body = Markup.of("body", pages.flatMap(\.markup))
    let page = Markup.element("html", [Attribute("lang", "en")], [head, body])
    return "<!DOCTYPE html>\n" + page.rendered + "\n"
  }
}
