import Testing

@testable import Kernel

struct LevelAreaTests {
  @Test func `the area is that of the steps up and down`() {
    var area = LevelArea()
    // One from 10 to 50 and one from 20 to 30: 40 + 10 by 50, and both have left.
    area.rise(at: 10)
    area.rise(at: 20)
    #expect(area.area(at: 25) == 15 + 5)
    area.fall(at: 30)
    #expect(area.area(at: 40) == 30 + 10)
    area.fall(at: 50)
    #expect(area.area(at: 50) == 40 + 10)
    #expect(area.area(at: 100) == 50)
    #expect(area.timeAverage(until: 100) == 0.5)
  }

  @Test func `no time has no average`() { #expect(LevelArea().timeAverage(until: 0) == nil) }

  @Test func `the area of many for very long is exact`() {
    var area = LevelArea()
    for _ in 0..<1000 { area.rise(at: 1) }
    // 1,000 times 4e18 is beyond 64 bits.
    #expect(area.area(at: .longest) == 1000 * Int128(Nanoseconds.longest - 1))
  }
}
