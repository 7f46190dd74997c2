/// A low-discrepancy sequence with a random shift: fewer gaps than uniform points where dimensions are few.
///
/// Additive recurrence by powers of the generalised golden ratio. Source: M. Roberts, "The unreasonable effectiveness of
/// quasirandom sequences", 2018; shifts after Cranley and Patterson, 1976. Beyond 12 dimensions it is no better than
/// uniform and is not started.
package struct Lattice: Strategy {
    package let name = "low discrepancy"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        let frame = outset.frame(outset.boxes)
        guard (1...12).contains(frame.active.count) else { return nil }
        return LatticeRun(frame, tiles: outset.length(from: 4, upTo: 16), &random)
    }
}

private final class LatticeRun: Run {
    let frame: Frame
    private var remaining: Int
    private var index = 0
    private let ratios: [Double]
    private let shifts: [Double]

    init(_ frame: Frame, tiles: Int, _ random: inout Random) {
        self.frame = frame
        remaining = tiles
        let ratio = Self.goldenRatio(frame.active.count)
        var power = 1.0
        ratios = frame.active.map { _ in
            power /= ratio
            return power
        }
        shifts = frame.active.map { _ in random.unit() }
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        tile.points.update(from: frame.lower, count: tile.dimension * frame.lanes)
        for (position, row) in frame.active.enumerated() {
            let values = tile.points + row * frame.lanes
            for lane in 0..<frame.lanes {
                let value = shifts[position] + Double(index + lane) * ratios[position]
                values[lane] = value - value.rounded(.down)
            }
            frame.place(row: row, values)
        }
        frame.scaleToDependentBounds(tile.points)
        index += frame.lanes
        return .margins
    }

    func observe(_ tile: Tile) {}

    /// The root of x^(dimension + 1) = x + 1 between 1 and 2, by bisection.
    private static func goldenRatio(_ dimension: Int) -> Double {
        var low = 1.0
        var high = 2.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            let power = (0...dimension).reduce(1.0) { product, _ in product * middle }
            if power < middle + 1 { low = middle } else { high = middle }
        }
        return low
    }
}
