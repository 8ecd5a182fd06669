import Foundation

/// A program of this package, found beside the one that is running and kept on one core.
struct Program {
  let executable: URL
  let pinning: Pinning

  /// Finds a program in the folder that this one was built into.
  init(named name: String, pinning: Pinning) throws {
    let own = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
    executable = own.resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent(name)
    self.pinning = pinning
    guard FileManager.default.isExecutableFile(atPath: executable.path) else {
      throw Failure("\(name) is not built: run `swift build -c release` first")
    }
  }

  /// Runs the program to its end and returns what it wrote to standard output.
  func run(_ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe()
    let command = pinning.prefix + [executable.path] + arguments
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      let line = ([executable.lastPathComponent] + arguments).joined(separator: " ")
      throw Failure("`\(line)` ended with status \(process.terminationStatus)")
    }
    return data
  }
}

/// How a program is kept on one core, so that neither the scheduler nor a second thread helps it.
struct Pinning {
  /// The core, or nil where nothing pins.
  let core: Int?
  /// What goes before the command.
  let prefix: [String]

  /// The core asked for, or else the last one that this process may use: the first often serves
  /// the interrupts.
  init(core wanted: Int?) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let taskset = folders.map { "\($0)/taskset" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    if let taskset, let core = wanted ?? Pinning.lastAllowedCore() {
      self.core = core
      prefix = [taskset, "-c", String(core)]
    } else {
      core = nil
      prefix = []
    }
  }

  private static func lastAllowedCore() -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    return line?.split { !$0.isNumber }.last.flatMap { Int($0) }
  }
}

/// A sentence for the person at the terminal.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
