import Foundation

/// A run of the built command line.
struct Command {
  let status: Int32
  let output: String
  let messages: String
  let seconds: Double

  /// Runs `windtunnel` with arguments and waits for its end, for 20 s at most.
  init(_ first: String..., arguments: [String] = [], in folder: URL? = nil) throws {
    let process = Process()
    process.executableURL = try Self.binary
    process.arguments = first + arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1"]) { $1 }
    let files = Scratch()
    let output = files.file("output", "")
    let messages = files.file("messages", "")
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: messages)
    let start = ContinuousClock().now
    try process.run()
    let limit = start + .seconds(20)
    while process.isRunning, ContinuousClock().now < limit { usleep(2_000) }
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    let time = start.duration(to: ContinuousClock().now).components
    seconds = Double(time.seconds) + Double(time.attoseconds) / 1e18
    status = process.terminationReason == .exit ? process.terminationStatus : -1
    self.output = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    self.messages = String(decoding: try Data(contentsOf: messages), as: UTF8.self)
  }

  /// The binary, which stands beside the test bundle.
  private static var binary: URL {
    get throws {
      var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      for start in [Bundle.main.bundleURL, folder] {
        folder = start
        for _ in 0..<4 {
          let file = folder.appendingPathComponent("windtunnel")
          var isFolder: ObjCBool = false
          if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder),
            !isFolder.boolValue
          {
            return file
          }
          folder.deleteLastPathComponent()
        }
      }
      throw CocoaError(.fileNoSuchFile)
    }
  }
}

/// A folder for the files of one test, removed with it.
final class Scratch {
  let folder: URL

  init() {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Writes a file and gives where it is.
  func file(_ name: String, _ text: String) -> URL { file(name, Data(text.utf8)) }

  /// Writes a file and gives where it is.
  func file(_ name: String, _ data: Data) -> URL {
    let file = folder.appendingPathComponent(name)
    _ = FileManager.default.createFile(atPath: file.path, contents: data)
    return file
  }

  /// Whether there is a file of a name.
  func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }
}
