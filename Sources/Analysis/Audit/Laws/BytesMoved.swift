import Components
import Experiments

/// Read units are bytes read: a unit is up to 4 KiB, or 8 KiB if the read is eventually consistent.
enum BytesMoved: AuditLaw {
  static let name = "bytes-moved"
  static let statement = "Bytes moved are reads times what their units stand for."

  static func checks(of arm: ArmFigures, _ catalogue: Catalogue) -> [AuditCheck] {
    guard let moved = arm.term("database_bytes"), let units = arm.term("read_units"),
      let reads = TableReads.rate(of: arm),
      let size = catalogue.behaviour("dynamodb.read-unit")?.size
    else { return [] }
    let unit = Term(Double(size), .size, text: "\(size / 1_024) KiB")
    let bytes = (reads * units * unit).counting(.dataRate)
    // The last unit of a read may be nearly empty, and an eventually consistent one holds twice.
    let least = Bounds(max(0, units.bounds.low - 1), units.bounds.high)
    let range = Bounds(
      (reads.bounds * least).low * Double(size),
      (reads.bounds * units.bounds).high * 2 * Double(size))
    return [AuditCheck(name, moved, .equal, bytes.within(range), why: "reads × units × size")]
  }
}
