/// Curves and points over two axes.
package struct Plot: Sendable {
    package struct Line: Sendable {
        package var label: String
        package var points: [Point]
        package var style: Style

        package init(_ label: String, _ points: [Point], _ style: Style = .solid) {
            (self.label, self.points, self.style) = (label, points, style)
        }
    }

    package struct Point: Sendable {
        package var x, y: Double
        package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
    }

    package enum Style: String, Sendable {
        case solid
        /// A guide, in grey.
        case dashed
        /// Dots that nothing joins.
        case dots
    }

    package var caption: String
    package var x, y: Axis
    package var lines: [Line]

    package init(_ caption: String, x: Axis, y: Axis, lines: [Line]) {
        (self.caption, self.x, self.y, self.lines) = (caption, x, y, lines)
    }

    var view: View {
        let paper = Paper()
        let across = x.scale(over: lines.flatMap { $0.points.map(\.x) }, from: paper.left, to: paper.right)
        let up = y.scale(over: lines.flatMap { $0.points.map(\.y) }, from: paper.bottom, to: paper.top)
        var view = paper.view("plot", caption: caption, x: x.label, y: y.label)
        view["across"] = paper.ticks(across: across)
        view["up"] = paper.ticks(up: up)
        var colour = 0
        var keys: [View] = []
        let drawn: [View] = lines.map { line in
            if line.style != .dashed { colour += 1 }
            let name = line.style == .dashed ? "guide" : paper.colour(colour)
            keys.append(["label": line.label, "colour": name, "style": line.style.rawValue])
            let shown = line.points.filter { across.holds($0.x) && up.holds($0.y) }
            let places = shown.map { (coordinate(across.place($0.x)), coordinate(up.place($0.y))) }
            let isPath = line.style != .dots && !places.isEmpty
            var drawn: View = ["colour": name, "style": line.style.rawValue]
            if isPath { drawn["path"] = "M" + places.map { "\($0.0) \($0.1)" }.joined(separator: "L") }
            drawn["dots"] = line.style == .dots ? places.map { ["x": $0.0, "y": $0.1] as View } : [View]()
            return drawn
        }
        view["lines"] = drawn
        view["keys"] = keys
        return view
    }
}
