import Components
import Kernel
import Testing

@Suite struct UnitsTests {
  @Test(
    arguments: [
      ("5ns", 5), ("5us", 5_000), ("5µs", 5_000), ("5ms", 5_000_000), ("4.8s", 4_800_000_000),
      ("10min", 600_000_000_000), ("1h", 3_600_000_000_000), ("2d", 172_800_000_000_000),
      ("1min30s", 90_000_000_000), ("1 h 30 min", 5_400_000_000_000), ("0", 0),
      ("-5ms", -5_000_000),
      ("1e3ms", 1_000_000_000), (".5s", 500_000_000),
    ] as [(String, Nanoseconds)])
  func `a duration is read in nanoseconds`(text: String, expected: Nanoseconds) throws {
    #expect(try Units.duration(text) == expected)
  }

  @Test(arguments: [
    "5", "5 sec", "5m", "ms", "", "-", "1s1min", "5ms5ms", "5ms,", "nan", "inf", "0x5s", "infs",
    "1:30", "5ms-3us", "200y", "1e30s", "1e400s", "5 m s", "--5s", "5%",
  ])
  func `a text that is no duration is refused`(text: String) {
    #expect(throws: UnitProblem.self) { try Units.duration(text) }
  }

  @Test func `a duration without unit is told what to write`() {
    #expect(
      throws: UnitProblem("the duration '5' has no unit", help: "write '5ms' or '5s'")
    ) { try Units.duration("5") }
    #expect(
      throws: UnitProblem(
        "'sec' is not a unit of time", help: "write '5s'; the units are ns, us, ms, s, min, h and d"
      )
    ) { try Units.duration("5sec") }
  }

  @Test(
    arguments: [
      ("200/s", 200), ("10/min", 10.0 / 60), ("3 / h", 3.0 / 3_600), ("1/ms", 1_000), ("0", 0),
    ] as [(String, Double)])
  func `a rate is read per second`(text: String, expected: Double) throws {
    #expect(abs(try Units.rate(text) - expected) < 1e-12)
  }

  @Test(arguments: ["200", "200rps", "/s", "200/", "200/S", "s/200", "nan/s"])
  func `a text that is no rate is refused`(text: String) {
    #expect(throws: UnitProblem.self) { try Units.rate(text) }
  }

  @Test(
    arguments: [
      ("512B", 512), ("10KB", 10_000), ("1KiB", 1_024), ("1.5 MiB", 1_572_864),
      ("2GB", 2_000_000_000),
      ("0", 0), ("0.5GiB", 536_870_912),
    ] as [(String, Int)])
  func `a size is read in bytes`(text: String, expected: Int) throws {
    #expect(try Units.size(text) == expected)
  }

  @Test(arguments: ["512", "1kb", "1M", "0.3B", "1e30GB", "KiB", "1Kib", "5x"])
  func `a text that is no size is refused`(text: String) {
    #expect(throws: UnitProblem.self) { try Units.size(text) }
  }

  @Test(arguments: [("20%", 0.2), ("0.2", 0.2), ("-20%", -0.2), ("99.9 %", 0.999)])
  func `a share is read as part of one`(text: String, expected: Double) throws {
    #expect(try Units.share(text) == expected)
  }

  @Test(arguments: ["20 percent", "%", "20%%", "a%", "0x1%"])
  func `a text that is no share is refused`(text: String) {
    #expect(throws: UnitProblem.self) { try Units.share(text) }
  }

  @Test(arguments: [("10USD", 10), ("$10", 10), ("10.50 USD", 10.5), ("0", 0)])
  func `an amount of money is read in dollars`(text: String, expected: Double) throws {
    #expect(try Units.money(text) == expected)
  }

  @Test(arguments: ["10", "10EUR", "$10USD", "USD", "10$"])
  func `a text that is no amount of dollars is refused`(text: String) {
    #expect(throws: UnitProblem.self) { try Units.money(text) }
  }

  @Test(arguments: [("1e7", 10_000_000), ("0", 0), ("-3", -3)])
  func `a count is a whole number`(text: String, expected: Int) throws {
    #expect(try Units.count(text) == expected)
  }

  @Test(arguments: ["1.5", "10k", "010", "0x10", "1_000", "2,000", "", "nan", "1e30", "ten"])
  func `a text that is no plain whole number is refused`(text: String) {
    #expect(throws: UnitProblem.self) { try Units.count(text) }
  }

  @Test(arguments: ["5ns", "1.5ms", "231ms", "90s", "5min", "1h", "2d", "0s", "4.8s", "1.000001s"])
  func `a duration is written as it is read`(text: String) throws {
    #expect(Units.format(duration: try Units.duration(text)) == text)
  }

  @Test func `quantities are written with the unit that suits them`() {
    #expect(Units.format(size: 1_024) == "1KiB")
    #expect(Units.format(size: 10_000) == "10KB")
    #expect(Units.format(size: 7) == "7B")
    #expect(Units.format(rate: 200) == "200/s")
    #expect(Units.format(rate: 10.0 / 60) == "10/min")
    #expect(Units.format(share: 0.07) == "7%")
    #expect(Units.format(share: 0.205) == "20.5%")
    #expect(Units.format(money: 10.5) == "10.5USD")
    #expect(Units.format(seconds: 0.25e-9) == "0.25ns")
  }
}
