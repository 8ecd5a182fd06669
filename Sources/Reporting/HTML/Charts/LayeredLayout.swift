import Analysis

/// Where the components of an arm stand in its diagram: in layers, callers above those they call.
///
/// A call that passes over a layer takes a place in it, so that no line runs behind a box.
struct LayeredLayout {
  /// A place in a layer.
  enum Place: Equatable {
    /// A component.
    case component(String)
    /// A call on its way to a lower layer.
    case passing(Int)
  }

  /// The layers from the top, each from left to right.
  private(set) var layers: [[Place]] = []
  /// Each call as the layers and places that it runs through, from the caller to the called.
  private(set) var routes: [[(layer: Int, index: Int)]] = []

  private let components: [String]
  private let calls: [(from: Int, to: Int)]

  /// Lays out an architecture; what the entry does not reach stands in the top layer too.
  init(_ architecture: Architecture) {
    let components = architecture.components
    self.components = components
    calls = architecture.calls.compactMap { call in
      guard let from = components.firstIndex(of: call.caller),
        let to = components.firstIndex(of: call.called), from != to
      else { return nil }
      return (from, to)
    }
    let levels = levels(from: architecture.entry)
    place(levels)
    for _ in 0..<4 { sort() }
    findRoutes(levels)
  }

  /// The layer of each component: below all that call it; calls that close a ring do not count.
  private func levels(from entry: String?) -> [Int] {
    var seen = Array(repeating: false, count: components.count)
    var isOnPath = seen
    var ended: [Int] = []
    var downward: [(from: Int, to: Int)] = []
    func visit(_ component: Int) {
      seen[component] = true
      isOnPath[component] = true
      for call in calls where call.from == component && !isOnPath[call.to] {
        downward.append(call)
        if !seen[call.to] { visit(call.to) }
      }
      isOnPath[component] = false
      ended.append(component)
    }
    let start = components.indices.filter { components[$0] == entry }
    for component in start + Array(components.indices) where !seen[component] { visit(component) }
    var levels = Array(repeating: 0, count: components.count)
    // Who ended last is called by none of the others.
    for component in ended.reversed() {
      for call in downward where call.from == component {
        levels[call.to] = max(levels[call.to], levels[component] + 1)
      }
    }
    return levels
  }

  private mutating func place(_ levels: [Int]) {
    layers = Array(repeating: [], count: (levels.max() ?? -1) + 1)
    for (component, level) in levels.enumerated() {
      layers[level].append(.component(components[component]))
    }
    for (number, call) in calls.enumerated() {
      for layer in passed(levels[call.from], levels[call.to]) {
        layers[layer].append(.passing(number))
      }
    }
  }

  private func passed(_ from: Int, _ to: Int) -> Range<Int> {
    let low = min(from, to) + 1
    return low..<max(low, max(from, to))
  }

  /// Moves each place below the middle of the places that call it.
  private mutating func sort() {
    for layer in layers.indices.dropFirst() {
      let middles = layers[layer].enumerated().map { index, place in
        (place, middle(of: place, above: layer) ?? Double(index), index)
      }
      layers[layer] = middles.sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
    }
  }

  private func middle(of place: Place, above layer: Int) -> Double? {
    let above = layers[layer - 1]
    var callers: [Place] = []
    switch place {
    case .passing(let number):
      let call = calls[number]
      callers = [.component(components[call.from]), .component(components[call.to]), place]
    case .component(let name):
      for (number, call) in calls.enumerated() where components[call.to] == name {
        callers += [.component(components[call.from]), .passing(number)]
      }
    }
    let width = Double(max(above.count, 1))
    let places = callers.compactMap { above.firstIndex(of: $0) }
    guard !places.isEmpty else { return nil }
    let sum = places.reduce(0) { $0 + (Double($1) + 0.5) / width }
    return sum / Double(places.count) * Double(layers[layer].count)
  }

  private mutating func findRoutes(_ levels: [Int]) {
    routes = calls.enumerated().map { number, call in
      let ends = [(call.from, levels[call.from]), (call.to, levels[call.to])]
      let passing = passed(levels[call.from], levels[call.to]).map { layer in
        (layer, layers[layer].firstIndex(of: .passing(number)) ?? 0)
      }
      let places = ends.map { component, layer in
        (layer, layers[layer].firstIndex(of: .component(components[component])) ?? 0)
      }
      let isUpward = levels[call.from] > levels[call.to]
      return ([places[0]] + (isUpward ? passing.reversed() : passing) + [places[1]])
        .map { (layer: $0.0, index: $0.1) }
    }
  }
}
