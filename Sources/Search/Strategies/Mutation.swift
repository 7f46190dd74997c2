/// Changes the best points so far, and those whose answers are unlike the others': small moves, redrawn and exchanged
/// coordinates, bounds.
///
/// The pool that parents come from keeps one point for every kind of answer met (after MAP-Elites: Mouret and Clune,
/// "Illuminating search spaces by mapping elites", 2015), which is what guides it where there is no gradient.
package struct Mutation: Strategy {
    package let name = "mutation"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard !outset.elites.isEmpty else { return nil }
        return MutationRun(outset, parents: outset.parents(&random), mates: outset.parents(&random))
    }
}

private final class MutationRun: Run {
    let frame: Frame
    private let parents: [Elite]
    private let mates: [Elite]
    private let reading: Reading
    private var remaining = 8
    private let draws: Rows

    init(_ outset: Outset, parents: [Elite], mates: [Elite]) {
        self.parents = parents
        self.mates = mates
        reading = outset.outputCount > 0 ? .outputs : .margins
        frame = outset.frame(parents.map(\.box))
        draws = Rows(3, lanes: frame.lanes)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        let plans = (0..<frame.lanes).map { _ in Plan(active: frame.active.count, &random) }
        for row in 0..<frame.space.dimension {
            let values = tile.points + row * frame.lanes
            for lane in 0..<frame.lanes { values[lane] = parents[lane].point[row] }
        }
        for row in frame.active { change(tile.points + row * frame.lanes, row, plans, &random) }
        return reading
    }

    func observe(_ tile: Tile) {}

    private func change(
        _ values: UnsafeMutablePointer<Double>, _ row: Int, _ plans: [Plan], _ random: inout Random
    ) {
        random.fillUnit(draws[0], count: frame.lanes)
        random.fillBell(draws[1], count: frame.lanes)
        frame.fillUniform(row: row, draws[2], &random)
        let isCategory = frame.space.kinds[row] == .category
        for lane in 0..<frame.lanes {
            let draw = draws[0][lane]
            let plan = plans[lane]
            if draw < plan.moving && !isCategory {
                values[lane] += draws[1][lane] * plan.scale * frame.span(row, lane)
            } else if draw < plan.redrawn {
                values[lane] = draws[2][lane]
            } else if draw < plan.bounded && !isCategory {
                values[lane] = frame.between(row, lane, draws[1][lane] < 0 ? 0 : 1)
            } else if draw < plan.exchanged {
                values[lane] = mates[lane].point[row]
            }
        }
    }
}

/// How likely a coordinate of one lane is to be changed, cumulated over the ways.
private struct Plan {
    let moving: Double
    let redrawn: Double
    let bounded: Double
    let exchanged: Double
    /// Of the box.
    let scale: Double

    init(active: Int, _ random: inout Random) {
        // From about one coordinate to all of them.
        let share = max(1 / Double(max(active, 1)), Double(sign: .plus, exponent: -random.below(8), significand: 1))
        let isMixing = random.chance(0.2)
        moving = share * (random.chance(0.6) ? 0.9 : 0.3)
        redrawn = moving + 0.5 * (share - moving)
        bounded = share
        exchanged = bounded + (isMixing ? 0.5 * (1 - bounded) : 0)
        scale = Double(sign: .plus, exponent: -(1 + random.below(16)), significand: 1)
    }
}
