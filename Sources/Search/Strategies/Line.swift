/// Points on the lines from the best points so far to others: to other good points, to the reference, to random ones.
package struct Line: Strategy {
    package let name = "line search"

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard !outset.elites.isEmpty else { return nil }
        return LineRun(outset, parents: outset.parents(&random))
    }
}

private final class LineRun: Run {
    let frame: Frame
    private let parents: [Elite]
    private let elites: [Elite]
    private var remaining = 4

    init(_ outset: Outset, parents: [Elite]) {
        self.parents = parents
        elites = outset.elites
        frame = outset.frame(parents.map(\.box))
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        // Where the line of each lane leads, and how far along it: up to half beyond, either way.
        let targets = (0..<frame.lanes).map { $0 % 3 }
        let mates = (0..<frame.lanes).map { _ in elites[random.below(elites.count)].point }
        let fractions = (0..<frame.lanes).map { $0 % 2 == 0 ? 2 * random.unit() - 0.5 : 0.1 * (random.unit() - 0.3) }
        for row in 0..<frame.space.dimension {
            let values = tile.points + row * frame.lanes
            frame.fillUniform(row: row, values, &random)
            for lane in 0..<frame.lanes {
                let start = parents[lane].point[row]
                let end =
                    targets[lane] == 0
                    ? mates[lane][row] : targets[lane] == 1 ? frame.space.reference[row] : values[lane]
                values[lane] = start + fractions[lane] * (end - start)
            }
        }
        return .margins
    }

    func observe(_ tile: Tile) {}
}
