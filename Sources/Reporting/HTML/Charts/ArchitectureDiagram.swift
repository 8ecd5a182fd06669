import Analysis

/// An arm as boxes in the order of calls, each with how busy it was.
struct ArchitectureDiagram {
  private static let box = (width: 112.0, height: 76.0)
  private static let gap = 10.0
  private static let between = 34.0
  private static let passing = 16.0
  private static let busy = 0.8

  private let arm: ArmResult
  private let layout: LayeredLayout
  private let width: Double

  /// The diagram of an arm, or nil if nothing is known of its structure.
  static func figure(_ arm: ArmResult) -> Figure? {
    guard !arm.architecture.components.isEmpty else { return nil }
    return ArchitectureDiagram(arm).figure
  }

  private init(_ arm: ArmResult) {
    self.arm = arm
    layout = LayeredLayout(arm.architecture)
    let widest = layout.layers.map(Self.width(of:)).max() ?? 0
    width = max(Plot.width, widest + 8)
  }

  private static func width(of layer: [LayeredLayout.Place]) -> Double {
    layer.reduce(-gap) { $0 + width(of: $1) + gap }
  }

  private static func width(of place: LayeredLayout.Place) -> Double {
    if case .passing = place { return passing }
    return box.width
  }

  private var height: Double {
    let count = Double(layout.layers.count)
    return 33 + count * (Self.box.height + Self.between)
  }

  /// The left edge of a place.
  private func left(_ layer: Int, _ index: Int) -> Double {
    let places = layout.layers[layer]
    var x = (width - Self.width(of: places)) / 2
    for place in places.prefix(index) { x += Self.width(of: place) + Self.gap }
    return x
  }

  private func middle(_ layer: Int, _ index: Int) -> Double {
    left(layer, index) + Self.width(of: layout.layers[layer][index]) / 2
  }

  private func top(_ layer: Int) -> Double {
    30 + Self.between + Double(layer) * (Self.box.height + Self.between)
  }

  private var figure: Figure {
    var drawing: [Markup] = []
    drawing += layout.routes.flatMap(arrow)
    drawing += users
    for (layer, places) in layout.layers.enumerated() {
      for (index, place) in places.enumerated() {
        guard case .component(let name) = place else { continue }
        drawing.append(box(name, left(layer, index), top(layer)))
      }
    }
    return Figure(
      title: "Architecture: \(arm.name)", description: description,
      note: "An arrow leads from who calls to who is called; a bar shows how busy a component was.",
      width: width, height: height, drawing: drawing, table: table)
  }

  /// Where the requests come from.
  private var users: [Markup] {
    guard let entry = arm.architecture.entry,
      let layer = layout.layers.firstIndex(where: { $0.contains(.component(entry)) }),
      let index = layout.layers[layer].firstIndex(of: .component(entry))
    else { return [] }
    let place = middle(layer, index)
    var outline = Outline()
    outline.move(place, 30)
    outline.line(place, top(layer) - 2)
    let rate = arm.offered.map { ", \(Wording.rate($0))" } ?? ""
    return [
      .label("users\(rate)", place, 24, .middle, class: "strong"),
      .path(outline, class: "call"), head(place, top(layer), isUpward: false),
    ]
  }

  private func arrow(_ route: [(layer: Int, index: Int)]) -> [Markup] {
    guard let first = route.first, let last = route.last else { return [] }
    let isUpward = first.layer >= last.layer
    var outline = Outline()
    var x = middle(first.layer, first.index)
    var y = top(first.layer) + (isUpward ? 0 : Self.box.height)
    outline.move(x, y)
    for place in route.dropFirst().dropLast() {
      let next = middle(place.layer, place.index)
      let near = top(place.layer) + (isUpward ? Self.box.height : 0)
      outline.curve(fromX: x, y, to: next, near)
      y = top(place.layer) + (isUpward ? 0 : Self.box.height)
      outline.line(next, y)
      x = next
    }
    let end = middle(last.layer, last.index)
    let near = top(last.layer) + (isUpward ? Self.box.height : 0)
    outline.curve(fromX: x, y, to: end, near + (isUpward ? 3 : -3))
    return [.path(outline, class: "call"), head(end, near, isUpward: isUpward)]
  }

  private func head(_ x: Double, _ y: Double, isUpward: Bool) -> Markup {
    let back = y + (isUpward ? 8 : -8)
    var outline = Outline()
    outline.move(x, y)
    outline.line(x - 4, back)
    outline.line(x + 4, back)
    outline.close()
    return .path(outline, class: "head")
  }

