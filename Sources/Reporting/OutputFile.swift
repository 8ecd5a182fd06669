#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that is written whole or not at all.
public enum OutputFile {
  /// Why a file could not be written.
  public struct Failure: Error, CustomStringConvertible {
    /// The path as given.
    public var path: String
    /// The reason in the system's words.
    public var reason: String
    /// The failure as a sentence.
    public var description: String { "cannot write '\(TerminalText.visible(path))': \(reason)" }
  }

  /// Replaces the content of a file.
  ///
  /// The text goes to a temporary file beside it, reaches the disk, and only then takes the
  /// place of what was there: a reader, or a crash, sees the old content or the new one. The
  /// permissions of an existing file stay; a symbolic link is followed. What is no regular file,
  /// such as `/dev/null` or a pipe, is written to directly.
  ///
  /// - Throws: ``Failure`` if the file cannot be written; nothing is left behind then.
  public static func write(_ text: String, to path: String) throws {
    let target = resolved(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    if exists, status.st_mode & S_IFMT == S_IFDIR { throw failure(path, EISDIR) }
    guard !exists || status.st_mode & S_IFMT == S_IFREG else {
      let descriptor = open(target, O_WRONLY)
      guard descriptor >= 0 else { throw failure(path, errno) }
      defer { close(descriptor) }
      guard writeAll(text, to: descriptor) else { throw failure(path, errno) }
      return
    }
    let (temporary, descriptor) = temporaryFile(beside: target)
    guard descriptor >= 0 else { throw failure(path, errno) }
    var isDone = exists ? fchmod(descriptor, status.st_mode & 0o7777) == 0 : true
    isDone = isDone && writeAll(text, to: descriptor) && fsync(descriptor) == 0
    var reason = errno
    if close(descriptor) != 0, isDone {
      reason = errno
      isDone = false
    }
    if isDone, rename(temporary, target) != 0 {
      reason = errno
      isDone = false
    }
    guard isDone else {
      unlink(temporary)
      throw failure(path, reason)
    }
    synchronizeFolder(of: target)
  }

  private static func failure(_ path: String, _ number: Int32) -> Failure {
    Failure(path: path, reason: String(cString: strerror(number)))
  }

  /// The path with its symbolic links followed, if the file exists.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Creates a new file in the folder of another; its descriptor is negative if that fails.
  private static func temporaryFile(beside path: String) -> (path: String, descriptor: Int32) {
    let stem = folder(of: path) + "/.windtunnel-\(getpid())-"
    for attempt in 0..<1000 {
      let candidate = stem + "\(attempt).tmp"
      let descriptor = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 || errno != EEXIST { return (candidate, descriptor) }
    }
    return (stem, -1)
  }

  private static func writeAll(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while let start = rest.baseAddress, !rest.isEmpty {
        let written = systemWrite(descriptor, start, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
      return true
    }
  }

  /// Makes the new name durable, where the system can.
  private static func synchronizeFolder(of path: String) {
    let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

/// The system's `write`, by a name that no method hides.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
