/// A place in a picture as text: at most one digit behind the point.
enum Coordinate {
  /// The number, rounded to tenths.
  static func text(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e6 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let whole = tenths.magnitude / 10
    let rest = tenths.magnitude % 10
    return (tenths < 0 ? "-" : "") + "\(whole)" + (rest == 0 ? "" : ".\(rest)")
  }
}

/// The outline of a shape, as the `d` of a path.
struct Outline {
  private(set) var data = ""

  /// Goes to a place without drawing.
  mutating func move(_ x: Double, _ y: Double) {
    data += "M\(Coordinate.text(x)) \(Coordinate.text(y))"
  }

  /// Draws a straight line to a place.
  mutating func line(_ x: Double, _ y: Double) {
    data += "L\(Coordinate.text(x)) \(Coordinate.text(y))"
  }

  /// Draws a curve to a place, that leaves and arrives vertically.
  mutating func curve(fromX x1: Double, _ y1: Double, to x2: Double, _ y2: Double) {
    let middle = Coordinate.text((y1 + y2) / 2)
    data += "C\(Coordinate.text(x1)) \(middle) \(Coordinate.text(x2)) \(middle) "
    data += "\(Coordinate.text(x2)) \(Coordinate.text(y2))"
  }

  /// Draws back to where the shape began.
  mutating func close() { data += "Z" }

  /// A line through points, without those between two others at the same height.
  static func through(_ points: [(x: Double, y: Double)]) -> Outline {
    var outline = Outline()
    for (index, point) in points.enumerated() {
      if index == 0 {
        outline.move(point.x, point.y)
        continue
      }
      let isLast = index == points.count - 1
      if !isLast, points[index - 1].y == point.y, points[index + 1].y == point.y { continue }
      outline.line(point.x, point.y)
    }
    return outline
  }
}
