/// The frame of a chart: where its axes are, and how they look.
struct Plot {
  /// The width of all charts in their own units; the page scales them.
  static let width = 380.0
  /// The height of most charts.
  static let height = 220.0

  var horizontal: Axis
  var vertical: Axis
  var top = 26.0
  var height = Plot.height

  private static let right = 22.0
  private static let bottom = 40.0

  /// As much room as the labels of the vertical axis need.
  private var left: Double {
    12 + (vertical.ticks.map { LabelWidth.of(vertical.unit.tick($0)) }.max() ?? 0)
  }

  private var base: Double { height - Plot.bottom }

  /// Where a value of the horizontal axis is.
  func x(_ value: Double) -> Double {
    left + horizontal.place(of: value) * (Plot.width - Plot.right - left)
  }

  /// Where a value of the vertical axis is.
  func y(_ value: Double) -> Double {
    base - vertical.place(of: value) * (base - top)
  }

  /// A line through values.
  func line(_ values: [(x: Double, y: Double)]) -> Outline {
    Outline.through(values.map { (tenths(x($0.x)), tenths(y($0.y))) })
  }

  /// The surface beneath values.
  func surface(_ values: [(x: Double, y: Double)]) -> Outline {
    guard let first = values.first, let last = values.last else { return Outline() }
    var outline = line(values)
    outline.line(x(last.x), base)
    outline.line(x(first.x), base)
    outline.close()
    return outline
  }

  /// Rounded as it will be written, so that equal places are found equal.
  private func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }

  /// The grid, the labels and the names of both axes.
  var frame: [Markup] {
    var marks: [Markup] = []
    for tick in vertical.ticks {
      let height = y(tick)
      marks.append(.line(left, height, Plot.width - Plot.right, height, class: "grid"))
      marks.append(.label(vertical.unit.tick(tick), left - 6, height + 4, .end))
    }
    marks += horizontalLabels
    marks.append(.line(left, base, Plot.width - Plot.right, base, class: "axis"))
    marks.append(.label(LabelWidth.fitting(vertical.title, in: Plot.width - 4), 2, 12))
    marks.append(.label(horizontal.title, Plot.width - Plot.right, height - 5, .end))
    return marks
  }

  /// The labels beneath the axis; those that would touch their neighbour are left out.
  private var horizontalLabels: [Markup] {
    var marks: [Markup] = []
    var free = 0.0
    for tick in horizontal.ticks where tick <= horizontal.greatest * (1 + 1e-9) {
      let place = x(tick)
      marks.append(.line(place, base, place, base + 4, class: "axis"))
      let text = horizontal.unit.tick(tick)
      let half = LabelWidth.of(text) / 2
      let middle = min(max(place, half), Plot.width - half)
      guard middle - half >= free else { continue }
      marks.append(.label(text, middle, base + 17, .middle))
      free = middle + half + 6
    }
    return marks
  }
}
