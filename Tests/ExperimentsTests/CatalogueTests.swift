import Components
import Experiments
import Testing

@Suite struct CatalogueTests {
  private let catalogue = CatalogueReader.builtIn

  @Test func `the binary carries the catalogue`() throws {
    let micro = try #require(catalogue.instanceType("t3.micro"))
    #expect(micro.vCPUs == 2)
    #expect(micro.memory == 1 << 30)
    #expect(micro.pricePerHour == 0.0104)
    #expect(micro.credits?.perHour == 12)
    #expect(catalogue.instanceType("m5.large")?.credits == nil)
    #expect(catalogue.cacheNode("cache.t3.micro")?.maximumMemory == 536_870_912)
    #expect(catalogue.price("alb.hour")?.amount == 0.0225)
    #expect(catalogue.roundTrip("eu-west-1", "us-east-1")?.time == 76_000_000)
    #expect(catalogue.behaviour("alb.idle-timeout")?.duration == 60_000_000_000)
    #expect(catalogue.digest != 0)
  }

  @Test func `every value has a source, and every assumed one a reason`() {
    let provenances =
      catalogue.prices.map(\.provenance) + catalogue.behaviours.map(\.provenance)
      + catalogue.roundTrips.map(\.provenance) + catalogue.columns.map(\.provenance)
    #expect(provenances.count > 150)
    #expect(provenances.allSatisfy { !$0.source.isEmpty })
    #expect(catalogue.provenance(ofColumn: "instance-types.speed")?.isAssumed == true)
  }

  @Test func `no key stands twice`() {
    #expect(Set(catalogue.prices.map(\.key)).count == catalogue.prices.count)
    #expect(Set(catalogue.behaviours.map(\.key)).count == catalogue.behaviours.count)
  }

  @Test func `baseline, credits and vCPUs of burstable instances agree`() throws {
    for type in catalogue.instanceTypes {
      guard let credits = type.credits else { continue }
      #expect(
        abs(credits.perHour - Double(type.vCPUs) * credits.baseline * 60) < 1e-9, "\(type.name)")
      #expect(credits.maximum == credits.perHour * 24, "\(type.name)")
    }
  }

  @Test func `of every edge location the regional cache and the prices are known`() {
    #expect(catalogue.edgeLocations.count == 11)
    for location in catalogue.edgeLocations {
      #expect(catalogue.edgeLocation(of: location.regionalCache) != nil, "\(location.region)")
      for price in ["gb", "https-request"] {
        let key = "cloudfront.\(price).\(location.priceArea)"
        #expect(catalogue.price(key) != nil, "\(key)")
      }
    }
  }

  @Test func `a catalogue with errors is reported`() {
    let diagnostics = DiagnosticCollector()
    let text = "prices:\n  a: {amount: 5, source: x}\n  b: {amount: 5USD, source: assumed}\n"
    _ = CatalogueReader.read([("prices.yaml", text)], diagnostics: diagnostics)
    #expect(
      lines(diagnostics.all) == [
        "2:15 'amount': the amount '5' has no unit",
        "3:29 a value is assumed for a reason, and only then",
      ])
  }
}