  private func box(_ name: String, _ x: Double, _ y: Double) -> Markup {
    let component = arm.component(name)
    let load = component.flatMap(ComponentLoad.init)
    let middle = x + Self.box.width / 2
    let isBusy = load?.share ?? 0 >= Self.busy
    var marks: [Markup] = [
      .of("title", [.text(words(name, component, load))]),
      .rectangle(
        x, y, Self.box.width, Self.box.height, class: isBusy ? "box busy" : "box", rounding: 5),
      .label(
        LabelWidth.fitting(name, in: Self.box.width - 8), middle, y + 17, .middle,
        class: "strong"),
    ]
    for (number, line) in kindLines(component?.kind ?? "").enumerated() {
      marks.append(.label(line, middle, y + 31 + Double(number) * 12, .middle, class: "small"))
    }
    guard let load else { return .of("g", marks) }
    marks.append(
      .label(
        LabelWidth.fitting(load.text, in: Self.box.width), middle, y + 59, .middle,
        class: isBusy ? "alarm" : ""))
    if let share = load.share {
      let room = Self.box.width - 12
      marks.append(.rectangle(x + 6, y + 65, room, 6, class: "track"))
      marks.append(
        .rectangle(x + 6, y + 65, room * min(share, 1), 6, class: isBusy ? "fill busy" : "fill"))
    }
    return .of("g", marks)
  }

  /// The kind on at most two lines, broken at its hyphens.
  private func kindLines(_ kind: String) -> [String] {
    let room = Int((Self.box.width - 6) / 6.5)
    guard kind.count > room else { return kind.isEmpty ? [] : [kind] }
    var first = ""
    var rest = kind.split(separator: "-").map(String.init)
    while rest.count > 1, (first + rest[0]).count < room { first += rest.removeFirst() + "-" }
    let lines = [first, rest.joined(separator: "-")].filter { !$0.isEmpty }
    return lines.map { TerminalText.truncated($0, to: room) }
  }

  private func words(
    _ name: String, _ component: ComponentResult?, _ load: ComponentLoad?
  ) -> String {
    var text = name
    if let kind = component?.kind, kind != name { text += ", \(kind)" }
    return text + (load.map { ": \($0.text)" } ?? "")
  }

  private var description: String {
    let boxes = arm.architecture.components.map { name in
      let component = arm.component(name)
      let called = arm.architecture.calls.filter { $0.caller == name }.map(\.called)
      let calls = called.isEmpty ? "" : " calls \(Wording.list(called))"
      return words(name, component, component.flatMap(ComponentLoad.init)) + calls + "."
    }
    let entry = arm.architecture.entry.map { "Requests enter at \($0). " } ?? ""
    return entry + boxes.joined(separator: " ")
  }

  private var table: DataTable {
    DataTable(
      caption: "Components: \(arm.name)", columns: ["Component", "Kind", "Load", "Calls"],
      rows: arm.architecture.components.map { name in
        let component = arm.component(name)
        let called = arm.architecture.calls.filter { $0.caller == name }.map(\.called)
        return [
          name, component?.kind ?? "–", component.flatMap(ComponentLoad.init)?.text ?? "–",
          called.isEmpty ? "–" : called.joined(separator: ", "),
        ]
      })
  }
}

/// How busy a component was, by the metric that tells it best.
struct ComponentLoad {
  /// The share of its capacity, if it has a capacity.
  var share: Double?
  /// The load in words.
  var text: String

  /// Metrics that are a share of a capacity, the first that there is counts.
  private static let shares = [
    ("utilization", "busy"), ("cpu", "CPU"), ("read_utilization", "reads"),
    ("workers_busy", "workers"),
  ]

  /// The load of a component, or nil if nothing tells it.
  init?(_ component: ComponentResult) {
    // A group whose workers are all taken is busy, however idle its processors are.
    if let workers = component.number("workers_busy"), workers >= 0.8,
      workers > component.number("cpu") ?? 0
    {
      share = workers
      text = "workers \(Wording.share(workers))"
      return
    }
    for (metric, label) in Self.shares {
      guard let value = component.number(metric) else { continue }
      share = value
      text = "\(label) \(Wording.share(value))"
      return
    }
    guard let level = component.number("in_system") else { return nil }
    text = "\(Wording.count(level)) inside"
  }
}
