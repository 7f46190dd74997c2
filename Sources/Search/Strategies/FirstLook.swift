/// A few points at once, each with its own categories and all else in the middle: what is worth looking at, where every point
/// costs a question.
package struct FirstLook: Strategy {
    package let name = "first look"
    private static let points = 12

    package init() {}

    package func start(_ outset: Outset, _ random: inout Random) -> (any Run)? {
        guard outset.turn == 0 else { return nil }
        let kinds = outset.space.kinds
        let frame = outset.frame(outset.boxes)
        // Where there is nothing to choose among, all these points are one.
        let hasChoice = outset.space.boxes.count > 1 || frame.active.contains { kinds[$0] == .category }
        return FirstLookRun(frame, points: hasChoice ? Self.points : 1)
    }
}

private final class FirstLookRun: Run {
    let frame: Frame
    private let points: Int
    private var isDone = false

    init(_ frame: Frame, points: Int) { (self.frame, self.points) = (frame, points) }

    func next(_ tile: Tile, _ random: inout Random) -> Reading? {
        guard !isDone else { return nil }
        isDone = true
        frame.fillUniform(tile.points, &random)
        for row in 0..<frame.space.dimension where frame.space.kinds[row] != .category {
            for lane in 0..<frame.lanes { tile.points[row * frame.lanes + lane] = frame.between(row, lane, 0.5) }
        }
        tile.count = min(points, tile.count)
        return .margins
    }

    func observe(_ tile: Tile) {}
}
