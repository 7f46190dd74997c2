/// Changes a few coordinates of one point at once to the values that the gradient ranks first.
///
/// The predicted gain of setting a coordinate to a value is slope times change; candidates are the bounds, and for whole
/// numbers also the neighbours. Where the gradient is silent (categories, plateaus), a share of the flips is drawn blindly.
/// Source: Zou et al., "Universal and transferable adversarial attacks on aligned language models" (GCG), 2023, on
/// coordinates instead of tokens.
package struct Flip: Strategy {
    package let name = "ranked flips"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard outset.hasGradient, !outset.elites.isEmpty else { return nil }
        let elite = outset.elites[random.below(outset.elites.count)]
        return FlipRun(outset, elite)
    }
}

private final class FlipRun: Run {
    let frame: Frame
    private var point: [Double]
    private var margin: Double
    private var remaining: Int
    /// What the gradient of the last best point proposes, best first.
    private var ranked: [(row: Int, value: Double)] = []
    private var depth = 1

    init(_ outset: Outset, _ elite: Elite) {
        frame = outset.frame(Array(repeating: elite.box, count: outset.space.lanes))
        point = elite.point
        margin = elite.margin
        remaining = outset.length(from: 12, upTo: 96)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0, !frame.active.isEmpty else { return nil }
        remaining -= 1
        for row in 0..<frame.space.dimension {
            (tile.points + row * frame.lanes).update(repeating: point[row], count: frame.lanes)
        }
        for lane in 1..<frame.lanes {
            if !ranked.isEmpty && lane < 24 {  // growing prefixes of the ranking, doubling
                let length = min(lane < 16 ? lane : 16 << (lane - 15), ranked.count)
                for flip in ranked.prefix(length) { tile.points[flip.row * frame.lanes + lane] = flip.value }
            } else {
                for _ in 0..<(1 + random.below(4 * depth)) { flip(tile, lane, &random) }
            }
        }
        return .gradient
    }

    private func flip(_ tile: Tile, _ lane: Int, _ random: inout Random) {
        if !ranked.isEmpty && random.chance(0.8) {
            let draw = random.unit()
            let choice = ranked[Int(draw * draw * Double(ranked.count))]
            tile.points[choice.row * frame.lanes + lane] = choice.value
        } else {
            let row = frame.active[random.below(frame.active.count)]
            tile.points[row * frame.lanes + lane] = frame.between(row, lane, random.unit())
        }
    }

    func observe(_ tile: Tile) {
        var best = 0
        for lane in 0..<tile.count where tile.margins[lane] < tile.margins[best] { best = lane }
        // A point as good as the last is taken too: plateaus are walked, not sat on.
        let isKept = tile.margins[best] <= margin
        depth = tile.margins[best] < margin ? 1 : min(depth + 1, 8)
        let lane = isKept ? best : 0
        margin = min(margin, tile.margins[best])
        point = tile.point(lane)
        rank(tile, lane)
    }

    private func rank(_ tile: Tile, _ lane: Int) {
        var gains: [(gain: Double, row: Int, value: Double)] = []
        for row in frame.active {
            let slope = tile.gradients[row * frame.lanes + lane]
            let now = point[row]
            guard slope.isFinite, slope != 0 else { continue }
            let bound = frame.between(row, lane, slope > 0 ? 0 : 1)
            if bound != now { gains.append((slope * (now - bound), row, bound)) }
            if frame.space.kinds[row] == .integer {
                let neighbour = slope > 0 ? now - 1 : now + 1
                if neighbour != bound && bound != now { gains.append((slope * (now - neighbour), row, neighbour)) }
            }
        }
        ranked = gains.sorted { ($0.gain, $1.row) > ($1.gain, $0.row) }.prefix(1024).map { ($0.row, $0.value) }
    }
}
