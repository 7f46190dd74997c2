import Statistics

/// Points drawn from given distributions, one for each coordinate.
package struct Drawing: Strategy {
    package static let title = "drawing"
    package let name = title
    private let distributions: [Distribution]

    package init(_ distributions: [Distribution]) { self.distributions = distributions }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        DrawingRun(outset, distributions)
    }
}

private final class DrawingRun: Run {
    let frame: Frame
    private let distributions: [Distribution]
    private var remaining: Int

    init(_ outset: Outset, _ distributions: [Distribution]) {
        frame = outset.frame(outset.boxes)
        self.distributions = distributions
        remaining = outset.length(from: 4, upTo: 16)
    }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        for (row, distribution) in distributions.enumerated() {
            let values = tile.points + row * frame.lanes
            for lane in 0..<frame.lanes { values[lane] = distribution.value(random.next()) }
        }
        return .margins
    }

    func observe(_ tile: Tile) {}
}
