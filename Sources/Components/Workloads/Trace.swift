import Kernel

/// Recorded arrivals, read from a CSV file.
enum Trace {
  /// One arrival.
  struct Arrival: Sendable {
    let at: Nanoseconds
    let endpoint: String?
    let user: UInt32?
  }

  private static let longest = 10_000_000

  /// Reads a file with a line for each arrival: `time,endpoint,user`, the last two optional.
  ///
  /// Times are seconds, or durations with a unit, in rising order. A first line that does not
  /// begin with a number is a header.
  static func read(_ name: String, _ parameters: inout ParameterReader) -> [Arrival] {
    switch parameters.context.readFile(name) {
    case .failure(let problem):
      parameters.report("'\(name)' cannot be read: \(problem.message)", at: "trace")
      return []
    case .success(let text): return arrivals(text, name, &parameters)
    }
  }

  private static func arrivals(
    _ text: String, _ name: String, _ parameters: inout ParameterReader
  ) -> [Arrival] {
    var arrivals: [Arrival] = []
    var previous: Nanoseconds = 0
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
      guard let first = fields.first, !first.isEmpty, arrivals.count < longest else { continue }
      guard let at = time(first) else {
        if number == 0 { continue }
        parameters.report(
          "line \(number + 1) of '\(name)': '\(first)' is not a time", at: "trace",
          help: "write seconds such as 12.5, or a duration such as 12500ms")
        return arrivals
      }
      if at < previous {
        parameters.report(
          "line \(number + 1) of '\(name)' is earlier than the line before", at: "trace",
          help: "sort the file by time")
        return arrivals
      }
      previous = at
      let endpoint = fields.count > 1 && !fields[1].isEmpty ? fields[1] : nil
      let user = fields.count > 2 ? UInt32(fields[2]) : nil
      arrivals.append(Arrival(at: at, endpoint: endpoint, user: user))
    }
    if arrivals.isEmpty { parameters.report("'\(name)' has no arrivals", at: "trace") }
    return arrivals
  }

  private static func time(_ text: String) -> Nanoseconds? {
    if let seconds = try? Units.number(text), seconds >= 0, seconds < 1e9 {
      return .seconds(seconds)
    }
    return try? Units.duration(text)
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
