import Foundation

/// What stands at the other end of standard output and standard error.
enum Terminal {
  /// Whether standard error is a terminal that can redraw a line.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 && !isDumb }

  /// Whether standard output may be coloured.
  static var showsColor: Bool {
    isatty(STDOUT_FILENO) == 1 && !isDumb && environment("NO_COLOR") == nil
  }

  /// The columns of standard output; 100 if it is no terminal.
  static var width: Int { columns(STDOUT_FILENO) ?? 100 }

  /// The columns of standard error.
  static var progressWidth: Int { columns(STDERR_FILENO) ?? 80 }

  /// Writes a message to standard error.
  static func tell(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  /// Writes data to standard output.
  static func put(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

  private static var isDumb: Bool { environment("TERM") == "dumb" }

  /// An environment variable that is set and not empty.
  private static func environment(_ name: String) -> String? {
    let value = ProcessInfo.processInfo.environment[name]
    return value?.isEmpty == false ? value : nil
  }

  private static func columns(_ file: Int32) -> Int? {
    var size = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
