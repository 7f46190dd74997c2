/// Changes one coordinate of the best point at a time: to a bound, to a neighbour, to a value drawn anew; keeps what helps.
///
/// All the single changes of a tile that helped are also tried together in the next one. Needs no gradient; finds the
/// needles that ask for one exact value, and corners one coordinate at a time. Source: pattern search, Hooke and Jeeves, 1961.
package struct Sweep: Strategy {
    package let name = "one coordinate at a time"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard !outset.elites.isEmpty else { return nil }
        let draw = random.unit()
        let elite = outset.elites[Int(draw * draw * Double(outset.elites.count))]
        return SweepRun(outset, elite, &random)
    }
}

private final class SweepRun: Run {
    let frame: Frame
    private var point: [Double]
    private var margin: Double
    private var order: [Int]
    private var position = 0
    private var step = 0.25
    private var remaining: Int
    private var changes: [(row: Int, value: Double)] = []
    private var helpful: [(row: Int, value: Double)] = []

    init(_ outset: Outset, _ elite: Elite, _ random: inout Random) {
        frame = outset.frame(Array(repeating: elite.box, count: outset.space.lanes))
        point = elite.point
        margin = elite.margin
        order = frame.active
        random.shuffle(&order)
        remaining = outset.length(from: 16, upTo: 128)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0, !order.isEmpty else { return nil }
        remaining -= 1
        for row in 0..<frame.space.dimension {
            (tile.points + row * frame.lanes).update(repeating: point[row], count: frame.lanes)
        }
        changes.removeAll(keepingCapacity: true)
        for lane in 0..<frame.lanes {
            let change = proposal(&random)
            changes.append(change)
            tile.points[change.row * frame.lanes + lane] = change.value
        }
        merge(into: tile)
        return .margins
    }

    /// The second half of the lanes repeats growing prefixes of what helped last time, all at once.
    private func merge(into tile: Tile) {
        guard helpful.count > 1 else { return }
        let share = min(helpful.count - 1, frame.lanes / 2)
        for lane in 0..<share {
            let prefix = lane + 1 == share ? helpful.count : lane + 2
            for change in helpful.prefix(prefix) { tile.points[change.row * frame.lanes + lane] = change.value }
        }
    }

    func observe(_ tile: Tile) {
        let isMerged = helpful.count > 1
        let share = isMerged ? min(helpful.count - 1, frame.lanes / 2) : 0
        let before = margin
        var gains: [(gain: Double, lane: Int)] = []
        var bestLane: Int?
        for lane in 0..<tile.count {
            if tile.margins[lane] < margin {
                margin = tile.margins[lane]
                bestLane = lane
            }
            if lane >= share && tile.margins[lane] < before { gains.append((before - tile.margins[lane], lane)) }
        }
        helpful = gains.sorted { ($0.gain, $1.lane) > ($1.gain, $0.lane) }.map { entry in
            let row = changes[entry.lane].row
            return (row, tile.points[row * frame.lanes + entry.lane])
        }
        if let bestLane { point = tile.point(bestLane) } else if position == 0 { step = max(step / 2, 1e-9) }
    }

    private func proposal(_ random: inout Random) -> (row: Int, value: Double) {
        let row = order[position]
        let choice = random.below(6)
        position = (position + 1) % order.count
        let low = frame.lower[row * frame.lanes]
        let high = frame.upper[row * frame.lanes]
        let move = frame.space.kinds[row] == .integer ? max(1, step * (high - low)) : step * frame.span(row, 0)
        if frame.space.kinds[row] == .category || choice == 5 {
            return (row, (low + (high - low) * random.unit()))
        }
        switch choice {
        case 0: return (row, low)
        case 1: return (row, high)
        case 2: return (row, point[row] + move)
        case 3: return (row, point[row] - move)
        default: return (row, point[row] + (2 * random.unit() - 1) * move)
        }
    }
}
