import Kernel

/// The storage of a database as an experiment describes it: type, size and what follows of both.
struct DatabaseStorage: Sendable {
  /// The types of volume.
  enum VolumeType: String, CaseIterable, Sendable {
    case gp2
    case gp3
    case io1
  }

  let type: VolumeType
  let gibibytes: Int
  /// Operations a second that the volume sustains.
  let baseline: Int
  /// Operations a second while there are credits; nil if the volume has none.
  let burst: Int?
  /// The credits at first and at most.
  let credits: Int
  /// Bytes a second.
  let throughput: Int
  let readTime: Distribution
  let writeTime: Distribution
  let prices: (gibibyte: Catalogue.Price?, operations: Catalogue.Price?)

  private static let gibibyte = 1 << 30
  /// From this size on a gp2 volume sustains what it could burst to.
  private static let leastWithoutBurst = 1000

  /// Reads the section `storage`.
  init(from parameters: inout ParameterReader) {
    let type = parameters.choice(
      "type", default: VolumeType.gp3,
      "gp2 earns credits with its size, gp3 has a constant rate, io1 what is paid for.",
      source: "definition")
    let bytes = parameters.size(
      "size", default: 100 * Self.gibibyte, in: 5 * Self.gibibyte...65_536 * Self.gibibyte,
      "The size of the volume.")
    let provisioned = parameters.optionalCount(
      "iops", in: 100...256_000, "Operations a second of io1, which needs them written.")
    readTime = parameters.timeDistribution(
      "read", from: "rds.read-time", "How long a read of the volume takes.")
    writeTime = parameters.timeDistribution(
      "write", from: "rds.write-time", "How long a write to the volume takes.")
    if (type == .io1) != (provisioned != nil) {
      parameters.report(
        type == .io1 ? "io1 lacks 'iops'" : "'iops' is for io1, not for \(type.rawValue)",
        at: "iops", help: type == .io1 ? "add 'iops': 3000" : "write 'type: io1' or leave it out")
    }
    let limits = Limits(parameters.catalogue)
    let gibibytes = bytes / Self.gibibyte
    self.type = type
    self.gibibytes = gibibytes
    let price = parameters.catalogue.price
    switch type {
    case .gp2:
      baseline = max(limits.gp2Least, gibibytes * limits.gp2PerGibibyte)
      burst = gibibytes < Self.leastWithoutBurst ? limits.gp2Burst : nil
      throughput =
        gibibytes <= limits.gp2SmallTo ? limits.gp2SmallThroughput : limits.gp2Throughput
    case .gp3:
      let isLarge = bytes >= limits.gp3LargeFrom
      baseline = isLarge ? limits.gp3Large : limits.gp3
      burst = nil
      throughput = isLarge ? limits.gp3LargeThroughput : limits.gp3Throughput
    case .io1:
      baseline = provisioned ?? 1000
      burst = nil
      throughput = limits.io1Throughput
    }
    credits = burst == nil ? 0 : limits.gp2Credits
    prices = (
      price("rds.\(type.rawValue)-gb-month"), type == .io1 ? price("rds.io1-iops-month") : nil
    )
  }
}

extension DatabaseStorage {
  /// What the catalogue says about volumes.
  private struct Limits {
    let gp2PerGibibyte: Int
    let gp2Least: Int
    let gp2Burst: Int
    let gp2Credits: Int
    let gp2SmallTo: Int
    let gp2SmallThroughput: Int
    let gp2Throughput: Int
    let gp3: Int
    let gp3Large: Int
    let gp3LargeFrom: Int
    let gp3Throughput: Int
    let gp3LargeThroughput: Int
    let io1Throughput: Int

    init(_ catalogue: Catalogue) {
      func number(_ key: String) -> Int { Int(catalogue.behaviour(key)?.number ?? 1) }
      func size(_ key: String) -> Int { catalogue.behaviour(key)?.size ?? 1 }
      gp2PerGibibyte = number("rds.gp2-iops-per-gib")
      gp2Least = number("rds.gp2-least-iops")
      gp2Burst = number("rds.gp2-burst-iops")
      gp2Credits = number("ebs.gp2-credits")
      gp2SmallTo = size("rds.gp2-small-up-to") / DatabaseStorage.gibibyte
      gp2SmallThroughput = size("rds.gp2-small-bytes-per-second")
      gp2Throughput = size("rds.gp2-bytes-per-second")
      gp3 = number("rds.gp3-iops")
      gp3Large = number("rds.gp3-large-iops")
      gp3LargeFrom = size("rds.gp3-large-from")
      gp3Throughput = size("rds.gp3-bytes-per-second")
      gp3LargeThroughput = size("rds.gp3-large-bytes-per-second")
      io1Throughput = size("rds.io1-bytes-per-second")
    }
  }
}
