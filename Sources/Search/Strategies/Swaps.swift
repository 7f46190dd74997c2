/// Exchanges parts of a text for those that slopes say lower the margin most: greedy coordinate gradient (Zou et al., 2023,
/// algorithm 1). From the best point, or one by chance; the best of a tile is the next one to change.
package struct Swaps: Strategy {
    package let name = "swaps of tokens by slopes"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        outset.space.texts.contains { $0.wording.hasSlopes } ? SwapsRun(outset, &random) : nil
    }
}

private final class SwapsRun: Run {
    let frame: Frame
    private let texts: [TextVariable]
    private var point: [Double]
    private var margin = Double.infinity
    private var remaining: Int
    private var turn = 0

    init(_ outset: Outset, _ random: inout Random) {
        texts = outset.space.texts.filter { $0.wording.hasSlopes }
        if let best = outset.elites.first, outset.turn % 3 < 2 {
            point = best.point
            margin = best.margin
            frame = outset.frame(Array(repeating: best.box, count: outset.space.lanes))
        } else {
            frame = outset.frame(outset.boxes)
            point = outset.space.reference
            for text in outset.space.texts {
                guard let drawn = text.wording.drawn(1, &random).first else { continue }
                point.replaceSubrange(text.coordinates, with: drawn)
            }
        }
        remaining = outset.length(from: 8, upTo: 64)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        let text = texts[turn % texts.count]
        turn += 1
        let own = Array(point[text.coordinates])
        let swaps = text.wording.swaps(own, at: point, count: frame.lanes, &random)
        guard !swaps.isEmpty else { return nil }
        for lane in 0..<frame.lanes {
            for row in 0..<frame.space.dimension { tile.points[row * frame.lanes + lane] = point[row] }
            for (row, choice) in zip(text.coordinates, swaps[lane % swaps.count]) {
                tile.points[row * frame.lanes + lane] = choice
            }
        }
        return .margins
    }

    func observe(_ tile: Tile) {
        for lane in 0..<tile.count where tile.margins[lane] < margin {
            margin = tile.margins[lane]
            point = tile.point(lane)
        }
    }
}
