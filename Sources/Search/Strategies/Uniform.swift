/// Points uniform over the boxes.
package struct Uniform: Strategy {
    package let name = "uniform"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        UniformRun(outset)
    }
}

private final class UniformRun: Run {
    let frame: Frame
    private var remaining: Int

    init(_ outset: Outset) {
        frame = outset.frame(outset.boxes)
        remaining = outset.length(from: 4, upTo: 16)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        frame.fillUniform(tile.points, &random)
        return .margins
    }

    func observe(_ tile: Tile) {}
}

extension Frame {
    /// Fills every lane with a point uniform over its box; whole numbers are equally likely, the end ones included.
    package func fillUniform(_ points: UnsafeMutablePointer<Double>, _ random: inout Random) {
        for row in 0..<space.dimension { fillUniform(row: row, points + row * lanes, &random) }
        scaleToDependentBounds(points)
    }

    func fillUniform(row: Int, _ values: UnsafeMutablePointer<Double>, _ random: inout Random) {
        random.fillUnit(values, count: lanes)
        place(row: row, values)
    }

    /// Turns fractions in [0, 1) into values of a coordinate.
    func place(row: Int, _ values: UnsafeMutablePointer<Double>) {
        switch space.kinds[row] {
        case .real64, .real32:
            for lane in 0..<lanes { values[lane] = between(row, lane, values[lane]) }
        case .integer, .category:
            for lane in 0..<lanes {
                let index = row * lanes + lane
                values[lane] = lower[index] + (values[lane] * (upper[index] - lower[index] + 1)).rounded(.down)
            }
        }
    }
}
