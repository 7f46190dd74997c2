/// Steps to where a linear margin would be just negative: thin violations near a good point.
///
/// The step is margin / |gradient|^2 along the gradient, over the coordinates that are not held by a bound, overshot by a
/// factor of the lane's own. Source: Moosavi-Dezfooli, Fawzi and Frossard, "DeepFool", CVPR 2016, equation 7, within a
/// box. Lanes without a gradient are drawn anew.
package struct Newton: Strategy {
    package let name = "steps to the boundary"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard outset.hasGradient, !outset.elites.isEmpty else { return nil }
        return NewtonRun(outset, parents: outset.parents(&random))
    }
}

private final class NewtonRun: Run {
    let frame: Frame
    private let parents: [Elite]
    private let length: Int
    private let moving: [Int]
    private let current: Rows
    private let slopes: Rows
    private var iteration = -1
    private var isFlat: [Bool]

    init(_ outset: Outset, parents: [Elite]) {
        self.parents = parents
        frame = outset.frame(parents.map(\.box))
        length = outset.length(from: 8, upTo: 40)
        moving = frame.active.filter { outset.space.kinds[$0] != .category }
        current = Rows(outset.space.dimension, lanes: frame.lanes)
        slopes = Rows(1, lanes: frame.lanes)
        isFlat = Array(repeating: false, count: frame.lanes)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard iteration < length, !moving.isEmpty else { return nil }
        if iteration < 0 {
            frame.fillJittered(current.start, around: parents, &random)
            iteration = 0
        }
        for lane in 0..<frame.lanes where isFlat[lane] {
            for row in moving { current[row][lane] = frame.between(row, lane, random.unit()) }
            isFlat[lane] = false
        }
        tile.points.update(from: current.start, count: current.count * frame.lanes)
        return .gradient
    }

    func observe(_ tile: Tile) {
        iteration += 1
        slopes.start.update(repeating: 0, count: frame.lanes)
        for row in moving {
            for lane in 0..<frame.lanes {
                let slope = freeSlope(tile, row, lane)
                slopes[0][lane] += slope * slope
            }
        }
        for lane in 0..<frame.lanes {
            let square = slopes[0][lane]
            isFlat[lane] = !(square > 0 && square.isFinite && tile.margins[lane].isFinite)
            let overshoot = Self.overshoots[lane % Self.overshoots.count]
            slopes[0][lane] = isFlat[lane] ? 0 : (tile.margins[lane] + 1e-12) * overshoot / square
        }
        for row in moving {
            let values = current[row]
            for lane in 0..<frame.lanes {
                values[lane] -= slopes[0][lane] * freeSlope(tile, row, lane) * frame.span(row, lane)
            }
            Frame.clamp(values, frame.lower + row * frame.lanes, frame.upper + row * frame.lanes, frame.lanes)
        }
    }

    /// The slope along a coordinate in units of the box; 0 where a bound is in the way.
    @inline(__always)
    private func freeSlope(_ tile: Tile, _ row: Int, _ lane: Int) -> Double {
        let index = row * frame.lanes + lane
        let slope = tile.gradients[index]
        let value = current.start[index]
        let isHeld = slope > 0 ? value <= frame.lower[index] : value >= frame.upper[index]
        return isHeld || !slope.isFinite ? 0 : slope * frame.span(row, lane)
    }

    private static let overshoots = [1.01, 1.1, 1.3, 1.7, 2.5, 0.7, 4, 10]
}
