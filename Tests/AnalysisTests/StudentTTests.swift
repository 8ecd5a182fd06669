import Analysis
import Testing

@Suite struct `Student's t` {
  /// The 97.5th percentiles as tables print them (such as NIST/SEMATECH e-Handbook, 1.3.6.7.2).
  @Test(
    arguments: [
      (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365),
      (8, 2.306), (9, 2.262), (10, 2.228), (15, 2.131), (19, 2.093), (20, 2.086), (29, 2.045),
      (30, 2.042), (60, 2.000), (100, 1.984), (1_000, 1.962),
    ] as [(Int, Double)])
  func `has the percentiles that tables print`(degrees: Int, printed: Double) {
    let bound = StudentT(degreesOfFreedom: degrees).bound(ofCentral: 0.95)
    #expect((bound - printed).magnitude <= 0.0005, "\(bound)")
  }

  @Test func `has the other levels that tables print`() {
    #expect((StudentT(degreesOfFreedom: 9).bound(ofCentral: 0.99) - 3.250).magnitude < 0.0005)
    #expect((StudentT(degreesOfFreedom: 9).bound(ofCentral: 0.90) - 1.833).magnitude < 0.0005)
    #expect((StudentT(degreesOfFreedom: 4).bound(ofCentral: 0.99) - 4.604).magnitude < 0.0005)
  }

  @Test func `has closed forms for one and two degrees of freedom`() {
    // One: (2/π) atan t, and atan 1 = π/4. Two: t/√(2 + t²).
    #expect((StudentT(degreesOfFreedom: 1).probability(within: 1) - 0.5).magnitude < 1e-15)
    #expect(
      (StudentT(degreesOfFreedom: 2).probability(within: 2.0.squareRoot()) - 0.5.squareRoot())
        .magnitude < 1e-15)
    #expect(
      (StudentT(degreesOfFreedom: 1).probability(within: 1e6) - (1 - 2 / (Double.pi * 1e6)))
        .magnitude < 1e-12)
  }

  @Test func `nears the normal distribution`() {
    let bound = StudentT(degreesOfFreedom: 100_000).bound(ofCentral: 0.95)
    #expect(bound > 1.959_963_98 && bound < 1.960_3)
  }
}
