import Analysis
import Testing

@testable import Reporting

@Suite struct `The diagram of an arm` {
  func layers(_ entry: String, _ components: [String], _ calls: [(String, String)]) -> [[String]] {
    let architecture = Architecture(
      entry: entry, components: components, calls: calls.map { .init(from: $0.0, to: $0.1) })
    return LayeredLayout(architecture).layers.map { layer in
      layer.map { place in
        if case .component(let name) = place { name } else { "|" }
      }
    }
  }

  @Test func `puts callers above those they call, whatever the order of the file`() {
    #expect(
      layers(
        "alb", ["table", "app", "alb", "redis"],
        [
          ("alb", "app"), ("app", "table"), ("app", "redis"),
        ]) == [["alb"], ["app"], ["table", "redis"]])
  }

  @Test func `leaves a place for a call that passes over a layer`() {
    // a calls c directly and by way of b: its call passes beside b.
    #expect(
      layers("a", ["a", "b", "c"], [("a", "b"), ("b", "c"), ("a", "c")])
        == [["a"], ["b", "|"], ["c"]])
  }

  @Test func `comes to an end where components call each other in a ring`() {
    let ring = layers("a", ["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a"), ("b", "b")])
    #expect(ring == [["a"], ["b", "|"], ["c"]])
  }

  @Test func `keeps those below their callers side by side`() {
    // x calls d, y calls c: the order of the file would cross the two lines.
    #expect(
      layers(
        "e", ["e", "x", "y", "c", "d"],
        [
          ("e", "x"), ("e", "y"), ("x", "d"), ("y", "c"),
        ]) == [["e"], ["x", "y"], ["d", "c"]])
  }

  @Test func `shows what nothing calls in the top layer`() {
    #expect(layers("a", ["a", "b", "lonely"], [("a", "b")]) == [["a", "lonely"], ["b"]])
  }

  @Test func `is as wide as its widest layer needs`() throws {
    var arm = HTMLSample.before
    let names = (1...9).map { "a-component-with-a-very-long-name-\($0)" }
    arm.architecture = Architecture(
      entry: "alb", components: ["alb"] + names, calls: names.map { .init(from: "alb", to: $0) })
    let figure = try #require(ArchitectureDiagram.figure(arm))
    // Nine boxes of 112 with eight gaps of 10, and 8 for the edges.
    #expect(figure.width == 9 * 112 + 8 * 10 + 8)
    #expect(figure.table.rows.count == 10)
  }

  @Test func `finishes quickly where everything calls everything after it`() {
    let names = (0..<24).map { "c\($0)" }
    let calls = (0..<24).flatMap { from in
      ((from + 1)..<24).map { (names[from], names[$0]) }
    }
    #expect(layers("c0", names, calls).count == 24)
  }
}
