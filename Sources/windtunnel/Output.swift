import ArgumentParser
import Foundation
import Reporting

/// Where a command's data goes: a file, or standard output for `-`.
enum Output {
  /// Writes a text whole or not at all; a failure is told and ends the command.
  static func write(_ text: String, to path: String) throws {
    if path == "-" { return Terminal.put(text) }
    do {
      try OutputFile.write(text, to: path)
    } catch {
      Terminal.tell("error: \(error)\n")
      throw ExitStatus.failed
    }
  }

  /// Writes files into a folder, which is made if need be.
  static func write(_ files: [CSVFolder.File], into folder: String) throws {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
    } catch {
      Terminal.tell("error: the folder '\(TerminalText.visible(folder))' cannot be made\n")
      throw ExitStatus.failed
    }
    for file in files {
      try write(file.content, to: (folder as NSString).appendingPathComponent(file.name))
    }
  }
}
