import Kernel

/// How consistent a read is, which decides what it costs.
enum ReadConsistency {
  case eventual, strong, transactional

  /// Units for each block that is read.
  var unitsPerBlock: Double {
    switch self {
    case .eventual: 0.5
    case .strong: 1
    case .transactional: 2
    }
  }
}

/// Capacity units by the rules of DDB/ProvisionedThroughput.
enum CapacityUnits {
  /// The most that one call of a query or scan reads.
  static let page = 1 << 20
  private static let readBlock = 4096
  private static let writeBlock = 1024

  /// What it costs to read so many bytes at once; nothing costs as much as one block.
  static func reading(_ bytes: Int, _ consistency: ReadConsistency) -> Double {
    Double(blocks(bytes, of: readBlock)) * consistency.unitsPerBlock
  }

  /// What it costs to write an item of so many bytes.
  static func writing(_ bytes: Int, isTransactional: Bool = false) -> Double {
    Double(blocks(bytes, of: writeBlock)) * (isTransactional ? 2 : 1)
  }

  private static func blocks(_ bytes: Int, of block: Int) -> Int {
    max(1, (bytes + block - 1) / block)
  }
}

/// What is used of a limit in the present second.
///
/// What one request takes beyond the limit counts against the seconds that follow.
struct SecondWindow: BitwiseCopyable {
  private var end: Nanoseconds = 0
  private(set) var used = 0.0

  /// Whether something of the limit is left.
  @inline(__always)
  mutating func isOpen(_ limit: Double, at now: Nanoseconds) -> Bool {
    if now >= end { advance(limit, to: now) }
    return used < limit
  }

  @inline(__always)
  mutating func add(_ units: Double) { used += units }

  private mutating func advance(_ limit: Double, to now: Nanoseconds) {
    let seconds = (now - end) / 1_000_000_000 + 1
    used = max(0, used - limit * Double(seconds))
    end += seconds * 1_000_000_000
  }
}
