import Analysis
import Testing

@Suite struct `Values in words` {
  @Test(
    arguments: [
      (0, "0 s"), (0.0241, "24.1 ms"), (5.3, "5.3 s"), (4.767, "4.77 s"), (0.15, "150 ms"),
      (0.9996, "1 s"), (0.0009999, "1 ms"), (0.000_085, "85 µs"), (3e-9, "3 ns"), (90, "90 s"),
      (119.6, "2 min"), (135, "2 min 15 s"), (3600, "1 h"), (3900, "1 h 5 min"),
      (172_800, "2 d"), (-0.02, "-20 ms"), (.nan, "–"), (.infinity, "–"), (1e-10, "0.1 ns"),
    ] as [(Double, String)])
  func `writes durations with a fitting unit`(seconds: Double, text: String) {
    #expect(Wording.duration(seconds) == text)
  }

  @Test(
    arguments: [
      (0, "0%"), (0.12, "12%"), (0.0006, "0.06%"), (0.1234, "12.3%"), (1, "100%"),
      (0.9999, "99.99%"), (0.99999999, ">99.9999%"), (1e-9, "<0.0001%"), (0.995, "99.5%"),
      (-0.2, "-20%"), (1.5, "150%"),
    ] as [(Double, String)])
  func `writes shares, and never all for nearly all`(share: Double, text: String) {
    #expect(Wording.share(share) == text)
  }

  @Test(
    arguments: [
      (20, "20/s"), (3.333, "3.33/s"), (66.67, "66.7/s"), (12_345.6, "12,346/s"),
      (0.0012, "0.0012/s"), (999.9, "1,000/s"),
    ] as [(Double, String)])
  func `writes rates with thousands separated`(rate: Double, text: String) {
    #expect(Wording.rate(rate) == text)
  }

  @Test(
    arguments: [
      (118.5, "$118.50"), (0, "$0.00"), (1234.567, "$1,234.57"), (-50, "-$50.00"),
      (0.0086, "$0.0086"), (0.86, "$0.86"),
    ] as [(Double, String)])
  func `writes money to the cent, and small amounts in full`(amount: Double, text: String) {
    #expect(Wording.money(amount) == text)
  }

  @Test func `writes moments, counts and lists`() {
    #expect(Wording.moment(90) == "1:30")
    #expect(Wording.moment(615) == "10:15")
    #expect(Wording.count(2_000_000) == "2,000,000")
    #expect(Wording.count(3.4) == "3.4")
    #expect(Wording.count(1e20) == "1e+20")
    #expect(Wording.list(["a"]) == "a")
    #expect(Wording.list(["a", "b", "c"]) == "a, b and c")
    #expect(MetricUnit.seconds.text(nil) == "–")
  }
}
