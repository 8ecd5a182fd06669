import Kernel
import Testing

struct SlabTests {
  @Test func `a row that was given back is given out again, the last one first`() {
    var slab = Slab<Int>()
    let indices = (0..<5).map { slab.insert($0) }
    #expect(indices == [0, 1, 2, 3, 4])
    slab.remove(1)
    slab.remove(3)
    #expect(slab.count == 3)
    #expect(slab.insert(30) == 3)
    #expect(slab.insert(10) == 1)
    #expect(slab.insert(50) == 5)
    #expect(slab.count == 6)
    #expect((0..<6).map { slab[$0] } == [0, 10, 2, 30, 4, 50])
  }

  @Test func `rows stay as they are when the slab grows`() {
    var slab = Slab<Int>()
    for row in 0..<10_000 { #expect(slab.insert(row * row) == UInt32(row)) }
    for row in 0..<10_000 { #expect(slab[UInt32(row)] == row * row) }
    #expect(slab.count == 10_000)
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `rows in use are those of a naive table`(seed: UInt64) {
    var random = TestRandom(seed: seed)
    var slab = Slab<UInt64>()
    var rows: [(index: UInt32, row: UInt64)] = []
    var greatest: UInt32 = 0
    var most = 0
    for _ in 0..<5000 {
      if rows.isEmpty || random.below(100) < 55 {
        let row = random.bits()
        let index = slab.insert(row)
        rows.append((index, row))
        greatest = max(greatest, index)
        most = max(most, rows.count)
      } else {
        let place = random.below(rows.count)
        slab.remove(rows[place].index)
        rows.swapAt(place, rows.count - 1)
        rows.removeLast()
      }
      if !rows.isEmpty {
        let place = random.below(rows.count)
        slab[rows[place].index] &+= 1
        rows[place].row &+= 1
      }
    }
    #expect(slab.count == rows.count, "seed \(seed)")
    #expect(Set(rows.map(\.index)).count == rows.count, "seed \(seed)")
    #expect(rows.allSatisfy { slab[$0.index] == $0.row }, "seed \(seed)")
    // Rows are recycled: there were never more than were in use at once.
    #expect(Int(greatest) + 1 == most, "seed \(seed)")
  }
}
