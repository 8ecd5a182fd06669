public import Kernel

/// Which item of a cache or table a step means.
public struct KeySpecification: Sendable {
  /// Items of one name space are apart from those of every other; by default the endpoint's name.
  public var namespace: String
  /// How the item follows from the request.
  public var choice: Choice

  /// Ways to choose an item.
  public enum Choice: Sendable {
    /// Each user has one.
    case user
    /// There is only one.
    case shared
    /// Each request has its own.
    case request
    /// One of some, drawn for each request with this distribution of the item's rank.
    case drawn(Distribution)
  }

  /// Reads `key` and `namespace` of a step.
  init?(from parameters: inout ParameterReader, endpoint: String, isRequired: Bool) {
    let summary =
      "Which item: 'user', 'shared', 'request', or {of: 20, popularity: zipf, exponent: 1}."
    let setting = parameters.setting("key", summary, required: isRequired)
    namespace = parameters.text(
      "namespace", default: endpoint, "Items of one name space are apart from those of others.")
    guard let setting else { return nil }
    if let word = setting.text {
      switch word {
      case "user": choice = .user
      case "shared": choice = .shared
      case "request": choice = .request
      default:
        parameters.report(
          "'\(word)' is not a key", at: setting,
          help: "write user, shared, request, or a map such as {of: 20}")
        return nil
      }
    } else {
      var reader = ParameterReader(reading: setting, context: parameters.context, owner: "'key'")
      let count = reader.count("of", default: nil, in: 1...100_000_000, "How many items there are.")
      let popularity = reader.choice(
        "popularity", default: Popularity.uniform, "How requests spread over the items.")
      let exponent = reader.number(
        "exponent", default: 1, in: 0...10, unit: "",
        "The exponent of Zipf's law: the item of rank k is asked for in proportion to k^-exponent.")
      reader.finish()
      choice = .drawn(
        .zipf(count: max(1, count), exponent: popularity == .zipf ? exponent : 0))
    }
  }

  private enum Popularity: String, CaseIterable { case uniform, zipf }
}
