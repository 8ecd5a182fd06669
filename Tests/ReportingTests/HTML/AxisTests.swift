import Testing

@testable import Reporting

@Suite struct `An axis` {
  @Test(
    arguments: [
      (2, [0, 1, 2]), (7, [0, 2, 4, 6, 8]), (100, [0, 50, 100]), (95, [0, 50, 100]),
      (0.3, [0, 0.1, 0.2, 0.3]), (0.07, [0, 0.02, 0.04, 0.06, 0.08]),
      (791, [0, 200, 400, 600, 800]), (0, [0, 1]),
    ] as [(Double, [Double])])
  func `is marked at multiples of one, two and five`(greatest: Double, ticks: [Double]) {
    // 100 / 4 = 25: the least of 1, 2, 5 times ten that is no less is 50.
    #expect(Axis.linear("", .count, upTo: greatest).ticks == ticks)
    #expect((Ticks.linear(upTo: greatest).last ?? 0) >= greatest)
  }

  @Test func `of things has no mark at half a thing`() {
    #expect(Axis.linear("", .count, upTo: 2).ticks == [0, 1, 2])
    #expect(Axis.linear("", .perSecond, upTo: 2).ticks == [0, 0.5, 1, 1.5, 2])
  }

  @Test func `of a run is marked as a clock is`() {
    // 600 s / 5 = 120 s; 630 s / 5 = 126 s, so every 300 s; 50 s / 5 = 10 s.
    #expect(Ticks.moments(upTo: 600) == [0, 120, 240, 360, 480, 600])
    #expect(Ticks.moments(upTo: 630) == [0, 300, 600])
    #expect(Ticks.moments(upTo: 50) == [0, 10, 20, 30, 40, 50])
    #expect(Ticks.moments(upTo: 0.5) == [0, 0.1, 0.2, 0.3, 0.4, 0.5])
    #expect(Ticks.moments(upTo: 1e7).count <= 12)
  }

  @Test func `of ratios is marked at powers of ten that enclose the values`() {
    #expect(Ticks.powers(from: 0.0338, to: 60) == [0.01, 0.1, 1, 10, 100])
    #expect(Ticks.powers(from: 0.001, to: 1) == [0.001, 0.01, 0.1, 1])
    #expect(Ticks.powers(from: 5, to: 5) == [1, 10])
    let wide = Ticks.powers(from: 1e-9, to: 1e5)
    #expect(wide.count <= 7 && wide[0] <= 1e-9 && (wide.last ?? 0) >= 1e5)
  }

  @Test func `finds the power of ten of every power of ten`() {
    for exponent in -15...15 {
      let power = Ticks.power(exponent)
      #expect(Ticks.roundStep(power) == power)
      #expect(Ticks.powers(from: power, to: power * 10).first == power)
    }
  }

  @Test func `puts values where their share of the length is`() {
    let linear = Axis.linear("", .perSecond, upTo: 800)
    #expect(linear.place(of: 200) == 0.25)
    #expect(linear.place(of: -5) == 0 && linear.place(of: 900) == 1)
    let logarithmic = Axis.logarithmic("", .seconds, from: 0.01, to: 100)
    #expect((logarithmic.place(of: 1) - 0.5).magnitude < 1e-12)
    #expect(logarithmic.place(of: 0) == 0)
    #expect(linear.place(of: .nan) == 0 && linear.place(of: .infinity) == 1)
  }

  @Test func `names percentiles by their nines`() {
    let names = [0, 0.30103, 1, 2, 3, 5].map { AxisUnit.nines.tick($0) }
    #expect(names == ["0%", "50%", "90%", "99%", "99.9%", "99.999%"])
  }

  @Test func `writes places with one digit at most`() {
    #expect(
      [0, -0.04, 12.34, -3.96, 100, .nan].map { Coordinate.text($0) }
        == ["0", "0", "12.3", "-4", "100", "0"])
  }
}
