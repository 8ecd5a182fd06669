import Kernel

/// A prefix of a bucket: its partitions, which multiply under lasting load.
///
/// S3 says that it scales gradually when a new rate lasts, and refuses requests meanwhile. Here the
/// number of partitions doubles when requests have been refused for a time, without a pause.
struct S3Prefix {
  /// What one partition admits, and when there will be another.
  struct Limits: Sendable {
    let readRate: Double
    let writeRate: Double
    let splitAfter: Nanoseconds

    init(from parameters: inout ParameterReader) {
      let known = parameters.catalogue
      readRate = parameters.rate(
        "read-rate", default: known.behaviour("s3.gets-per-second")?.rate ?? 5500, in: 1...1e9,
        "Reads a second of a prefix's partition; further ones are refused.",
        source: "S3/optimizing-performance")
      writeRate = parameters.rate(
        "write-rate", default: known.behaviour("s3.puts-per-second")?.rate ?? 3500, in: 1...1e9,
        "Writes a second of a prefix's partition; further ones are refused.",
        source: "S3/optimizing-performance")
      splitAfter = parameters.duration(
        "split-after", from: "s3.split-after", in: .seconds(1)...Nanoseconds.longest,
        "How long requests are refused until a prefix has twice as many partitions.")
    }
  }

  /// Refusals that are further apart belong to different spells.
  private static let pause = Nanoseconds.seconds(60)
  private static let mostPartitions = 1024

  private(set) var partitions = 1
  private var reads: TokenBucket
  private var writes: TokenBucket
  private var firstRefusal = Nanoseconds.min
  private var lastRefusal = Nanoseconds.min

  init(_ limits: Limits) {
    // What a second brings can come at one moment.
    reads = TokenBucket(
      ratePerSecond: limits.readRate, capacity: limits.readRate, level: limits.readRate, at: 0)
    writes = TokenBucket(
      ratePerSecond: limits.writeRate, capacity: limits.writeRate, level: limits.writeRate, at: 0)
  }

  /// Whether a request is admitted.
  mutating func admits(isRead: Bool, _ limits: Limits, at now: Nanoseconds) -> Bool {
    let isAdmitted =
      isRead
      ? reads.take(1, at: now, allowDebt: false) : writes.take(1, at: now, allowDebt: false)
    if !isAdmitted { noteRefusal(limits, at: now) }
    return isAdmitted
  }

  private mutating func noteRefusal(_ limits: Limits, at now: Nanoseconds) {
    if lastRefusal == .min || now - lastRefusal > Self.pause { firstRefusal = now }
    lastRefusal = now
    guard now - firstRefusal >= limits.splitAfter, partitions < Self.mostPartitions else { return }
    partitions *= 2
    firstRefusal = now
    let (read, write) = (
      limits.readRate * Double(partitions), limits.writeRate * Double(partitions)
    )
    reads.setRate(read, capacity: read, at: now)
    writes.setRate(write, capacity: write, at: now)
  }
}
