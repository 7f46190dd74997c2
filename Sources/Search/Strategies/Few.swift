/// A strategy that is given few lanes at a time, where every point costs a question.
package struct Few: Strategy {
    private static let points = 8
    private let strategy: any Strategy

    package init(_ strategy: any Strategy) { self.strategy = strategy }

    package var name: String { strategy.name }

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        strategy.start(outset, &random).map(FewRun.init)
    }

    private final class FewRun: Run {
        private let run: any Run

        init(_ run: any Run) { self.run = run }

        var frame: Frame { run.frame }

        func next(_ tile: Tile, _ random: inout Random) -> Reading? {
            guard let reading = run.next(tile, &random) else { return nil }
            tile.count = min(tile.count, Few.points)
            return reading
        }

        func observe(_ tile: Tile) { run.observe(tile) }
    }
}
